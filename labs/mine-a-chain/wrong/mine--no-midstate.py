# loses: 1
def absorb(head):
    return head


def finish(midstate, tail):
    return int.from_bytes(sha256d(midstate + tail), "little")


def mine(header, target, start, count):
    for nonce in range(start, min(start + count, 2**32)):
        if finish(header[:64], header[64:76] + nonce.to_bytes(4, "little")) <= target:
            return nonce
    return None
