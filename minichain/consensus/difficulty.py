"""Difficulty follows the hash power, so that blocks keep their pace.

Every 2016 blocks Bitcoin compares how long they took with two weeks, and scales the
target by the ratio. All of it is in whole numbers, rounded down.

References
----------
.. [1] Bitcoin Core, ``pow.cpp``: GetNextWorkRequired, CalculateNextWorkRequired.
"""

from collections.abc import Sequence
from math import exp, expm1

from minichain.errors import InvalidHeader
from minichain.ledger.header import Header
from minichain.ledger.target import (
    MAX_TARGET,
    bits_from_target,
    check_target,
    target_from_bits,
)
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


class InvalidTime(ValueError):
    """A time, a wait or a time span that no blocks can have."""


class MissingHeaders(ValueError):
    """Too few headers to tell the bits of the next one."""


class UnexpectedBits(InvalidHeader):
    """A header whose bits are not those the rule gives.

    Attributes
    ----------
    height : int
        The header's height.
    bits, required : int
        What it carries, and what it must.
    """

    rule = "bits"

    def __init__(self, height: int, bits: int, required: int) -> None:
        super().__init__(
            f"header {height} with bits {bits:#010x}, required {required:#010x}"
        )
        self.height = height
        self.bits = bits
        self.required = required


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
    InvalidTime
        A time is negative, or ``timespan`` below 4.
    InvalidTarget
        ``easiest`` is no target.
    """
    check_target(easiest)
    if first < 0 or last < 0 or timespan < CLAMP:
        raise InvalidTime(
            f"from {first} to {last} of {timespan} seconds: required 0, 0, {CLAMP} up"
        )
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


def next_bits_of(
    headers: Sequence[Header], first_height: int = 0, easiest: int = MAX_TARGET
) -> int:
    """Return the compact bits that the header after these must carry.

    Parameters
    ----------
    headers : sequence of Header
        A chain, lowest first. Where the next header begins a period, the 2016 before
        it are needed, otherwise only the last.
    first_height : int
        Height of the first of them.
    easiest : int
        The target may not rise above this.

    Raises
    ------
    MissingHeaders
        There are too few headers.
    InvalidBits
        The last header's bits stand for no target.
    """
    height = first_height + len(headers)
    needed = 1 if height % PERIOD else PERIOD
    if len(headers) < needed:
        raise MissingHeaders(
            f"{len(headers)} headers before height {height}, required {needed}"
        )
    return next_bits(height, headers[-1], headers[-needed], easiest)


def check_bits(
    headers: Sequence[Header], first_height: int = 0, easiest: int = MAX_TARGET
) -> None:
    """Check the bits of every header that can be told from those before it.

    Parameters are those of `next_bits_of`. A header is left out when it begins a
    period of which not all headers before it are there.

    Raises
    ------
    UnexpectedBits
        A header carries other bits.
    InvalidBits
        A header's bits stand for no target.
    """
    for place in range(1, len(headers)):
        height = first_height + place
        if height % PERIOD == 0 and place < PERIOD:
            continue
        # Only the first header of a period asks for one further back.
        first = headers[max(0, place - PERIOD)]
        required = next_bits(height, headers[place - 1], first, easiest)
        if headers[place].bits != required:
            raise UnexpectedBits(height, headers[place].bits, required)


def total_work(headers: Sequence[Header]) -> int:
    """Return how many hashes a chain of headers took on average.

    Raises
    ------
    InvalidBits
        A header's bits stand for no target.
    """
    return sum(header.work for header in headers)


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

    Raises
    ------
    InvalidTime
        ``seconds`` is negative, or ``spacing`` not above 0.

    Examples
    --------
    >>> round(longer_gap_probability(3600), 7)
    0.0024788
    """
    _check_wait(seconds, spacing)
    return exp(-seconds / spacing)


def shorter_gap_probability(seconds: float, spacing: float = BLOCK_SPACING) -> float:
    """Return the chance that the next block comes within ``seconds``.

    Parameters and errors are those of `longer_gap_probability`.

    Examples
    --------
    >>> round(shorter_gap_probability(60), 7)
    0.0951626
    """
    _check_wait(seconds, spacing)
    # Not 1 less the other chance: that loses the digits of short gaps.
    return -expm1(-seconds / spacing)


def _check_wait(seconds: float, spacing: float) -> None:
    if not seconds >= 0:
        raise InvalidTime(f"a wait of {seconds} seconds, required 0 or more")
    if not spacing > 0:
        raise InvalidTime(f"{spacing} seconds between blocks, required above 0")
