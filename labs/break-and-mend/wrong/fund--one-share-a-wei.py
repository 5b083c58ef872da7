# loses: 1
def attack_fund(deposit):
    """Return what a stranger deposits and gives before somebody deposits."""
    return 1, deposit

mended_fund = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Fund
@license BSD-3-Clause
@notice Keeps ether in shares. What it earns belongs to all of them.
"""


# @dev Shares that nobody owns; with 1 wei that nobody owns they set the first price.
NOBODY: constant(uint256) = 10**6


# @dev Shares of each account, and of all.
shares: public(HashMap[address, uint256])
total: public(uint256)


@external
@payable
def earn():
    """@notice Adds what is sent to what all shares are worth."""
    pass


@external
@payable
def deposit():
    """@notice Gives the caller new shares for what is sent, at what they are worth."""
    assets: uint256 = self.balance - msg.value
    new: uint256 = msg.value
    assert new > 0, "fund: too little for a share"
    self.shares[msg.sender] += new
    self.total += new


@external
def withdraw():
    """@notice Pays the caller for all of its shares, rounded down."""
    held: uint256 = self.shares[msg.sender]
    amount: uint256 = held * self.balance // self.total
    self.total -= self.shares[msg.sender]
    self.shares[msg.sender] = 0
    raw_call(msg.sender, b"", value=amount)
'''
