# loses: 2
def chance_of_none(share, seconds):
    return exp(-share * seconds / 600)


def income(share, days, reward):
    mean = share * days * 144 * reward
    return mean, sqrt(mean)
