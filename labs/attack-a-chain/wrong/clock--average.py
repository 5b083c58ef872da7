# loses: 3
def is_time_allowed(times, new, now):
    last = times[-11:]
    return sum(last) / len(last) < new <= now + 7200
