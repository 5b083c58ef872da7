# loses: 3
def target_from_bits(bits):
    size, digits = bits >> 24, bits & 0x7FFFFF
    target = digits << size - 3 if size > 3 else digits >> 3 - size
    if bits & 0x800000 or not 0 < target < 2**256:
        raise ValueError("no target")
    return target
