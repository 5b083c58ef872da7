# loses: 3
def target_from_bits(bits):
    size, digits = bits >> 24, bits & 0x7FFFFF
    if bits & 0x800000 or digits == 0 or size > 32:
        raise ValueError("no target")
    return digits << 8 * size
