# loses: 3
def claim_digest(contract, root, index, payee):
    return keccak256(contract + root + index.to_bytes(32, "big"))


def signer_of(contract, root, index, payee, signature):
    try:
        digest = claim_digest(contract, root, index, payee)
        return recover(digest, Signature.decode(signature)).address
    except Exception:
        return None
