# loses: 1
def is_time_allowed(times, new, now):
    times.sort() if len(times) < 11 else None
    last = sorted(times[-11:])
    return last[len(last) // 2] < new <= now + 7200
