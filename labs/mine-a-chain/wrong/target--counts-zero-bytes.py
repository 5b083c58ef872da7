# loses: 3
def is_enough(header, target):
    zeros = 32 - (target.bit_length() + 7) // 8
    return sha256d(header)[32 - zeros :] == bytes(zeros)
