# loses: 3
def warp(true_times):
    first = true_times[0]
    return [t if i % 2016 == 2015 else first for i, t in enumerate(true_times)]
