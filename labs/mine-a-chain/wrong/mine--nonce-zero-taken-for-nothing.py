# loses: 1
def absorb(head):
    return sha256(head)


def finish(midstate, tail):
    state = midstate.copy()
    state.update(tail)
    return int.from_bytes(sha256(state.digest()).digest(), "little")


def mine(header, target, start, count):
    midstate, found = absorb(header[:64]), 0
    for nonce in range(start, min(start + count, 2**32)):
        if finish(midstate, header[64:76] + nonce.to_bytes(4, "little")) <= target:
            found = nonce
            break
    return found or None
