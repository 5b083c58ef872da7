"""Selfish mining is keeping blocks secret, so that others work on what will be lost.

A strategy is a function: it sees how the secret branch and the public one stand since
they parted, and says what to do. `simulate` plays it against honest miners.

References
----------
.. [1] Eyal and Sirer, "Majority is not Enough: Bitcoin Mining is Vulnerable", 2013,
   sections 3 and 4.
.. [2] Sapirshtein, Sompolinsky and Zohar, "Optimal Selfish Mining Strategies in
   Bitcoin", 2016, section 3.
.. [3] Grunspan and Pérez-Marco, "On Profitability of Selfish Mining", 2018.
"""

from array import array
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from minichain.consensus.estimate import (
    CONFIDENCE,
    Estimate,
    InvalidShare,
    proportion,
)
from minichain.consensus.selfish_game import (
    LONGEST_BRANCH,
    START,
    Action,
    Finder,
    Fork,
    Game,
    InvalidAction,
    Race,
    Step,
    Strategy,
    step,
    tabulate,
)
from minichain.kernels.simulation import CERTAIN, play_table

__all__ = [
    "LONGEST_BRANCH", "START", "STRATEGIES", "Action", "Finder", "Fork", "Game",
    "InvalidAction", "Outcome", "Race", "Step", "Strategy", "honest", "revenue",
    "selfish", "simulate", "step", "tabulate", "threshold",
]  # fmt: skip

BATCHES = 50
"""Parts a simulation is cut into; how much they differ gives the band."""


class InvalidEvents(ValueError):
    """Too few events for a simulation."""


def revenue(share: float, reach: float = 0.0) -> float:
    """Return the selfish miner's part of all blocks that stay: equation 8.

    Parameters
    ----------
    share : float
        The attacker's part of all hash power, the paper's alpha, 0 to 1/2.
    reach : float
        The part of honest power that works on the attacker's branch of two equally
        high ones, the paper's gamma, 0 to 1.

    Raises
    ------
    InvalidShare
        A parameter is out of its range.

    Examples
    --------
    >>> round(revenue(0.4), 4)
    0.4837
    """
    _check(share, reach)
    if share > 0.5:
        raise InvalidShare(f"share {share} is above half: the formula ends there")
    a, g = share, reach
    gain = a * (1 - a) ** 2 * (4 * a + g * (1 - 2 * a)) - a**3
    return gain / (1 - a * (1 + (2 - a) * a))


def threshold(reach: float = 0.0) -> float:
    """Return the share of power from which on selfish mining pays: equation 9.

    Parameters
    ----------
    reach : float
        As for `revenue`.

    Raises
    ------
    InvalidShare
        ``reach`` is not between 0 and 1.

    Examples
    --------
    >>> threshold(0.5)
    0.25
    """
    _check(0, reach)
    return (1 - reach) / (3 - 2 * reach)


def honest(race: Race) -> Action:
    """Publish each block at once, and take each block of the others."""
    if race.secret > race.public:
        return Action.OVERRIDE
    return Action.ADOPT if race.public else Action.WAIT


def selfish(race: Race) -> Action:
    """Keep a lead secret, and publish only what is needed: the algorithm of [1]_."""
    secret, public, fork = race
    if public > secret:
        return Action.ADOPT
    if public == secret == 1 and fork is Fork.RELEVANT:
        return Action.MATCH
    # One block ahead after the others came closer: take it all.
    if public and secret == public + 1:
        return Action.OVERRIDE
    # Further ahead, show the others as much as they have, and split them.
    if public and secret > public and fork is Fork.RELEVANT:
        return Action.MATCH
    return Action.WAIT


STRATEGIES: dict[str, Strategy] = {"honest": honest, "selfish": selfish}
"""The strategies by name."""


@dataclass(frozen=True)
class Outcome:
    """What a strategy earned.

    Attributes
    ----------
    share : Estimate
        The attacker's part of all blocks that stayed.
    per_event : Estimate
        The attacker's blocks that stayed, per block found by anyone: what counts
        before the difficulty answers.
    attacker, others : int
        Blocks that stayed.
    events : int
        Blocks found.
    """

    share: Estimate
    per_event: Estimate
    attacker: int
    others: int
    events: int

    @property
    def orphan_rate(self) -> float:
        """Part of all blocks found that did not stay."""
        return max(0.0, 1 - (self.attacker + self.others) / self.events)


def simulate(
    strategy: Strategy | Game,
    share: float,
    reach: float = 0.0,
    events: int = 1_000_000,
    seed: int = 0,
    confidence: float = CONFIDENCE,
) -> Outcome:
    """Play a strategy against honest miners for a number of found blocks.

    Parameters
    ----------
    strategy : Strategy or Game
        A function from a `Race` to an `Action`, or what `tabulate` made of one.
    share : float
        The attacker's part of all hash power, 0 to 1.
    reach : float
        The part of honest power that works on the attacker's branch of two equally
        high ones, 0 to 1.
    events : int
        Blocks found by anyone, at least `BATCHES`.
    seed : int
        The same seed plays the same game.
    confidence : float
        How often the bands hold the true values.

    Raises
    ------
    InvalidShare
        ``share`` or ``reach`` is not between 0 and 1: more than all the hash power.
    InvalidAction
        The strategy does what a race does not allow.
    InvalidEvents
        There are fewer events than batches.
    """
    _check(share, reach)
    if events < BATCHES:
        raise InvalidEvents(f"{events} events, required {BATCHES} or more")
    game = strategy if isinstance(strategy, Game) else tabulate(strategy)
    state = array("Q", [seed % 2**64, 0, 0, 0])
    first = round(share * CERTAIN)
    second = round((share + reach * (1 - share)) * CERTAIN)
    sizes, gains, losses = [], [], []
    for batch in range(BATCHES):
        size = events * (batch + 1) // BATCHES - events * batch // BATCHES
        state[2] = state[3] = 0
        play_table(state, game.table, first, second, size)
        sizes.append(size)
        gains.append(state[2])
        losses.append(state[3])
    stayed = [a + b for a, b in zip(gains, losses, strict=True)]
    return Outcome(
        _ratio(gains, stayed, confidence),
        _ratio(gains, sizes, confidence),
        sum(gains),
        sum(losses),
        events,
    )


def _ratio(parts: list[int], wholes: list[int], confidence: float) -> Estimate:
    """Return the ratio of two sums with its normal band, from batch to batch."""
    total = sum(wholes)
    if not total:
        return Estimate(0.0, 0.0, 1.0, 0)
    value = sum(parts) / total
    squares = sum((a - value * b) ** 2 for a, b in zip(parts, wholes, strict=True))
    n = len(parts)
    error = sqrt(squares * n / (n - 1)) / total
    # What never happened, or always did, differs in no batch: it is still not certain.
    least = proportion(0, total, confidence).high
    half = max(least, NormalDist().inv_cdf((1 + confidence) / 2) * error)
    return Estimate(value, max(0.0, value - half), min(1.0, value + half), total)


def _check(share: float, reach: float) -> None:
    if not 0 <= share <= 1:
        raise InvalidShare(f"share {share} of hash power is not between 0 and 1")
    if not 0 <= reach <= 1:
        raise InvalidShare(f"reach {reach} is not between 0 and 1")
