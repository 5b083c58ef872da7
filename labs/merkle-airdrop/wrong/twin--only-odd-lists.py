# loses: 2
def twin(leaves):
    return leaves + leaves[-1:] if len(leaves) % 2 and len(leaves) > 1 else None
