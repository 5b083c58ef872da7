# loses: 2
def confirmations_needed(share, limit):
    if share >= 0.5:
        raise ValueError("no number is enough")
    return 6
