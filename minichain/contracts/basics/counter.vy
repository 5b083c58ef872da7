#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Counter
@license BSD-3-Clause
@notice A number that anyone may raise by one and only its owner may set.
"""


# @dev Who may set the number, fixed when the contract is made.
owner: public(immutable(address))


# @dev The number.
count: public(uint256)


event Counted:
    account: indexed(address)
    count: uint256


@deploy
def __init__(start: uint256):
    """
    @notice Begins to count at `start`; whoever creates the contract owns it.
    """
    owner = msg.sender
    self.count = start


@external
def increment():
    """
    @notice Raises the number by one.
    """
    self.count += 1
    log Counted(account=msg.sender, count=self.count)


@external
def set_count(count: uint256):
    """
    @notice Sets the number, for the owner alone.
    """
    assert msg.sender == owner, "counter: caller is not the owner"
    self.count = count
    log Counted(account=msg.sender, count=count)
