"""A double spend is a payment taken back by a longer history that leaves it out.

The payee waits for some blocks on top of the payment. The attacker, with a share of
all hash power, works on another history in secret and publishes it once it is longer.

References
----------
.. [1] Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008, section 11.
.. [2] Rosenfeld, "Analysis of Hashrate-Based Double Spending", 2012, section 4.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp, inf, lgamma, log

from minichain.consensus.estimate import (
    CONFIDENCE,
    Estimate,
    InvalidSample,
    InvalidShare,
    proportion,
)
from minichain.kernels.simulation import CERTAIN, run_races

Probability = Callable[[float, int], float]
"""From the attacker's share and the confirmations to the chance of success."""

NEGLIGIBLE = 1e-17
"""Part of a sum that is too small to change it as a float."""

PATIENCE = 200
"""Blocks by which a simulated attacker falls behind before giving up."""


class InvalidWait(ValueError):
    """A wait of less than no block, or a chance that no wait gets below."""


@dataclass(frozen=True)
class Race:
    """Two branches since they parted: the payment's, and the attacker's secret one.

    Attributes
    ----------
    confirmations : int
        Blocks the payee waits for, the payment's own among them.
    honest, attacker : int
        Blocks of both branches.
    """

    confirmations: int
    honest: int = 0
    attacker: int = 0

    @property
    def is_delivered(self) -> bool:
        """Whether the payee has waited long enough, and hands over the goods."""
        return self.honest >= self.confirmations

    @property
    def is_won(self) -> bool:
        """Whether the goods are handed over and the attacker's branch is as long.

        Drawing level counts, as in both formulas: the attacker is granted one block
        found beforehand, so the branch is really one longer.
        """
        return self.is_delivered and self.attacker >= self.honest

    def is_given_up(self, patience: int = PATIENCE) -> bool:
        """Return whether the attacker is ``patience`` blocks or more behind."""
        return self.is_delivered and self.honest - self.attacker >= patience

    def step(self, *, by_attacker: bool) -> "Race":
        """Return the race with one more block."""
        if by_attacker:
            return replace(self, attacker=self.attacker + 1)
        return replace(self, honest=self.honest + 1)


def nakamoto_probability(share: float, confirmations: int) -> float:
    """Return the chance of success by the Bitcoin paper's formula.

    It takes the time the honest miners need for their blocks as if it were always its
    average, so the attacker's blocks follow Poisson's law. The true chance is higher.

    Parameters
    ----------
    share : float
        The attacker's part of all hash power, 0 to 1.
    confirmations : int
        Blocks the payee waits for, the payment's own block among them.

    Returns
    -------
    float
        From 0 to 1; 1 from half of the power on.

    Raises
    ------
    InvalidShare
        ``share`` is not between 0 and 1.
    InvalidWait
        ``confirmations`` is negative.
    """
    _check(share, confirmations)
    honest = 1 - share
    if share >= honest:
        return 1.0
    mean = confirmations * share / honest
    if mean == 0:
        return float(confirmations == 0)
    return _success(
        confirmations, share / honest, lambda k: k * log(mean) - mean - lgamma(k + 1)
    )


def exact_probability(share: float, confirmations: int) -> float:
    """Return the exact chance of success: the attacker's blocks as they really fall.

    While the honest miners find their blocks, the attacker's follow the negative
    binomial law. Parameters and errors are those of `nakamoto_probability`.
    """
    _check(share, confirmations)
    honest = 1 - share
    if share >= honest:
        return 1.0
    z = confirmations
    if z == 0 or share == 0:
        return float(z == 0)
    start = z * log(honest) - lgamma(z)
    return _success(
        z,
        share / honest,
        lambda k: start + lgamma(k + z) - lgamma(k + 1) + k * log(share),
    )


def confirmations_needed(
    share: float, limit: float, probability: Probability = exact_probability
) -> int:
    """Return how many blocks bring the chance of success below ``limit``.

    Raises
    ------
    InvalidShare
        ``share`` is not between 0 and 1, or at least half: no number is enough.
    InvalidWait
        ``limit`` is not above 0.
    """
    if not limit > 0:
        raise InvalidWait(f"limit {limit} is not above 0")
    _check(share, 0)
    if share >= 0.5:
        raise InvalidShare(f"share {share} is half or more: no wait is long enough")
    high = 1
    while probability(share, high) >= limit:
        high *= 2
    low = high // 2
    while low + 1 < high:
        middle = (low + high) // 2
        if probability(share, middle) < limit:
            high = middle
        else:
            low = middle
    return high


def blocks_while_waiting(share: float, confirmations: int) -> float:
    """Return how many blocks the attacker finds on average until the payee delivers.

    They are what a failed try throws away, at least: each would have been paid for.

    Raises
    ------
    InvalidShare
        ``share`` is not between 0 and 1.
    InvalidWait
        ``confirmations`` is negative.
    """
    _check(share, confirmations)
    if confirmations == 0:
        return 0.0
    return confirmations * share / (1 - share) if share < 1 else inf


def break_even(share: float, confirmations: int) -> float:
    """Return the payment, in block rewards, from which on trying pays.

    A try that succeeds brings the payment; one that fails loses the blocks found while
    waiting. What the attacker still spends on catching up is left out.

    Returns
    -------
    float
        Infinite for an attacker without power.

    Raises
    ------
    InvalidShare
        ``share`` is not between 0 and 1.
    InvalidWait
        ``confirmations`` is negative.

    Examples
    --------
    With a tenth of the power, against six blocks:

    >>> round(break_even(0.1, 6), 1)
    1126.6
    """
    chance = exact_probability(share, confirmations)
    if chance == 1:
        return 0.0
    if chance == 0:
        return inf
    return (1 - chance) / chance * blocks_while_waiting(share, confirmations)


def simulate(
    share: float,
    confirmations: int,
    trials: int = 100_000,
    seed: int = 0,
    patience: int = PATIENCE,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return the measured chance of success, with its band: races run block by block.

    Parameters
    ----------
    share, confirmations
        As for `nakamoto_probability`.
    trials : int
        Races to run, at least 1.
    seed : int
        The same seed runs the same races.
    patience : int
        Blocks by which the attacker falls behind before it gives up, at least 1. What
        it would still have won is below ``(share / (1 - share)) ** patience``.
    confidence : float
        How often the band holds the true chance.

    Raises
    ------
    InvalidShare
        ``share`` is not between 0 and 1.
    InvalidWait
        ``confirmations`` is negative, or ``patience`` below 1.
    InvalidSample
        There is no trial.
    """
    _check(share, confirmations)
    if patience < 1:
        raise InvalidWait(f"patience of {patience} blocks, required 1 or more")
    if trials < 1:
        raise InvalidSample(f"{trials} trials, required 1 or more")
    random = array("Q", [seed % 2**64])
    chance = round(share * CERTAIN)
    won = run_races(random, chance, confirmations, patience, trials)
    return proportion(won, trials, confidence)


def _success(z: int, ratio: float, log_chance: Callable[[int], float]) -> float:
    """Sum over the blocks ``k`` the attacker may have when the payee stops waiting.

    From ``z - k`` blocks behind, the attacker catches up with the odds ``ratio`` to
    that power. Every term is positive, so small results keep their digits.
    """
    total = 0.0
    # Below z each term is smaller than the one before: stop when all that are left
    # together change no digit. It leaves about the square root of z of them.
    for k in range(z, -1, -1):
        term = exp(log_chance(k)) * ratio ** (z - k)
        total += term
        if term * k < total * NEGLIGIBLE:
            break
    k = z + 1
    # Beyond z the attacker is ahead already; the terms fall faster and faster.
    while (term := exp(log_chance(k))) > total * NEGLIGIBLE:
        total += term
        k += 1
    return min(total, 1.0)


def _check(share: float, confirmations: int) -> None:
    if not 0 <= share <= 1:
        raise InvalidShare(f"share {share} is not between 0 and 1")
    if confirmations < 0:
        raise InvalidWait(f"{confirmations} confirmations, required 0 or more")
