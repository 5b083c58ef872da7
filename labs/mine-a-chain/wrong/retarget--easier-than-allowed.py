# loses: 1
def next_bits(times, bits):
    if len(times) % 2016:
        return bits
    taken = times[-1] - times[-2016]
    taken = max(TWO_WEEKS // 4, min(TWO_WEEKS * 4, taken))
    return bits_from_target(target_from_bits(bits) * taken // TWO_WEEKS)


def settled_spacing(spacing, period):
    return spacing * period / (period - 1)
