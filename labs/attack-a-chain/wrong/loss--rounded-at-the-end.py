# loses: 2
def losses(stake, slashed, total):
    return stake // 4096, stake * min(3 * slashed, total) // total
