# loses: 3
def merkle_root(leaves):
    nodes = [keccak256(leaf) for leaf in leaves]
    while len(nodes) > 1:
        above = [hash_pair(nodes[i], nodes[i + 1]) for i in range(0, len(nodes) - 1, 2)]
        nodes = above + nodes[len(above) * 2 :]
    return nodes[0]
