# loses: 1
def absorb(head):
    return sha256(head)


def finish(midstate, tail):
    return int.from_bytes(sha256d(tail), "little")


def mine(header, target, start, count):
    for nonce in range(start, min(start + count, 2**32)):
        sealed = header[:76] + nonce.to_bytes(4, "little")
        if int.from_bytes(sha256d(sealed), "little") <= target:
            return nonce
    return None
