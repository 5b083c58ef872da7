# loses: 2
def hash_leaf(account, amount):
    return keccak256(bytes(12) + account + str(amount).encode())
