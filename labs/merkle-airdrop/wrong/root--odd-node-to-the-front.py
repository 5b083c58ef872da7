# loses: 2
def merkle_root(leaves):
    nodes = list(leaves)
    while len(nodes) > 1:
        odd = [nodes.pop()] if len(nodes) % 2 else []
        nodes = odd + [hash_pair(nodes[i], nodes[i + 1]) for i in range(0, len(nodes), 2)]
    return nodes[0]
