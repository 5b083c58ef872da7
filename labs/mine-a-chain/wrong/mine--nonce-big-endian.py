# loses: 2
def absorb(head):
    return sha256(head)


def finish(midstate, tail):
    state = midstate.copy()
    state.update(tail)
    return int.from_bytes(sha256(state.digest()).digest(), "little")


def mine(header, target, start, count):
    midstate = absorb(header[:64])
    for nonce in range(start, min(start + count, 2**32)):
        if finish(midstate, header[64:76] + nonce.to_bytes(4, "big")) <= target:
            return nonce
    return None
