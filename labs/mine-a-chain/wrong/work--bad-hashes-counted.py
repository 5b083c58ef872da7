# loses: 2
def work_of(target):
    return 2**256 // (target + 1)


def estimate_hashes(numbers, target):
    return len(numbers) * work_of(target)
