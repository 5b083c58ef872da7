# loses: 1
def verify(root, leaf, proof):
    node = leaf
    for sibling in proof:
        if node == root:
            return True
        node = hash_pair(node, sibling)
    return node == root
