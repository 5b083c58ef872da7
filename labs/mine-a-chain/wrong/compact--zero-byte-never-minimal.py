# loses: 2
def bits_from_target(target):
    size = (target.bit_length() + 7) // 8
    digits = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if digits & 0x800000:
        digits >>= 8
        size += 1
    return size << 24 | digits


def is_minimal(bits):
    return not bits & 0x800000 and bits >> 16 & 0xFF > 0 and bits >> 24 < 33
