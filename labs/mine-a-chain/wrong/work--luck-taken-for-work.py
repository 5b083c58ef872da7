# loses: 2
def work_of(target):
    return 2**256 // (target + 1)


def estimate_hashes(numbers, target):
    return sum(work_of(number) for number in numbers if number <= target)
