# loses: 1
def absorb(head):
    return sha256(head)


def finish(midstate, tail):
    midstate.update(tail)
    return int.from_bytes(sha256(midstate.digest()).digest(), "little")


def mine(header, target, start, count):
    for nonce in range(start, min(start + count, 2**32)):
        tail = header[64:76] + nonce.to_bytes(4, "little")
        if finish(absorb(header[:64]), tail) <= target:
            return nonce
    return None
