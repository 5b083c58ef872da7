# loses: 2
def work_of(target):
    return 2**256 // target


def estimate_hashes(numbers, target):
    return sum(number <= target for number in numbers) * work_of(target)
