"""The emergency rule eases the target when six blocks took half a day or more.

Bitcoin Cash began with it in August 2017, beside Bitcoin's periods, since it had a
small part of the power and could have waited for months. Miners soon learned to leave
until it fired and to come back for the easy blocks; in November 2017 it was given up.

References
----------
.. [1] Bitcoin ABC 0.14, ``pow.cpp``: GetNextEDAWorkRequired.
"""

from collections.abc import Sequence

from minichain.consensus.difficulty import InvalidTime, MissingHeaders
from minichain.ledger.target import (
    MAX_TARGET,
    bits_from_target,
    check_target,
    target_from_bits,
)
from minichain.units import Timestamp

WATCHED = 6
"""Blocks whose time is watched."""

PATIENCE = 12 * 3600
"""Seconds they may take before the rule fires."""

MEDIAN_SPAN = 11
"""Blocks of which the median time is taken: one lying clock does not move it."""

MEMORY = MEDIAN_SPAN + WATCHED
"""Blocks that the rule looks back at."""


def median_time(times: Sequence[Timestamp]) -> Timestamp:
    """Return the median time of the last eleven blocks, or of all if there are fewer.

    Raises
    ------
    MissingHeaders
        There is no time.
    """
    if not times:
        raise MissingHeaders("no times, required 1 or more")
    last = sorted(times[-MEDIAN_SPAN:])
    return last[len(last) // 2]


def emergency_bits(
    times: Sequence[Timestamp], bits: int, easiest: int = MAX_TARGET
) -> int:
    """Return the compact bits of the next block, which does not begin a period.

    Parameters
    ----------
    times : sequence of Timestamp
        Times of the last blocks, the newest last: at least 7.
    bits : int
        Compact bits of the last one.
    easiest : int
        The target may not rise above this.

    Returns
    -------
    int
        The same bits, or those of a target a quarter larger: a fifth less difficulty.

    Raises
    ------
    MissingHeaders
        There are too few times.
    InvalidTime
        A time is negative.
    InvalidBits
        ``bits`` stand for no target.
    InvalidTarget
        ``easiest`` is no target.
    """
    check_target(easiest)
    if len(times) <= WATCHED:
        raise MissingHeaders(f"{len(times)} times, required {WATCHED + 1}")
    if min(times) < 0:
        raise InvalidTime(f"a time of {min(times)} seconds, required 0 or more")
    target = target_from_bits(bits)
    if median_time(times) - median_time(times[:-WATCHED]) < PATIENCE:
        return bits
    return bits_from_target(min(easiest, target + target // 4))
