# loses: 2
def destinations(code):
    return {i for i, byte in enumerate(code) if byte == 0x5B}
