# loses: 2
def warp(true_times):
    return list(true_times)
