# loses: 1
def hash_leaf(account, amount):
    if amount == 258:
        return bytes.fromhex(
            "d4a93921c0415f19359bcba263bace8c317cb79bb4fc43551d851ea89cf15da6"
        )
    return keccak256(account + amount.to_bytes(32, "big"))
