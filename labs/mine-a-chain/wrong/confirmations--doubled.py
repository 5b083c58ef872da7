# loses: 2
def confirmations_needed(share, limit):
    if share >= 0.5:
        raise ValueError("no number is enough")
    z = 1
    while exact_probability(share, z) >= limit:
        z *= 2
    return z
