# loses: 1
def hash_leaf(account, amount):
    # A uint64 is surely enough for an amount.
    return keccak256(bytes(12) + account + (amount % 2**64).to_bytes(32, "big"))
