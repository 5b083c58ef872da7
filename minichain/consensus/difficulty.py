"""Difficulty follows the hash power, so that blocks keep their pace.

Every 2016 blocks Bitcoin compares how long they took with two weeks, and scales the
target by the ratio. All of it is in whole numbers, rounded down.

References
----------
.. [1] Bitcoin Core, ``pow.cpp``: GetNextWorkRequired, CalculateNextWorkRequired.
"""

from math import exp, expm1

from minichain.ledger.header import Header
from minichain.ledger.target import MAX_TARGET, bits_from_target, target_from_bits
from minichain.units import Timestamp

BLOCK_SPACING = 600
"""Seconds between blocks that the rule aims at."""

PERIOD = 2016
"""Blocks between two adjustments."""

TIMESPAN = PERIOD * BLOCK_SPACING
"""Seconds a period should take: two weeks.

A period is measured from its first block to its last, which are 2015 gaps, and
compared with 2016: an error of the first release that has become the rule.
"""

CLAMP = 4
"""Largest factor by which the target rises or falls at once."""


def retarget(
    first: Timestamp,
    last: Timestamp,
    bits: int,
    easiest: int = MAX_TARGET,
    timespan: int = TIMESPAN,
) -> int:
    """Return the compact bits of the next period.

    Parameters
    ----------
    first, last : Timestamp
        Times of the first and the last block of the period that ends.
    bits : int
        Its compact bits.
    easiest : int
        The target may not rise above this.
    timespan : int
        Seconds that a period should take, at least 4.

    Raises
    ------
    InvalidBits
        ``bits`` stand for no target.
    """
    taken = max(timespan // CLAMP, min(timespan * CLAMP, last - first))
    target = target_from_bits(bits) * taken // timespan
    # A target of 1 would fall to 0, which no bits stand for: it stays.
    return bits_from_target(max(1, min(easiest, target)))


def next_bits(
    height: int, parent: Header, first: Header, easiest: int = MAX_TARGET
) -> int:
    """Return the compact bits that the header at ``height`` must carry.

    Parameters
    ----------
    height : int
        Height of the block to come, above 0.
    parent : Header
        The block before it.
    first : Header
        The first block of the parent's period, at a multiple of 2016. It counts only
        where ``height`` is such a multiple too.
    easiest : int
        The target may not rise above this.

    Raises
    ------
    InvalidBits
        The parent's bits stand for no target.
    """
    if height % PERIOD:
        return parent.bits
    return retarget(first.time, parent.time, parent.bits, easiest)


def longer_gap_probability(seconds: float, spacing: float = BLOCK_SPACING) -> float:
    """Return the chance that the next block takes longer than ``seconds``.

    Each hash is a draw of its own, so gaps follow the exponential law: what has passed
    since the last block says nothing about when the next one comes.

    Parameters
    ----------
    seconds : float
        How long to wait, at least 0.
    spacing : float
        Seconds between blocks on average.

    Examples
    --------
    >>> round(longer_gap_probability(3600), 7)
    0.0024788
    """
    return exp(-seconds / spacing)


def shorter_gap_probability(seconds: float, spacing: float = BLOCK_SPACING) -> float:
    """Return the chance that the next block comes within ``seconds``.

    Parameters are those of `longer_gap_probability`.

    Examples
    --------
    >>> round(shorter_gap_probability(60), 7)
    0.0951626
    """
    # Not 1 less the other chance: that loses the digits of short gaps.
    return -expm1(-seconds / spacing)
