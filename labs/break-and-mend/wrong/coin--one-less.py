# loses: 2
def attack_coin(count, balance):
    """Return the amount that transfer_many gives to each receiver."""
    return 2**256 // count - 1

mended_coin = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Coin
@license BSD-3-Clause
@notice A token that can be sent to many at once.
"""


# @dev Units of each account.
balances: public(HashMap[address, uint256])


@deploy
def __init__(supply: uint256):
    """@notice Gives all units to the creator."""
    self.balances[msg.sender] = supply


@external
def transfer(to: address, amount: uint256):
    """@notice Moves units of the caller."""
    assert self.balances[msg.sender] >= amount, "coin: insufficient balance"
    self.balances[msg.sender] -= amount
    self.balances[to] += amount


@external
def transfer_many(receivers: DynArray[address, 20], amount: uint256):
    """@notice Moves `amount` units of the caller to each receiver."""
    total: uint256 = amount * len(receivers)
    assert self.balances[msg.sender] >= total, "coin: insufficient balance"
    self.balances[msg.sender] -= total
    for receiver: address in receivers:
        self.balances[receiver] += amount
'''
