# loses: 3
def merkle_root(leaves):
    node = leaves[0]
    for leaf in leaves[1:]:
        node = hash_pair(node, leaf)
    return node
