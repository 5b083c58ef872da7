# loses: 3
def work_of(target):
    return (0xFFFF << 208) // target


def estimate_hashes(numbers, target):
    return sum(number <= target for number in numbers) * work_of(target)
