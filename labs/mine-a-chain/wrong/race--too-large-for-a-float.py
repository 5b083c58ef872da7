# loses: 2
def paper_probability(share, z):
    if z == 0 or share >= 0.5:
        return 1.0
    mean, result, factorial = z * share / (1 - share), 1.0, 1
    for k in range(z + 1):
        factorial *= max(1, k)
        behind = (share / (1 - share)) ** (z - k)
        result -= exp(-mean) * mean**k / factorial * (1 - behind)
    return result


def exact_probability(share, z):
    if z == 0 or share >= 0.5:
        return 1.0
    result, p = 1.0, 1 - share
    for k in range(z + 1):
        behind = (share / p) ** (z - k)
        result -= float(comb(k + z - 1, k)) * p**z * share**k * (1 - behind)
    return result
