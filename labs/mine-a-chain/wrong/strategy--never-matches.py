# loses: 5
def strategy(secret, public, fork, share, reach):
    if share < 0.34:
        return "override" if secret > public else "adopt" if public else "wait"
    if public > secret or public == secret > 0:
        return "adopt"
    if public and secret == public + 1:
        return "override"
    return "wait"
