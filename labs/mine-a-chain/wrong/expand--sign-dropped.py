# loses: 2
def target_from_bits(bits):
    size, digits = bits >> 24, bits & 0x7FFFFF
    target = digits << 8 * (size - 3) if size > 3 else digits >> 8 * (3 - size)
    if not 0 < target < 2**256:
        raise ValueError("no target")
    return target
