# loses: 3
def merkle_root(leaves):
    return keccak256(b"".join(leaves))
