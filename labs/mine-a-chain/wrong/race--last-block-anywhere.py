# loses: 2
def paper_probability(share, z):
    if z == 0 or share >= 0.5:
        return 1.0
    ratio = share / (1 - share)
    chance, result = exp(-z * ratio), 1.0
    for k in range(z + 1):
        result -= chance * (1 - ratio ** (z - k))
        chance *= z * ratio / (k + 1)
    return result


def exact_probability(share, z):
    if z == 0 or share >= 0.5:
        return 1.0
    ratio, chance, result = share / (1 - share), (1 - share) ** z, 1.0
    for k in range(z + 1):
        result -= chance * (1 - ratio ** (z - k))
        chance *= share * (k + z + 1) / (k + 1)
    return result
