# loses: 3
def forge(levels):
    return levels[-2][0] + levels[-1][0], []
