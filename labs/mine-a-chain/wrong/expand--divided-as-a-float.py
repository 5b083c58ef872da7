# loses: 2
def target_from_bits(bits):
    size, digits = bits >> 24, bits & 0x7FFFFF
    if bits & 0x800000 or digits == 0 or size > 34:
        raise ValueError("no target")
    target = digits * 256 ** (size - 3)
    if not 1 <= target < 2**256:
        raise ValueError("no target")
    return target
