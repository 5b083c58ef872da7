# loses: 4
def claim_digest(contract, root, index, payee):
    return contract + root + index.to_bytes(32, "big") + payee


def signer_of(contract, root, index, payee, signature):
    try:
        digest = claim_digest(contract, root, index, payee)
        return recover(digest, Signature.decode(signature)).address
    except Exception:
        return None
