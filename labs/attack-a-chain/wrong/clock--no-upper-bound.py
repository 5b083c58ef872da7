# loses: 2
def is_time_allowed(times, new, now):
    last = sorted(times[-11:])
    return last[len(last) // 2] < new
