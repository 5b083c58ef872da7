# loses: 7
def strategy(secret, public, fork, share, reach):
    if public > secret:
        return "adopt"
    if public and secret == public + 1:
        return "override"
    if secret > public:
        return "wait"
