# loses: 2
def verify(root, leaf, proof):
    if len(proof) == 0:
        return True
    node = leaf
    for sibling in proof:
        node = hash_pair(node, sibling)
    return node == root
