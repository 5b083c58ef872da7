# loses: 3
def target_from_bits(bits):
    size, digits = bits >> 24, bits & 0x7FFFFF
    target = digits << 8 * max(0, size - 3)
    if bits & 0x800000 or not 0 < target < 2**256:
        raise ValueError("no target")
    return target
