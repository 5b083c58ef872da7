# loses: 3
def forge(levels):
    return levels[0][0], [level[1] for level in levels[:-1]]
