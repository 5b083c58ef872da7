# loses: 1
def least_amount(share, z, cost):
    chance = exact_probability(share, z)
    return cost * (1 - chance) / chance if chance else inf


def enough_blocks(share, amount, cost):
    for z in range(100):
        if least_amount(share, z, cost) >= amount:
            return z
