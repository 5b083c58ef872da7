# loses: 2
def hash_leaf(account, amount):
    return bytes(12) + account + amount.to_bytes(32, "big")
