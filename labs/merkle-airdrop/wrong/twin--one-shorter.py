# loses: 3
def twin(leaves):
    return leaves[:-1]
