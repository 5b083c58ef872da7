#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Escrow
@license BSD-3-Clause
@notice Holds a buyer's payment until the buyer confirms what was bought, or an
        arbiter decides, or the seller gives it back. A seller who hears nothing
        may collect after the deadline.
"""


# @dev The three parties.
buyer: public(immutable(address))
seller: public(immutable(address))
arbiter: public(immutable(address))


# @dev When the seller may collect if nobody objected, in seconds since 1970.
deadline: public(immutable(uint256))


# @dev Whether the buyer objected, so that only the arbiter decides.
disputed: public(bool)


# @dev Whether the payment has gone to either of them.
settled: public(bool)


event Disputed:
    buyer: indexed(address)


event Settled:
    receiver: indexed(address)
    amount: uint256


@deploy
@payable
def __init__(seller_: address, arbiter_: address, duration: uint256):
    """
    @notice Takes the creator's payment for `seller_`, for `duration` seconds.
    """
    assert msg.value > 0, "escrow: nothing was paid"
    assert seller_ != empty(address), "escrow: seller is the zero address"
    assert arbiter_ not in [msg.sender, seller_], "escrow: arbiter is a party"
    buyer = msg.sender
    seller = seller_
    arbiter = arbiter_
    deadline = block.timestamp + duration


@external
def confirm():
    """
    @notice Pays the seller, at the buyer's word.
    """
    assert msg.sender == buyer, "escrow: caller is not the buyer"
    self._settle(seller)


@external
def give_back():
    """
    @notice Pays the buyer back, at the seller's word.
    """
    assert msg.sender == seller, "escrow: caller is not the seller"
    self._settle(buyer)


@external
def dispute():
    """
    @notice Leaves the decision to the arbiter; the buyer's right until the deadline.
    """
    assert msg.sender == buyer, "escrow: caller is not the buyer"
    assert not self.settled, "escrow: already settled"
    assert block.timestamp < deadline, "escrow: deadline has passed"
    self.disputed = True
    log Disputed(buyer=buyer)


@external
def decide(receiver: address):
    """
    @notice Pays the party that the arbiter names, once there is a dispute.
    """
    assert msg.sender == arbiter, "escrow: caller is not the arbiter"
    assert self.disputed, "escrow: nobody objected"
    assert receiver in [buyer, seller], "escrow: receiver is not a party"
    self._settle(receiver)


@external
def collect():
    """
    @notice Pays the seller after a deadline that passed without a dispute.
    """
    assert msg.sender == seller, "escrow: caller is not the seller"
    assert not self.disputed, "escrow: the arbiter decides"
    assert block.timestamp >= deadline, "escrow: deadline has not passed"
    self._settle(seller)


@internal
def _settle(receiver: address):
    """
    @notice Sends everything to one party, once. The note is made before the payment,
            so that a receiver which calls back finds the escrow settled.
    """
    assert not self.settled, "escrow: already settled"
    self.settled = True
    amount: uint256 = self.balance
    log Settled(receiver=receiver, amount=amount)
    raw_call(receiver, b"", value=amount)
