# loses: 3
def is_enough(header, target):
    return int.from_bytes(sha256d(header), "little")
