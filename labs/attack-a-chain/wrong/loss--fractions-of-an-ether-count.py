# loses: 2
def losses(stake, slashed, total):
    each = min(3 * slashed, total) // (total // 10**9)
    return stake // 4096, each * stake // 10**9
