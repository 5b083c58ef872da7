# loses: 2
def chance_of_none(share, seconds):
    return exp(-share * seconds / 600)


def income(share, days, reward):
    blocks = share * days * 144
    return blocks * reward, blocks * reward**2
