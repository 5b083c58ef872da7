# loses: 1
def warp(true_times):
    first, times = true_times[0], []
    for height, true in enumerate(true_times):
        last = sorted(times[-11:])
        late = true if height % 2016 == 2015 else first + (true - first) // 2
        times.append(max(late, last[len(last) // 2] + 1) if times else first)
    return times
