# loses: 2
def hash_pair(left, right):
    return keccak256(max(left, right) + min(left, right))
