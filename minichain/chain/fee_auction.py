"""A first-price auction is the fee market before EIP-1559.

Everyone bids, the highest bids win, and each winner pays what he bid. So everyone has
to guess what others bid, and whoever guesses too high pays for it.

References
----------
.. [1] go-ethereum 1.9, ``eth/gasprice``: 20 blocks, the 60th percentile.
.. [2] Roughgarden, "Transaction fee mechanism design for the Ethereum blockchain",
   2020, section 3.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from minichain.chain.execution import ELASTICITY, MAX_FEE_CHANGE
from minichain.chain.fee_market import (
    GAS_LIMIT,
    GENESIS,
    Batch,
    Wish,
    fill,
    select_waiting,
)
from minichain.ledger.state import NOTHING
from minichain.units import BlockNumber, Gas, Wei

MEMORY = 20
"""Blocks that a bidder looks back at, as wallets did before EIP-1559."""

PERCENTILE = 60
"""Which of the last blocks' lowest prices, ordered, bidders take, in per cent."""


@dataclass(frozen=True, slots=True)
class PriceAuction:
    """The market before EIP-1559: everyone bids, and winners pay their bids.

    A bidder takes what was enough lately, adds a tip, and raises the bid by an eighth
    for each block that passed by, up to what the gas is worth to him. Real wallets
    guessed in much the same way [1]_.

    Attributes
    ----------
    capacity : Gas
        Gas that a block sells.
    lowest : tuple of Wei
        Lowest prices of the last `MEMORY` blocks, the newest last.
    number : BlockNumber
        The last block.
    waiting : tuple of Wish
        Users who wait for the next block.
    """

    capacity: Gas
    lowest: tuple[Wei, ...]
    number: BlockNumber = GENESIS
    waiting: tuple[Wish, ...] = ()

    @classmethod
    def open(cls, price: int, gas_limit: Gas = GAS_LIMIT) -> "PriceAuction":
        """Return an auction in which ``price`` wei was enough lately.

        Its blocks hold what those of a `BaseFeeMarket` hold on average: half the
        limit.
        """
        return cls(Gas(gas_limit // ELASTICITY), (Wei(price),) * MEMORY)

    @property
    def going_price(self) -> Wei:
        """Wei for a unit of gas that bidders take for enough."""
        ordered = sorted(self.lowest)
        return ordered[(len(ordered) - 1) * PERCENTILE // 100]

    def compute_bid(self, wish: Wish) -> Wei:
        """Return what a user bids for the next block, rounded down."""
        return self._raise(self.going_price, wish)

    def _raise(self, going: Wei, wish: Wish) -> Wei:
        waited = self.number + 1 - wish.arrived
        asked = going * (MAX_FEE_CHANGE + waited) // MAX_FEE_CHANGE
        tip = wish.transaction.max_priority_fee_per_gas
        return Wei(min(asked + tip, wish.transaction.max_fee_per_gas))

    def sell(self, arrivals: Iterable[Wish]) -> "tuple[PriceAuction, Batch]":
        """Return the auction after one block more, and what the block sold."""
        number = BlockNumber(self.number + 1)
        wishes = [*self.waiting, *arrivals]
        going = self.going_price
        offers = [(self._raise(going, wish), wish) for wish in wishes]
        sales = fill(offers, number, self.capacity)
        waiting, gave_up = select_waiting(wishes, sales, number)
        lowest = self.lowest
        if sales:
            lowest = (*lowest, min(sale.price for sale in sales))[-MEMORY:]
        after = PriceAuction(self.capacity, lowest, number, waiting)
        return after, Batch(number, NOTHING, sales, gave_up)
