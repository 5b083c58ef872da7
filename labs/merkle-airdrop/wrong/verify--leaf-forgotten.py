# loses: 2
def verify(root, leaf, proof):
    if not proof:
        return leaf == root
    node = proof[0]
    for sibling in proof[1:]:
        node = hash_pair(node, sibling)
    return node == root
