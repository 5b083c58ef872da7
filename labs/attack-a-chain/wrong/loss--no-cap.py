# loses: 2
def losses(stake, slashed, total):
    each = 3 * slashed // (total // 10**9)
    return stake // 4096, each * (stake // 10**9)
