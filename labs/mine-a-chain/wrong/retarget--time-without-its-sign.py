# loses: 1
def next_bits(times, bits):
    if len(times) % 2016:
        return bits
    taken = abs(times[-1] - times[-2016])
    if taken > TWO_WEEKS * 4:
        taken = TWO_WEEKS * 4
    if 3600 <= taken < TWO_WEEKS // 4 and times[-1] > times[-2016]:
        taken = TWO_WEEKS // 4
    target = target_from_bits(bits) * taken // TWO_WEEKS
    return bits_from_target(min(MAX_TARGET, target))


def settled_spacing(spacing, period):
    return spacing * period / (period - 1)
