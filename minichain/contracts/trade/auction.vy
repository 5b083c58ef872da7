#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Auction
@license BSD-3-Clause
@notice An open ascending auction. Who is outbid fetches the money: were it sent, one
        bidder that refuses payments could stop all the others.
"""


# @dev Who sells.
seller: public(immutable(address))


# @dev When bidding ends, in seconds since 1970.
end: public(immutable(uint256))


# @dev Who leads, with how much.
leader: public(address)
highest: public(uint256)


# @dev What those who were outbid may fetch.
refunds: public(HashMap[address, uint256])


# @dev Whether the seller has been paid.
closed: public(bool)


event Bid:
    bidder: indexed(address)
    amount: uint256


event Closed:
    winner: indexed(address)
    amount: uint256


@deploy
def __init__(duration: uint256):
    """
    @notice Opens the auction for `duration` seconds; the creator sells.
    """
    assert duration > 0, "auction: no time to bid"
    seller = msg.sender
    end = block.timestamp + duration


@external
@payable
def bid():
    """
    @notice Bids what is sent. The bid before it can be fetched from now on.
    """
    assert block.timestamp < end, "auction: bidding has ended"
    assert msg.value > self.highest, "auction: bid is not higher"
    self.refunds[self.leader] += self.highest
    self.leader = msg.sender
    self.highest = msg.value
    log Bid(bidder=msg.sender, amount=msg.value)


@external
def withdraw() -> uint256:
    """
    @notice Sends back what the caller was outbid with, and returns how much it was.
    """
    amount: uint256 = self.refunds[msg.sender]
    assert amount > 0, "auction: nothing to withdraw"
    self.refunds[msg.sender] = 0
    raw_call(msg.sender, b"", value=amount)
    return amount


@external
def close():
    """
    @notice Pays the seller, once, after the end. Anyone may call it.
    """
    assert block.timestamp >= end, "auction: bidding has not ended"
    assert not self.closed, "auction: already closed"
    self.closed = True
    log Closed(winner=self.leader, amount=self.highest)
    raw_call(seller, b"", value=self.highest)
