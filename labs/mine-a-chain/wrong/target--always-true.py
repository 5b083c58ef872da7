# loses: 3
def is_enough(header, target):
    return True
