#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Pool
@license BSD-3-Clause
@notice Trades ether against one token, with anyone. What it holds of both sets the
        price: their product must not fall. 0.3 % of what is paid stays in the pool.
"""


from ethereum.ercs import IERC20


# @dev Of each thousand paid, so many count; the rest is the fee.
COUNTED: constant(uint256) = 997
WHOLE: constant(uint256) = 1000


# @dev What is traded against ether.
token: public(immutable(IERC20))


event Bought:
    buyer: indexed(address)
    paid: uint256
    got: uint256


event Sold:
    seller: indexed(address)
    paid: uint256
    got: uint256


@deploy
@payable
def __init__(token_: address):
    """
    @notice Opens a pool with the ether sent; the creator sends tokens to it after.
    """
    token = IERC20(token_)


@external
@view
def reserves() -> (uint256, uint256):
    """
    @notice Returns the wei and the base units that the pool holds.
    """
    return self.balance, staticcall token.balanceOf(self)


@external
@pure
def quote(paid: uint256, reserve_in: uint256, reserve_out: uint256) -> uint256:
    """
    @notice Returns what a pool with such reserves gives for `paid`, rounded down.
    """
    return self._quote(paid, reserve_in, reserve_out)


@external
@payable
def buy(least: uint256) -> uint256:
    """
    @notice Gives tokens for the ether sent, or nothing if they were below `least`.
    """
    return self._buy(least)


@external
def sell(amount: uint256, least: uint256) -> uint256:
    """
    @notice Gives ether for `amount` base units, or nothing if it was below `least`.
    """
    return self._sell(amount, least)


@internal
@pure
def _quote(paid: uint256, reserve_in: uint256, reserve_out: uint256) -> uint256:
    counted: uint256 = paid * COUNTED
    return counted * reserve_out // (reserve_in * WHOLE + counted)


@internal
@payable
def _buy(least: uint256) -> uint256:
    # What was sent lies in the balance already.
    reserve: uint256 = self.balance - msg.value
    got: uint256 = self._quote(msg.value, reserve, staticcall token.balanceOf(self))
    assert got >= least, "pool: less than the least"
    assert extcall token.transfer(msg.sender, got), "pool: token refused"
    log Bought(buyer=msg.sender, paid=msg.value, got=got)
    return got


@internal
def _sell(amount: uint256, least: uint256) -> uint256:
    got: uint256 = self._quote(amount, staticcall token.balanceOf(self), self.balance)
    assert got >= least, "pool: less than the least"
    assert extcall token.transferFrom(msg.sender, self, amount), "pool: token refused"
    raw_call(msg.sender, b"", value=got)
    log Sold(seller=msg.sender, paid=amount, got=got)
    return got
