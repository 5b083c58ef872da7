# loses: 3
def compute(name, a, b):
    if name == "DIV":
        return a // b if b else 0
    if name == "SDIV":
        x, y = a, b
        size = abs(x) // abs(y) if y else 0
        return wrap(-size if (x < 0) != (y < 0) else size)
    if name == "SMOD":
        x, y = signed(a), signed(b)
        size = abs(x) % abs(y) if y else 0
        return wrap(-size if x < 0 else size)
    if name == "SAR":
        return wrap(signed(b) >> min(a, 256))
    if name == "BYTE":
        return b >> 8 * (31 - a) & 0xFF if a < 32 else 0
    if name == "SIGNEXTEND":
        if a >= 31:
            return b
        bits = 8 * (a + 1)
        low = b % 2**bits
        return wrap(low - 2**bits) if low >> bits - 1 else low
