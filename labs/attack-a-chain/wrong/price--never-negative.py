# loses: 1
def needed_rate(share, hash_rate):
    return hash_rate * share / (1 - share)


def attack_price(blocks, hash_rate, power, rent, reward, fall):
    spent = power * hash_rate * 600 * blocks * rent
    return max(0.0, spent - power * blocks * reward * (1 - fall))
