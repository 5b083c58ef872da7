# loses: 3
def strategy(secret, public, fork, share, reach):
    if public > secret:
        return "adopt"
    if public == secret == 1 and fork == "relevant":
        return "match"
    if public and secret == public + 1:
        return "override"
    if public and secret > public and fork == "relevant":
        return "match"
    return "wait"
