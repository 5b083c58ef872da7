# loses: 7
def strategy(secret, public, fork, share, reach):
    return "wait"
