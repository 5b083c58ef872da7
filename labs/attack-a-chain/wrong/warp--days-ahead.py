# loses: 3
def warp(true_times):
    return [t + (10**7 if i % 2016 == 2015 else 0) for i, t in enumerate(true_times)]
