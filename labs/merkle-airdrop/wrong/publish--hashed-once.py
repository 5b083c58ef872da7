# loses: 1
def safe_leaf(account, amount):
    return hash_leaf(account, amount)


def airdrop_root(text):
    leaves = []
    for line in text.split():
        account, tokens = line.split(",")
        whole, _, part = tokens.partition(".")
        amount = int(whole + part.ljust(18, "0"))
        leaves.append(safe_leaf(bytes.fromhex(account.removeprefix("0x")), amount))
    return merkle_root(leaves)
