# loses: 2
def is_enough(header, target):
    return int.from_bytes(sha256d(header), "little") < target
