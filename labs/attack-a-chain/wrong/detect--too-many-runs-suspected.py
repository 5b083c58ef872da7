# loses: 2
def runs_score(miners, name):
    own = [miner == name for miner in miners]
    n, k = len(own), sum(own)
    if k in (0, n):
        return 0.0
    runs = 1 + sum(a != b for a, b in zip(own, own[1:]))
    mean = 2 * k * (n - k) / n + 1
    variance = (mean - 1) * (mean - 2) / (n - 1)
    return (runs - mean) / sqrt(variance) if variance > 0 else 0.0


def suspects(miners, limit):
    return sorted(name for name in set(miners) if runs_score(miners, name) > limit)
