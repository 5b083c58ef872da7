# loses: 2
def mine_chain(parent, roots, time, bits, target):
    headers = []
    for root in roots:
        header = (1).to_bytes(4, "little") + parent + root
        header += time.to_bytes(4, "little") + bits.to_bytes(4, "big")
        nonce = mine(header + bytes(4), target, 0, 2**16)
        headers.append(header + nonce.to_bytes(4, "little"))
        parent, time = sha256d(headers[-1]), time + 600
    return headers
