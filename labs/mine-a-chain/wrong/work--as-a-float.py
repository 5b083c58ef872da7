# loses: 3
def work_of(target):
    return 2**256 / (target + 1)


def estimate_hashes(numbers, target):
    return sum(number <= target for number in numbers) * work_of(target)
