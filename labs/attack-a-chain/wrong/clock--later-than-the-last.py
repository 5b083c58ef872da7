# loses: 3
def is_time_allowed(times, new, now):
    return times[-1] < new <= now + 7200
