# loses: 3
def paper_probability(share, z):
    if z == 0 or share >= 0.5:
        return 1.0
    ratio = share / (1 - share)
    return total(share, z, exp(-z * ratio), lambda k: z * ratio / k)


def exact_probability(share, z):
    if z == 0 or share >= 0.5:
        return 1.0
    return total(share, z, (1 - share) ** z, lambda k: share * (k + z - 1) / k)


def total(share, z, chance, factor):
    found, ratio = 0.0, share / (1 - share)
    for k in range(z):
        found += chance * ratio ** (z - k)
        chance *= factor(k + 1)
    return found
