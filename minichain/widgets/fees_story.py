"""A story of the fee market: the settings of each block, and what the blocks sold.

A story is nothing but settings. The rules of `minichain` make the same blocks of them
each time, so no price is kept and none can be forged.
"""

from dataclasses import dataclass
from functools import lru_cache

from minichain.chain.fee_auction import PriceAuction
from minichain.chain.fee_demand import TYPICAL_WORTH, Demand, draw_wishes
from minichain.chain.fee_market import BaseFeeMarket, Batch, Sale, Wish
from minichain.units import GWEI

YOUR_GAS = 150_000
"""Gas of the learner's own order: one swap."""

YOUR_PATIENCE = 10**6
"""Blocks that the learner waits: for ever."""

YOUR_NAME = 2**16 - 1
"""The learner's place among the users of a block: behind all others."""


@dataclass(frozen=True)
class Season:
    """Settings under which one block is sold.

    Attributes
    ----------
    load : int
        Gas wanted, in per cent of the target.
    tip : int
        Gwei that ordinary users offer as a tip.
    mint : bool
        Whether a mint is on.
    fee : int
        Gwei a gas that the learner's order pays at most, sent before this block; 0 if
        none was sent.
    your_tip : int
        Gwei of its tip.
    """

    load: int
    tip: int
    mint: bool
    fee: int = 0
    your_tip: int = 0


@dataclass(frozen=True)
class Row:
    """What one block sold, in figures.

    Attributes
    ----------
    base_fee, lowest, highest : int
        Wei for a unit of gas; zero where nothing was sold.
    gas, paid, burnt, overpaid, saved : int
        Gas and wei.
    served, waited, gave_up : int
        Users, blocks that passed them by together, and users who left.
    """

    base_fee: int
    lowest: int
    highest: int
    gas: int
    paid: int
    burnt: int
    overpaid: int
    saved: int
    served: int
    waited: int
    gave_up: int

    @classmethod
    def of(cls, batch: Batch) -> "Row":
        """Return a block's figures."""
        sales = batch.sales
        return cls(
            base_fee=batch.base_fee_per_gas,
            lowest=sales[-1].price if sales else 0,
            highest=sales[0].price if sales else 0,
            gas=batch.gas_used,
            paid=batch.paid,
            burnt=batch.burnt,
            overpaid=batch.overpaid,
            saved=sum(sale.saved for sale in sales),
            served=len(sales),
            waited=sum(sale.waited for sale in sales),
            gave_up=batch.gave_up,
        )


@dataclass(frozen=True)
class Course:
    """One set of rules, and how it went under them.

    Attributes
    ----------
    market : BaseFeeMarket or PriceAuction
        The market after the last block.
    rows : tuple of Row
        A row for each block.
    last : tuple of Sale
        What the last block sold.
    yours : tuple of Sale
        The learner's orders that got in.
    """

    market: BaseFeeMarket | PriceAuction
    rows: tuple[Row, ...] = ()
    last: tuple[Sale, ...] = ()
    yours: tuple[Sale, ...] = ()

    def after(self, wishes: tuple[Wish, ...]) -> "Course":
        """Return the course after one block more."""
        market, batch = self.market.sell(wishes)
        yours = tuple(sale for sale in batch.sales if is_yours(sale.wish))
        rows = (*self.rows, Row.of(batch))
        return Course(market, rows, batch.sales, self.yours + yours)


def is_yours(wish: Wish) -> bool:
    """Return whether a wish is the learner's."""
    return wish.name & YOUR_NAME == YOUR_NAME


@lru_cache(256)
def tell(seed: int, seasons: tuple[Season, ...]) -> tuple[Course, Course]:
    """Return how a story goes with a base fee, and how as an auction."""
    if not seasons:
        return (
            Course(BaseFeeMarket.open(TYPICAL_WORTH)),
            Course(PriceAuction.open(TYPICAL_WORTH)),
        )
    fees, bids = tell(seed, seasons[:-1])
    season, number = seasons[-1], len(seasons)
    demand = Demand(season.load, GWEI * season.tip, season.mint)  # type: ignore[arg-type]
    wishes = draw_wishes(seed, number, demand)
    if season.fee:
        yours = Wish.of(
            number << 16 | YOUR_NAME, number, YOUR_PATIENCE, YOUR_GAS,
            worth=season.fee * GWEI, tip=season.your_tip * GWEI,
        )  # fmt: skip
        wishes = (*wishes, yours)
    return fees.after(wishes), bids.after(wishes)
