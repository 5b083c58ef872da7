# loses: 2
def paper_probability(share, z):
    if z == 0 or share >= 0.5:
        return 1.0
    return total(share, z, exp(-z * share), lambda k: z * share / k)


def exact_probability(share, z):
    if z == 0 or share >= 0.5:
        return 1.0
    return total(share, z, (1 - share) ** z, lambda k: share * (k + z - 1) / k)


def total(share, z, chance, factor):
    found, ratio = 0.0, share / (1 - share)
    for k in range(10 * z + 100):
        found += chance * ratio ** max(0, z - k)
        chance *= factor(k + 1)
    return found
