# loses: 7
def strategy(secret, public, fork, share, reach):
    return "override" if secret > public > 0 else "wait"
