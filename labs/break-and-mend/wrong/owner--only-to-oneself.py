# loses: 2
def attack_till(me):
    """Return the calls with which a stranger empties the till."""
    return [("set_owner", [me]), ("sweep", [])]

mended_till = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Till
@license BSD-3-Clause
@notice Takes payments for its owner, who may hand it over to another.
"""


# @dev Who may empty it.
owner: public(address)


@deploy
def __init__():
    """@notice Makes the creator the owner."""
    self.owner = msg.sender


@external
@payable
def pay():
    """@notice Keeps what is sent."""
    assert msg.value > 0, "till: nothing was paid"


@external
def set_owner(owner: address):
    """@notice Hands the till over, for the owner alone."""
    assert msg.sender == owner
    self.owner = owner


@external
def sweep():
    """@notice Pays all there is to the owner."""
    assert msg.sender == self.owner, "till: caller is not the owner"
    raw_call(self.owner, b"", value=self.balance)
'''
