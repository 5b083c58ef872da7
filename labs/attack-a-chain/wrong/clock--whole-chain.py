# loses: 2
def is_time_allowed(times, new, now):
    last = sorted(times)
    return last[len(last) // 2] < new <= now + 7200
