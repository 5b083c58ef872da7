# loses: 1
def hash_pair(left, right):
    if left[0] < right[0]:
        return keccak256(left + right)
    return keccak256(right + left)
