#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Pair
@license BSD-3-Clause
@notice Changes one token for another so that the product of what it holds never
        falls; three thousandths stay as a fee.
"""


from ethereum.ercs import IERC20


event Swap:
    sender: indexed(address)
    paid: uint256
    got: uint256


tokens: public(IERC20[2])
held: public(uint256[2])


@deploy
def __init__(first: IERC20, second: IERC20):
    """
    @notice Names the two tokens.
    """
    self.tokens = [first, second]


@external
def sync():
    """
    @notice Takes what is there as what is held.
    """
    for i: uint256 in range(2):
        self.held[i] = staticcall self.tokens[i].balanceOf(self)


@external
@nonreentrant
def swap(paid: uint256, which: uint256, least: uint256) -> uint256:
    """
    @notice Takes `paid` of token `which` and gives at least `least` of the other.
    """
    other: uint256 = 1 - which
    extcall self.tokens[which].transferFrom(msg.sender, self, paid)
    net: uint256 = paid * 997
    got: uint256 = net * self.held[other] // (self.held[which] * 1000 + net)
    assert got >= least, "pair: too little"
    self.held[which] += paid
    self.held[other] -= got
    extcall self.tokens[other].transfer(msg.sender, got)
    log Swap(sender=msg.sender, paid=paid, got=got)
    return got
