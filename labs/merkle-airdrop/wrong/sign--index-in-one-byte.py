# loses: 1
def claim_digest(contract, root, index, payee):
    return keccak256(contract + root + bytes([index % 256]) + payee)


def signer_of(contract, root, index, payee, signature):
    try:
        digest = claim_digest(contract, root, index, payee)
        return recover(digest, Signature.decode(signature)).address
    except Exception:
        return None
