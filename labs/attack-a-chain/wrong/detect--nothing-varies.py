# loses: 1
def runs_score(miners, name):
    own = [miner == name for miner in miners]
    n, k = len(own), sum(own)
    runs = 1 + sum(a != b for a, b in zip(own, own[1:]))
    mean = 2 * k * (n - k) / n + 1
    variance = (mean - 1) * (mean - 2) / (n - 1)
    return (runs - mean) / sqrt(variance)


def suspects(miners, limit):
    return sorted(name for name in set(miners) if runs_score(miners, name) < -limit)
