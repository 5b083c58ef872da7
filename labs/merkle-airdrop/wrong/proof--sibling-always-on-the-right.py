# loses: 3
def make_proof(leaves, index):
    proof, nodes = [], list(leaves)
    while len(nodes) > 1:
        if index + 1 < len(nodes):
            proof.append(nodes[index + 1])
        above = [hash_pair(nodes[i], nodes[i + 1]) for i in range(0, len(nodes) - 1, 2)]
        nodes = above + nodes[len(above) * 2 :]
        index //= 2
    return proof
