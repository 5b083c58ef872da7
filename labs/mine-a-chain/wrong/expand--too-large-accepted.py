# loses: 2
def target_from_bits(bits):
    size, digits = bits >> 24, bits & 0x7FFFFF
    target = digits << 8 * (size - 3) if size > 3 else digits >> 8 * (3 - size)
    if bits & 0x800000 or target == 0:
        raise ValueError("no target")
    return target
