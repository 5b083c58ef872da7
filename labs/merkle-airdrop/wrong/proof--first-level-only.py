# loses: 3
def make_proof(leaves, index):
    sibling = index ^ 1
    return [leaves[sibling]] if sibling < len(leaves) else []
