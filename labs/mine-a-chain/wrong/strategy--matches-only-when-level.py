# loses: 4
def strategy(secret, public, fork, share, reach):
    if public > secret:
        return "adopt"
    if secret == public > 0:
        return "match"
    if public and secret == public + 1:
        return "override"
    return "wait"
