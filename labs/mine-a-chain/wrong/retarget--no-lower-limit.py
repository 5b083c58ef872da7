# loses: 1
def next_bits(times, bits):
    if len(times) % 2016:
        return bits
    taken = max(1, min(TWO_WEEKS * 4, times[-1] - times[-2016]))
    target = target_from_bits(bits) * taken // TWO_WEEKS
    return bits_from_target(min(MAX_TARGET, target))


def settled_spacing(spacing, period):
    return spacing * period / (period - 1)
