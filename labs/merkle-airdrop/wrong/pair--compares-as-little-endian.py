# loses: 2
def hash_pair(left, right):
    small, large = sorted([left, right], key=lambda node: int.from_bytes(node, "little"))
    return keccak256(small + large)
