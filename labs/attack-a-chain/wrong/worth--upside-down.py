# loses: 2
def least_amount(share, z, cost):
    chance = exact_probability(share, z)
    return cost * chance / (1 - chance) if chance < 1 else inf


def enough_blocks(share, amount, cost):
    if share >= 0.5:
        raise ValueError("no number is enough")
    z = 0
    while exact_probability(share, z) * amount > (1 - exact_probability(share, z)) * cost:
        z += 1
    return z
