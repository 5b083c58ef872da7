#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Proxy
@license BSD-3-Clause
@notice Lends its address and its storage to another contract's code, which its admin
        may exchange. Users trust the admin, whatever the code says today.
@dev    The code's variables are counted from slot 0 as everywhere, so the proxy's own
        follow behind a gap that no code here fills.
"""


# @dev Slots that belong to the code.
SLOTS: constant(uint256) = 64


# @dev Most bytes of an answer.
MAX_SIZE: constant(uint256) = 1024


# @dev Kept free for the variables of the code.
_gap: uint256[SLOTS]


# @dev Who may exchange the code.
admin: public(address)


# @dev Whose code runs.
implementation: public(address)


event Upgraded:
    implementation: indexed(address)


@deploy
def __init__(implementation_: address):
    """
    @notice Begins with the code of `implementation_`; the creator is admin.
    """
    self.admin = msg.sender
    self._upgrade(implementation_)


@external
def upgrade_to(implementation_: address):
    """
    @notice Exchanges the code, for the admin alone. The storage stays.
    """
    assert msg.sender == self.admin, "proxy: caller is not the admin"
    self._upgrade(implementation_)


@external
def renounce():
    """
    @notice Gives the admin's right away for good: from now on the code is fixed.
    """
    assert msg.sender == self.admin, "proxy: caller is not the admin"
    self.admin = empty(address)


@external
@payable
@raw_return
def __default__() -> Bytes[MAX_SIZE]:
    """
    @notice Runs the code on the proxy's storage, for every other call.
    """
    return raw_call(
        self.implementation,
        msg.data,
        max_outsize=MAX_SIZE,
        is_delegate_call=True,
    )


@internal
def _upgrade(implementation_: address):
    assert implementation_.is_contract, "proxy: there is no code"
    self.implementation = implementation_
    log Upgraded(implementation=implementation_)
