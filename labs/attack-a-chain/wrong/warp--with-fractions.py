# loses: 3
def warp(true_times):
    times = []
    for height, true in enumerate(true_times):
        last = sorted(times[-11:])
        is_end = height == 0 or height % 2016 == 2015
        times.append(true if is_end else last[len(last) // 2] + 0.5)
    return times
