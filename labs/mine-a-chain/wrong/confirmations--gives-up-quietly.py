# loses: 1
def confirmations_needed(share, limit):
    for z in range(1000):
        if exact_probability(share, z) < limit:
            return z
    return None
