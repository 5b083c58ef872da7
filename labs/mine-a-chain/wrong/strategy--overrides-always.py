# loses: 5
def strategy(secret, public, fork, share, reach):
    return "override" if secret > 0 else "adopt"
