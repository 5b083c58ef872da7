# loses: 3
def absorb(head):
    return sha256(head)


def finish(midstate, tail):
    state = midstate.copy()
    state.update(tail)
    return int.from_bytes(sha256(state.digest()).digest(), "little")


def mine(header, target, start, count):
    midstate, found = absorb(header[:64]), None
    for nonce in range(start, min(start + min(count, 2000), 2**32)):
        if finish(midstate, header[64:76] + nonce.to_bytes(4, "little")) <= target:
            found = nonce
    return found
