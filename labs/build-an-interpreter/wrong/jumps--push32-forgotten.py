# loses: 2
def destinations(code):
    found, pc = set(), 0
    while pc < len(code):
        if code[pc] == 0x5B:
            found.add(pc)
        if 0x60 <= code[pc] < 0x7F:
            pc += code[pc] - 0x5F
        pc += 1
    return found
