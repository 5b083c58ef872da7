# loses: 2
def hash_leaf(account, amount):
    return keccak256((bytes(12) + account + amount.to_bytes(32, "big")).hex().encode())
