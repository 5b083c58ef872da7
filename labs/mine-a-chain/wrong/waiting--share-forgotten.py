# loses: 3
def chance_of_none(share, seconds):
    return exp(-seconds / 600)


def income(share, days, reward):
    return days * 144 * reward, sqrt(days * 144) * reward
