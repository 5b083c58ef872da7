# loses: 1
def least_amount(share, z, cost):
    chance = exact_probability(share, z)
    return cost * (1 - chance) / chance


def enough_blocks(share, amount, cost):
    if share >= 0.5:
        raise ValueError("no number is enough")
    z = 0
    while least_amount(share, z, cost) < amount:
        z += 1
    return z
