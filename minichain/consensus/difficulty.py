"""Difficulty follows the hash power, so that blocks keep their pace.

Every 2016 blocks Bitcoin compares how long they took with two weeks, and scales the
target by the ratio. All of it is in whole numbers, rounded down.

References
----------
.. [1] Bitcoin Core, ``pow.cpp``: CalculateNextWorkRequired.
"""

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
    return bits_from_target(min(easiest, target_from_bits(bits) * taken // timespan))
