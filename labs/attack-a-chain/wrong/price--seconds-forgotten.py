# loses: 2
def needed_rate(share, hash_rate):
    return hash_rate * share / (1 - share)


def attack_price(blocks, hash_rate, power, rent, reward, fall):
    return power * hash_rate * blocks * rent - power * blocks * reward * (1 - fall)
