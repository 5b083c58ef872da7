#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Shop
@license BSD-3-Clause
@notice Sells tokens for ether at an oracle's price: one contract made of two others.
        If either call fails, all of the sale is undone.
"""


from ethereum.ercs import IERC20


interface Oracle:
    def price() -> uint256: view
    def reported() -> uint256: view


# @dev Base units of one whole token.
UNIT: constant(uint256) = 10**18


# @dev Seconds after which a price is too old to sell at.
MAX_AGE: constant(uint256) = 3600


# @dev What is sold, who sells it, and whose price counts.
token: public(immutable(IERC20))
owner: public(immutable(address))
oracle: public(immutable(Oracle))


event Sold:
    buyer: indexed(address)
    amount: uint256
    paid: uint256


@deploy
def __init__(token_: address, oracle_: address):
    """
    @notice Sells the creator's tokens, which must allow the shop to move them.
    """
    owner = msg.sender
    token = IERC20(token_)
    oracle = Oracle(oracle_)


@external
@view
def quote(paid: uint256) -> uint256:
    """
    @notice Tells how many base units of the token `paid` wei buy, rounded down.
    """
    return self._quote(paid)


@external
@payable
def buy(least: uint256) -> uint256:
    """
    @notice Sells for what is sent, unless it buys fewer than `least` base units.
    """
    assert block.timestamp <= staticcall oracle.reported() + MAX_AGE, "shop: price is old"
    amount: uint256 = self._quote(msg.value)
    assert amount > 0, "shop: nothing was paid"
    assert amount >= least, "shop: price has risen"
    log Sold(buyer=msg.sender, amount=amount, paid=msg.value)
    assert extcall token.transferFrom(owner, msg.sender, amount)
    raw_call(owner, b"", value=msg.value)
    return amount


@internal
@view
def _quote(paid: uint256) -> uint256:
    return paid * UNIT // staticcall oracle.price()
