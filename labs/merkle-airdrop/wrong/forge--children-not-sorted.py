# loses: 3
def forge(levels):
    a, b = levels[0][:2]
    return a + b, [level[1] for level in levels[1:-1]]
