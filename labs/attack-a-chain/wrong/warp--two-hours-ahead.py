# loses: 2
def warp(true_times):
    return [t + (7200 if i % 2016 == 2015 else 0) for i, t in enumerate(true_times)]
