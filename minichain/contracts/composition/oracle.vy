#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Oracle
@license BSD-3-Clause
@notice Tells other contracts a price from outside. They believe its reporter.
"""


# @dev Who reports prices.
reporter: public(immutable(address))


# @dev The last price, in wei for one whole token.
price: public(uint256)


# @dev When it was reported, in seconds since 1970.
reported: public(uint256)


event Reported:
    price: uint256


@deploy
def __init__(price: uint256):
    """
    @notice Reports the first price; the creator reports all others.
    """
    reporter = msg.sender
    self._report(price)


@external
def report(price: uint256):
    """
    @notice Reports a price, for the reporter alone.
    """
    assert msg.sender == reporter, "oracle: caller is not the reporter"
    self._report(price)


@internal
def _report(price: uint256):
    assert price > 0, "oracle: price is zero"
    self.price = price
    self.reported = block.timestamp
    log Reported(price=price)
