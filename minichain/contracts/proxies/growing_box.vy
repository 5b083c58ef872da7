#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Growing box
@license BSD-3-Clause
@notice Keeps a number that only grows: what a proxy with a box may be upgraded to.
"""


# @dev The number.
number: public(uint256)


event Stored:
    number: uint256


@external
def store(number: uint256):
    """
    @notice Keeps a number that is larger than the one before.
    """
    assert number > self.number, "box: number does not grow"
    self.number = number
    log Stored(number=number)


@external
@pure
def version() -> uint256:
    """
    @notice Tells which box this is.
    """
    return 2
