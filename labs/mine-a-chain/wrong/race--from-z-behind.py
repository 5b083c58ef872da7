# loses: 3
def paper_probability(share, z):
    return min(1.0, (share / (1 - share)) ** z)


def exact_probability(share, z):
    return min(1.0, (share / (1 - share)) ** z)
