"""A fee market is users who want gas, and blocks that have too little of it.

`BaseFeeMarket` is Ethereum's since August 2021: the chain names a base fee, which is
burnt, and users add a tip. What stood before it is `minichain.chain.fee_auction`.
Nothing here is signed or executed: it is a model of demand under the chain's own rule.

References
----------
.. [1] EIP-1559, "Fee market change for ETH 1.0 chain", 2019.
.. [2] Roughgarden, "Transaction fee mechanism design for the Ethereum blockchain",
   2020, section 5.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from minichain.chain.execution import ELASTICITY, compute_base_fee
from minichain.evm.order import compute_gas_price
from minichain.ledger.block import Commitment
from minichain.ledger.state import NOTHING
from minichain.ledger.transaction import Transaction
from minichain.units import Address, BlockNumber, Gas, Hash32, Wei

GENESIS = BlockNumber(0)
"""The block before the first that sells."""

GAS_LIMIT = Gas(20_000_000)
"""Gas of a block unless a market says otherwise: EIP-1559's own example."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A user who wants gas.

    Attributes
    ----------
    name : int
        Tells users apart.
    arrived : BlockNumber
        The first block that could serve the user.
    patience : int
        Blocks after that one for which the user waits, then gives up.
    transaction : Transaction
        Unsigned. Its gas limit is what is wanted, its highest fee what a unit of gas
        is worth to the user, its tip what the user adds to the going price.
    """

    name: int
    arrived: BlockNumber
    patience: int
    transaction: Transaction

    @classmethod
    def of(
        cls, name: int, arrived: int, patience: int, gas: int, worth: int, tip: int
    ) -> "Wish":
        """Return the wish for ``gas``, worth at most ``worth`` wei a unit."""
        transaction = Transaction(
            nonce=0,
            gas_limit=Gas(gas),
            to=Address(bytes(20)),
            max_fee_per_gas=Wei(worth),
            max_priority_fee_per_gas=Wei(min(tip, worth)),
        )
        return cls(name, BlockNumber(arrived), patience, transaction)


@dataclass(frozen=True, slots=True)
class Sale:
    """Gas that a user got.

    Attributes
    ----------
    wish : Wish
        Whose.
    price : Wei
        Wei paid for each unit of gas.
    waited : int
        Blocks that passed the user by.
    """

    wish: Wish
    price: Wei
    waited: int

    @property
    def gas(self) -> Gas:
        """Gas that was bought."""
        return self.wish.transaction.gas_limit

    @property
    def paid(self) -> Wei:
        """Wei paid in all."""
        return Wei(self.gas * self.price)

    @property
    def saved(self) -> Wei:
        """Wei that the user would have paid on top, had it been necessary."""
        return Wei(self.gas * (self.wish.transaction.max_fee_per_gas - self.price))


@dataclass(frozen=True, slots=True)
class Batch:
    """What one block sold.

    Attributes
    ----------
    number : BlockNumber
        The block.
    base_fee_per_gas : Wei
        Wei burnt for each unit of gas; zero in an auction.
    sales : tuple of Sale
        Who got in, the highest price first.
    gave_up : int
        Users whose patience ended with this block.
    """

    number: BlockNumber
    base_fee_per_gas: Wei
    sales: tuple[Sale, ...]
    gave_up: int

    @property
    def gas_used(self) -> Gas:
        """Gas that was sold."""
        return Gas(sum(sale.gas for sale in self.sales))

    @property
    def paid(self) -> Wei:
        """Wei that all users paid together."""
        return Wei(sum(sale.paid for sale in self.sales))

    @property
    def burnt(self) -> Wei:
        """Wei that nobody gets."""
        return Wei(self.gas_used * self.base_fee_per_gas)

    @property
    def tips(self) -> Wei:
        """Wei that the block's builder gets."""
        return Wei(self.paid - self.burnt)

    @property
    def overpaid(self) -> Wei:
        """Wei paid above the lowest price in the same block."""
        if not self.sales:
            return NOTHING
        lowest = min(sale.price for sale in self.sales)
        return Wei(self.paid - self.gas_used * lowest)


class Market(Protocol):
    """Anything that sells gas block by block."""

    @property
    def waiting(self) -> tuple[Wish, ...]:
        """Users who wait for the next block."""

    def sell(self, arrivals: Iterable[Wish]) -> "tuple[Market, Batch]":
        """Return the market after one block more, and what the block sold."""


@dataclass(frozen=True, slots=True)
class BaseFeeMarket:
    """The market since EIP-1559: a base fee for all, and tips for who is in a hurry.

    Attributes
    ----------
    head : Commitment
        The last block: its base fee and its use of gas make the next base fee.
    waiting : tuple of Wish
        Users who wait for the next block.

    Examples
    --------
    >>> market = BaseFeeMarket.open(10**9)
    >>> wish = Wish.of(0, 1, 5, gas=10_000_000, worth=3 * 10**9, tip=10**8)
    >>> market, batch = market.sell([wish])
    >>> batch.burnt, batch.tips
    (10000000000000000, 1000000000000000)
    """

    head: Commitment
    waiting: tuple[Wish, ...] = ()

    @classmethod
    def open(cls, base_fee: int, gas_limit: Gas = GAS_LIMIT) -> "BaseFeeMarket":
        """Return a market whose next block has a base fee of ``base_fee`` wei."""
        root = Hash32(bytes(32))
        head = Commitment(
            number=GENESIS,
            beneficiary=Address(bytes(20)),
            state_root=root,
            receipts_root=root,
            gas_limit=gas_limit,
            gas_used=Gas(gas_limit // ELASTICITY),
            base_fee_per_gas=Wei(base_fee),
        )
        return cls(head)

    def sell(self, arrivals: Iterable[Wish]) -> "tuple[BaseFeeMarket, Batch]":
        """Return the market after one block more, and what the block sold.

        Who would pay the base fee may get in; the highest tips come first.
        """
        number = BlockNumber(self.head.number + 1)
        base_fee = compute_base_fee(self.head)
        wishes = [*self.waiting, *arrivals]
        offers = [
            (compute_gas_price(wish.transaction, base_fee), wish)
            for wish in wishes
            if wish.transaction.max_fee_per_gas >= base_fee
        ]
        sales = fill(offers, number, self.head.gas_limit)
        waiting, gave_up = select_waiting(wishes, sales, number)
        batch = Batch(number, base_fee, sales, gave_up)
        head = replace(
            self.head,
            number=number,
            base_fee_per_gas=base_fee,
            gas_used=batch.gas_used,
        )
        return BaseFeeMarket(head, waiting), batch


def fill(
    offers: Sequence[tuple[Wei, Wish]], number: BlockNumber, room: int
) -> tuple[Sale, ...]:
    """Return who gets in: the highest price first, of equals who came first."""
    sales = []
    for price, wish in sorted(offers, key=lambda offer: -offer[0]):
        gas = wish.transaction.gas_limit
        if gas <= room:
            room -= gas
            sales.append(Sale(wish, price, number - wish.arrived))
    return tuple(sales)


def select_waiting(
    wishes: Iterable[Wish], sales: Iterable[Sale], number: BlockNumber
) -> tuple[tuple[Wish, ...], int]:
    """Return who goes on waiting after a block, and how many gave up."""
    served = {sale.wish.name for sale in sales}
    left = [wish for wish in wishes if wish.name not in served]
    waiting = tuple(w for w in left if number - w.arrived < w.patience)
    return waiting, len(left) - len(waiting)
