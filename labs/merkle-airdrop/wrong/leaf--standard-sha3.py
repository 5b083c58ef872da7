# loses: 2
from hashlib import sha3_256


def hash_leaf(account, amount):
    return sha3_256(bytes(12) + account + amount.to_bytes(32, "big")).digest()
