#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Trader
@license BSD-3-Clause
@notice Calls other contracts over and over.
"""


from ethereum.ercs import IERC20


interface Pair:
    def swap(paid: uint256, which: uint256, least: uint256) -> uint256: nonpayable
    def sync(): nonpayable


@external
def pay(token: IERC20, count: uint256):
    """
    @notice Pays one unit each to a hundred receivers in turn.
    """
    for i: uint256 in range(count, bound=1000000):
        extcall token.transfer(convert(4096 + i % 100, address), 1)


@external
def supply(pair: Pair, first: IERC20, second: IERC20, amount: uint256):
    """
    @notice Gives the pair `amount` of both tokens and lets it take more.
    """
    for token: IERC20 in [first, second]:
        extcall token.transfer(pair.address, amount)
        extcall token.approve(pair.address, max_value(uint256))
    extcall pair.sync()


@external
def trade(pair: Pair, count: uint256) -> uint256:
    """
    @notice Swaps to and fro; returns what it got together.
    """
    total: uint256 = 0
    for i: uint256 in range(count, bound=1000000):
        total += extcall pair.swap(10**6 + i % 100, i % 2, 1)
    return total
