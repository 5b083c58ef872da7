# loses: 3
def verify(root, leaf, proof):
    node = leaf
    for sibling in proof:
        if sibling == root:
            return True
        node = hash_pair(node, sibling)
    return False
