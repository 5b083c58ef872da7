# loses: 5
def strategy(secret, public, fork, share, reach):
    if secret > public:
        return "override"
    return "adopt" if public else "wait"
