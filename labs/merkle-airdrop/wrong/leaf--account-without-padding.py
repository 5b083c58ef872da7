# loses: 2
def hash_leaf(account, amount):
    return keccak256(account + amount.to_bytes(32, "big"))
