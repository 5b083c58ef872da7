# loses: 2
def chance_of_none(share, seconds):
    return 1 - exp(-share * seconds / 600)


def income(share, days, reward):
    blocks = share * days * 144
    return blocks * reward, sqrt(blocks) * reward
