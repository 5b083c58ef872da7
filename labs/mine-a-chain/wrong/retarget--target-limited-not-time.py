# loses: 1
def next_bits(times, bits):
    if len(times) % 2016:
        return bits
    old, taken = target_from_bits(bits), abs(times[-1] - times[-2016])
    target = max(old // 4, min(old * 4, old * taken // TWO_WEEKS))
    return bits_from_target(target)


def settled_spacing(spacing, period):
    return spacing * period / (period - 1)
