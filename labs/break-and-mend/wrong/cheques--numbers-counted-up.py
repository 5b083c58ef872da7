# loses: 2
def attack_cheques(cheque, deposit):
    """Return the cheques that a stranger hands in."""
    return [(*cheque[:3], cheque[3] + n, *cheque[4:]) for n in range(deposit // cheque[2])]

mended_cheques = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Cheques
@license BSD-3-Clause
@notice Pays from deposits to whoever brings a cheque that the depositor signed.
"""


# @dev Wei of each depositor.
deposits: public(HashMap[address, uint256])


# @dev Whether a payer's cheque, by what was signed, has been cashed.
cashed: public(HashMap[address, HashMap[bytes32, bool]])


@external
@payable
def deposit():
    """@notice Notes what is sent for the caller."""
    self.deposits[msg.sender] += msg.value


@external
@view
def digest(to: address, amount: uint256, number: uint256) -> bytes32:
    """@notice Returns what is signed; a depositor numbers the cheques as it likes."""
    return self._digest(to, amount, number)


@external
def cash(
    payer: address,
    to: address,
    amount: uint256,
    number: uint256,
    v: uint256,
    r: uint256,
    s: uint256,
):
    """@notice Pays a cheque from the payer's deposit."""
    digest: bytes32 = self._digest(to, amount, number)
    signer: address = ecrecover(digest, v, r, s)
    assert signer != empty(address), "cheques: no signature"
    assert signer == payer, "cheques: not signed by the payer"
    assert not self.cashed[payer][digest], "cheques: cashed already"
    self.cashed[payer][digest] = True
    self.deposits[payer] -= amount
    raw_call(to, b"", value=amount)


@internal
@view
def _digest(to: address, amount: uint256, number: uint256) -> bytes32:
    return keccak256(abi_encode(chain.id, self, to, amount, number))
'''
