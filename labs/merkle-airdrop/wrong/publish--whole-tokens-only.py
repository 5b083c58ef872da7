# loses: 2
def safe_leaf(account, amount):
    return keccak256(hash_leaf(account, amount))


def airdrop_root(text):
    leaves = []
    for line in text.split():
        account, tokens = line.split(",")
        amount = int(tokens.split(".")[0]) * 10**18
        leaves.append(safe_leaf(bytes.fromhex(account.removeprefix("0x")), amount))
    return merkle_root(leaves)
