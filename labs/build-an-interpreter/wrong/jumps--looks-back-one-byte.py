# loses: 2
def destinations(code):
    found = set()
    for i, byte in enumerate(code):
        if byte == 0x5B and not (i and 0x60 <= code[i - 1] <= 0x7F):
            found.add(i)
    return found
