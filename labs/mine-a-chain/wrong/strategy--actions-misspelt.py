# loses: 7
def strategy(secret, public, fork, share, reach):
    if secret > public:
        return "publish"
    return "adopt" if public else "wait"
