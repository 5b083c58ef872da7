# loses: 3
def is_enough(header, target):
    return sha256d(header)[::-1].hex() <= hex(target)
