# loses: 1
def next_bits(times, bits):
    if len(times) % 2016:
        return bits
    ratio = (times[-1] - times[-2016]) / TWO_WEEKS
    target = int(target_from_bits(bits) * max(0.25, min(4, ratio)))
    return bits_from_target(min(MAX_TARGET, target))


def settled_spacing(spacing, period):
    return spacing * period / (period - 1)
