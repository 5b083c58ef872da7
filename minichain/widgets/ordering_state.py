"""The ordering lab's state: what waits, what the learner adds, how it is ordered."""

from dataclasses import dataclass, replace
from typing import Literal

from minichain.units import ETHER, GWEI
from minichain.widgets.base import OPEN, Prediction
from minichain.widgets.ordering_case import STANDARD, Result, Sent, play
from minichain.widgets.ordering_stage import WHOLE, Terms

RoleName = Literal["searcher", "builder"]
"""Whom the learner plays: who pays for a place, or who gives places."""

AttackName = Literal["none", "front-run", "sandwich"]
"""What the learner sends: nothing, a purchase, or a purchase and a sale."""

ATTACKS: dict[AttackName, tuple[str, ...]] = {
    "none": (),
    "front-run": ("you-buy",),
    "sandwich": ("you-buy", "you-sell"),
}
"""The transactions of each attack."""

STRANGERS = ("gus", "hana", "ivo")
"""Who may come to the mempool besides, one payment each."""

STRANGER_TIP = 7 * GWEI
"""Wei a gas that they tip."""

ROOM_ABOVE = 60 * GWEI
"""Wei a gas that every fee may rise above its tip."""

AMOUNT_LIMIT = 10_000
"""Most thousandths of an ether that the learner buys for."""

TIP_LIMIT = 50
"""Most gwei that the learner tips."""

SENT_LIMIT = 24
"""Most transactions and replacements of one story."""

PRICE_LIMIT = 10_000 * GWEI
"""Most wei a gas that a replacement reaches."""

MICRO = ETHER // 1_000_000
"""Wei in a millionth of an ether."""

AMOUNTS = (10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 3000, 5000)
"""Thousandths of an ether that are tried one after the other."""

Point = tuple[int, int, bool]
"""Of a trial: the amount, the gain in millionths of an ether, and if Vera traded."""


@dataclass(frozen=True)
class OrderingState:
    """What waits, what the learner adds, and how the block is ordered.

    Attributes
    ----------
    role : str
        Searcher, who tips for a place, or builder, who orders by hand.
    attack : str
        What the learner sends.
    amount : int
        Thousandths of an ether that he buys for.
    first, second : int
        Gwei of tip for his purchase, and for his sale.
    limit : int
        Hundredths of a per cent that Vera may get less than quoted; `WHOLE` for any.
    sealed, blind : bool
        Whether the pool wants commitments, and whether the learner made his before.
    sent : tuple of Sent
        What the others sent, replacements among it.
    order : tuple of str
        The builder's block, by the names of transactions.
    left : int
        Amounts still to try.
    points : tuple of Point
        What a sandwich of each amount tried so far has brought.
    prediction : Prediction
        What the learner expects Vera to get.
    """

    role: RoleName = "searcher"
    attack: AttackName = "none"
    amount: int = 1_000
    first: int = 4
    second: int = 2
    limit: int = WHOLE
    sealed: bool = False
    blind: bool = False
    sent: tuple[Sent, ...] = STANDARD
    order: tuple[str, ...] = ()
    left: int = 0
    points: tuple[Point, ...] = ()
    prediction: Prediction = OPEN

    @property
    def terms(self) -> Terms:
        """What decides the trades."""
        return Terms(self.amount, self.limit, self.sealed, self.sealed and self.blind)

    @property
    def all_sent(self) -> tuple[Sent, ...]:
        """What reached the mempool: the learner comes right after the first ones."""
        tips = {"you-buy": self.first * GWEI, "you-sell": self.second * GWEI}
        yours = [Sent(n, tips[n], tips[n] + ROOM_ABOVE) for n in ATTACKS[self.attack]]
        start = len(STANDARD)
        return (*self.sent[:start], *yours, *self.sent[start:])

    @property
    def result(self) -> Result:
        """What comes of it, on the chain; raises what the mempool raises."""
        by_hand = self.order if self.role == "builder" else None
        return play(self.terms, self.all_sent, by_hand)

    @property
    def calm(self) -> Result:
        """What would come of it without the learner."""
        # Neither his amount nor his commitments make a difference to it.
        terms = replace(self.terms, amount=1_000, blind=False)
        return play(terms, self.sent, None)

    def try_amount(self, amount: int) -> Point:
        """Return what comes of another amount."""
        found = replace(self, amount=amount).result
        gain = sum(c.ether - c.fees for c in found.changes if c.name == "You")
        trades = any(line.name == "vera" and line.succeeded for line in found.lines)
        return amount, gain // MICRO, trades
