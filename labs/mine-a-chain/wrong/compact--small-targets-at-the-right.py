# loses: 3
def bits_from_target(target):
    size = (target.bit_length() + 7) // 8
    digits = target >> 8 * max(0, size - 3)
    if digits & 0x800000:
        digits >>= 8
        size += 1
    return size << 24 | digits


def is_minimal(bits):
    try:
        return bits_from_target(target_from_bits(bits)) == bits
    except ValueError:
        return False
