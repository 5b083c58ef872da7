#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Box
@license BSD-3-Clause
@notice Keeps a number. Used behind a proxy, the number lies in the proxy's storage.
"""


# @dev The number.
number: public(uint256)


event Stored:
    number: uint256


@external
def store(number: uint256):
    """
    @notice Keeps another number.
    """
    self.number = number
    log Stored(number=number)


@external
@pure
def version() -> uint256:
    """
    @notice Tells which box this is.
    """
    return 1
