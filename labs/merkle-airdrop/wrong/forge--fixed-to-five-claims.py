# loses: 2
def forge(levels):
    a, b = sorted(levels[0][:2])
    return a + b, [levels[1][1], levels[2][1]] if len(levels) == 4 else []
