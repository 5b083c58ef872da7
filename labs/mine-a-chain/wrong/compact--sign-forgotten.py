# loses: 3
def bits_from_target(target):
    size = (target.bit_length() + 7) // 8
    digits = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    return size << 24 | digits


def is_minimal(bits):
    try:
        return bits_from_target(target_from_bits(bits)) == bits
    except ValueError:
        return False
