# loses: 2
def hash_pair(left, right):
    return keccak256(bytes(a ^ b for a, b in zip(left, right)))
