# loses: 2
def hash_pair(left, right):
    small, large = sorted([left, right])
    return keccak256(small.hex().encode() + large.hex().encode())
