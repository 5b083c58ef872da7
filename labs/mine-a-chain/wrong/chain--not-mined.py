# loses: 2
def mine_chain(parent, roots, time, bits, target):
    headers = []
    for root in roots:
        header = (1).to_bytes(4, "little") + parent + root
        header += time.to_bytes(4, "little") + bits.to_bytes(4, "little")
        headers.append(header + bytes(4))
        parent, time = sha256d(headers[-1]), time + 600
    return headers
