# loses: 3
freezer = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Freezer
@license BSD-3-Clause
@notice Bids, and lets nobody bid after it.
"""


interface Auction:
    def bid(): payable


@external
@payable
def attack(target: address):
    """@notice Bids what is sent."""
    extcall Auction(target).bid(value=msg.value)


@external
@payable
def __default__():
    """@notice Runs when somebody pays it."""
    raise "freezer: no, thanks"
'''

mended_auction = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Auction
@license BSD-3-Clause
@notice The highest bid wins. Whoever is outbid has the money back.
"""


# @dev Who sells.
seller: public(immutable(address))


# @dev Who leads, and with how much.
leader: public(address)
highest: public(uint256)


# @dev Wei that those who were outbid may collect.
refunds: public(HashMap[address, uint256])


# @dev Whether it is over.
closed: public(bool)


@deploy
def __init__():
    """@notice Opens the auction; the creator sells."""
    seller = msg.sender


@external
@payable
def bid():
    """@notice Bids what is sent. The bid before it can be collected from now on."""
    assert not self.closed, "auction: it is over"
    assert msg.value > self.highest, "auction: bid is not higher"
    self.leader = msg.sender
    self.refunds[self.leader] += self.highest
    self.highest = msg.value


@external
def collect():
    """@notice Pays the caller the bids of its own that were outbid."""
    amount: uint256 = self.refunds[msg.sender]
    self.refunds[msg.sender] = 0
    raw_call(msg.sender, b"", value=amount)


@external
def close():
    """@notice Ends the auction and pays the seller, for the seller alone."""
    assert msg.sender == seller, "auction: caller is not the seller"
    assert not self.closed, "auction: it is over"
    self.closed = True
    raw_call(seller, b"", value=self.highest)
'''
