# loses: 2
def merkle_root(leaves):
    nodes = list(leaves)
    while len(nodes) > 1:
        nodes = [hash_pair(a, b) for a, b in zip(nodes[::2], nodes[1::2])]
    return nodes[0]
