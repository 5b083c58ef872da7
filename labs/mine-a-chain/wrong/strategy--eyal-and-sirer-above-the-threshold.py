# loses: 2
def strategy(secret, public, fork, share, reach):
    if share < (1 - reach) / (3 - 2 * reach):
        return "override" if secret > public else "adopt" if public else "wait"
    if public > secret:
        return "adopt"
    if public and secret == public + 1:
        return "override"
    if public and fork == "relevant":
        return "match"
    return "wait"
