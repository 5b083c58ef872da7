# loses: 3
def claim_gas(count, is_first):
    siblings = count - 1
    data = 4 + 32 * (5 + siblings)
    hashing = 48 + 36 + 42 * siblings
    return 21_000 + 16 * data + hashing + (22_100 if is_first else 5_000)
