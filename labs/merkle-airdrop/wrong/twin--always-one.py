# loses: 1
def twin(leaves):
    size = len(leaves) & -len(leaves)
    return leaves + leaves[-size:]
