# loses: 2
def hash_leaf(account, amount):
    return keccak256(account + bytes(12) + amount.to_bytes(32, "big"))
