# loses: 2
def warp(true_times):
    times = []
    for height, true in enumerate(true_times):
        last = sorted(times[-11:])
        is_true = height % 2016 in (0, 2015)
        times.append(true if is_true else last[len(last) // 2] + 1)
    return times
