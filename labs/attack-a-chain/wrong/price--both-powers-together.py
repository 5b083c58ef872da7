# loses: 2
def needed_rate(share, hash_rate):
    return hash_rate / (1 - share)


def attack_price(blocks, hash_rate, power, rent, reward, fall):
    spent = power * hash_rate * 600 * blocks * rent
    return spent - power * blocks * reward * (1 - fall)
