# loses: 2
def hash_pair(left, right):
    return keccak256(left + right)
