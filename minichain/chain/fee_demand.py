"""Demand for gas is how many users come, and what gas is worth to each of them.

Worth is drawn as a ratio of two equal chances, times a typical worth: half of all
users would pay at least that, one in twenty at least ten times as much, one in two
hundred a hundred times. So the gas wanted at a price is known, and with it the fee at
which a market must come to rest: see `compute_rest`. The distribution is this
project's choice, made for its simple tail; it is measured on no chain.
"""

from dataclasses import dataclass
from fractions import Fraction
from random import Random

from minichain.chain.execution import ELASTICITY
from minichain.chain.fee_market import GAS_LIMIT, Wish
from minichain.errors import ProtocolError
from minichain.units import GWEI, Gas, Wei

TYPICAL_WORTH = Wei(20 * GWEI)
"""Wei that a unit of gas is worth to the user in the middle."""

LEAST_GAS, MOST_GAS = Gas(100_000), Gas(500_000)
"""Gas that one user wants: a swap, up to a purchase of several things."""

PATIENCE = 8
"""Most blocks for which a user waits; each draws its own number from 0 on."""

MINT_LOAD = 300
"""Gas that a mint's users want in each block, in per cent of the target."""

MINT_WORTH = Wei(200 * GWEI)
"""Least wei that a unit of gas is worth to who wants something rare; most is twice."""

MINT_TIP = Wei(100 * GWEI)
"""Such users race: they draw their tips from nothing up to this, in wei a gas."""

MAX_LOAD = 1_000
"""Most gas that ordinary users want, in per cent of the target."""

WORD = 32
"""Bits of a random word."""

NAME_BITS = 16
"""Bits of a user's name that count those of one block; the block is above them."""


class InvalidDemand(ProtocolError):
    """Demand that no market is modelled for."""

    rule = "demand"


@dataclass(frozen=True, slots=True)
class Demand:
    """What users want of one block.

    Attributes
    ----------
    load : int
        Gas that they want together, in per cent of the target.
    tip : Wei
        Wei a unit of gas that each offers on top of the base fee.
    mint : bool
        Whether something rare is sold at a fixed price: those who want it come on
        top, and race.

    Raises
    ------
    InvalidDemand
        The load is not from 0 to `MAX_LOAD`, or the tip is negative.
    """

    load: int = 100
    tip: Wei = GWEI
    mint: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.load <= MAX_LOAD:
            raise InvalidDemand(f"load of {self.load} %, required 0 to {MAX_LOAD}")
        if self.tip < 0:
            raise InvalidDemand(f"tip of {self.tip} wei, required 0 or more")


def draw_wishes(
    seed: int, number: int, demand: Demand, gas_limit: Gas = GAS_LIMIT
) -> tuple[Wish, ...]:
    """Return the users who come before a block, the same for the same seed.

    Parameters
    ----------
    seed : int
        Which story.
    number : int
        The block, from 1 on; users are named by it and by their place.
    demand : Demand
        How many come.
    gas_limit : Gas
        The block's limit; the target is half of it.
    """
    random = Random(f"block {number} of story {seed}")
    target = gas_limit // ELASTICITY
    wishes: list[Wish] = []
    crowds = [(demand.load, False), (MINT_LOAD if demand.mint else 0, True)]
    for load, races in crowds:
        for _ in range(_draw_count(random, target * load)):
            gas = LEAST_GAS + _draw_below(random, MOST_GAS - LEAST_GAS + 1)
            patience = _draw_below(random, PATIENCE + 1)
            if races:
                worth = MINT_WORTH + _draw_below(random, MINT_WORTH + 1)
                tip = max(demand.tip, _draw_below(random, MINT_TIP + 1))
            else:
                worth, tip = _draw_worth(random), demand.tip
            name = number << NAME_BITS | len(wishes)
            wishes.append(Wish.of(name, number, patience, gas, worth, tip))
    return tuple(wishes)


def compute_rest(load: int) -> Wei:
    """Return the fee at which users want just the target, for a load in per cent.

    That is where the base fee comes to rest while nobody waits for a better one:
    below a load of 100 % nowhere above zero, at 200 % at the typical worth, and in
    proportion to the load from there. Rounded down.

    Examples
    --------
    >>> [compute_rest(load) // GWEI for load in (80, 100, 150, 200, 400)]
    [0, 0, 13, 20, 40]
    """
    if load <= 100:
        return Wei(0)
    share = Fraction(100, load)
    # The chance of a worth above x times the typical: 1 - x/2 below 1, else 1/(2x).
    ratio = 2 * (1 - share) if load < 200 else 1 / (2 * share)
    return Wei(int(ratio * TYPICAL_WORTH))


def _draw_below(random: Random, count: int) -> int:
    return random.getrandbits(WORD) * count >> WORD


def _draw_count(random: Random, wanted: int) -> int:
    """Return how many users want so many hundredths of gas together, on average."""
    count, rest = divmod(2 * wanted, 100 * (LEAST_GAS + MOST_GAS))
    return count + (_draw_below(random, 100 * (LEAST_GAS + MOST_GAS)) < rest)


def _draw_worth(random: Random) -> int:
    above, below = random.getrandbits(WORD) + 1, random.getrandbits(WORD) + 1
    return TYPICAL_WORTH * above // below
