# loses: 2
def twin(leaves):
    size = 1
    while size < len(leaves):
        size *= 2
    return None if size == len(leaves) else leaves + leaves[-1:] * (size - len(leaves))
