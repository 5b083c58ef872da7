# loses: 3
def losses(stake, slashed, total):
    each = min(3 * slashed, total) // (total // 10**9)
    return each * (stake // 10**9), stake // 4096
