# loses: 2
def twin(leaves):
    if len(leaves) & (len(leaves) - 1) == 0:
        return None
    return leaves + leaves[-1:]
