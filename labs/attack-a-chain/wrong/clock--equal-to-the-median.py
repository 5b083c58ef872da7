# loses: 3
def is_time_allowed(times, new, now):
    last = sorted(times[-11:])
    return last[len(last) // 2] <= new <= now + 7200
