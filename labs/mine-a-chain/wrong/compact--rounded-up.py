# loses: 2
def bits_from_target(target):
    size = (target.bit_length() + 7) // 8
    if size <= 3:
        digits = target << 8 * (3 - size)
    else:
        digits = -(-target >> 8 * (size - 3))
    if digits & 0x800000:
        digits >>= 8
        size += 1
    return size << 24 | digits


def is_minimal(bits):
    try:
        return bits_from_target(target_from_bits(bits)) == bits
    except ValueError:
        return False
