# loses: 3
def warp(true_times):
    return [true_times[0] + i for i in range(len(true_times))]
