"""Regulation is what a difficulty rule and changing power do to each other.

The rule sees nothing but the times of blocks. The power sees nothing but the target.
Here a chain is mined under both, as far as one likes, and each adjustment is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from minichain.consensus.asert import Anchor, asert_bits
from minichain.consensus.difficulty import (
    BLOCK_SPACING,
    CLAMP,
    PERIOD,
    InvalidTime,
    retarget,
)
from minichain.consensus.emergency import MEMORY, WATCHED, emergency_bits
from minichain.ledger.target import compute_work, target_from_bits
from minichain.units import Timestamp

RuleName = Literal["period", "window", "emergency", "asert"]
"""Bitcoin's periods; the same with short ones; with Bitcoin Cash's emergency; ASERT."""

RULES: tuple[RuleName, ...] = get_args(RuleName)
"""All of them."""

EAGER = ("emergency", "asert")
"""Rules that look at every block."""

WINDOW = 144
"""Blocks of a short period: a day."""

START_BITS = 0x1C00FFFF
"""Compact bits that a course begins with: difficulty 256."""

GENESIS = Timestamp(0)
"""Time of the first block."""

Luck = Callable[[int], float]
"""From a height to the work that its block takes, as a multiple of the average."""


class InvalidRule(ValueError):
    """A course under a rule that there is not."""


class InvalidPower(ValueError):
    """Hash power with which no block is ever found."""


@dataclass(frozen=True)
class Adjustment:
    """A change of the target, and what the rule saw.

    Attributes
    ----------
    height : int
        Of the first block with the new bits.
    second : float
        When it could first be worked on.
    first, last : Timestamp
        Times between which the rule measured.
    before, after : int
        The compact bits.
    timespan : int or None
        Seconds that were meant to pass; None where the rule counts no period.
    """

    height: int
    second: float
    first: Timestamp
    last: Timestamp
    before: int
    after: int
    timespan: int | None

    @property
    def taken(self) -> int:
        """Seconds that the rule saw pass."""
        return self.last - self.first

    @property
    def is_clamped(self) -> bool:
        """Whether a period was so short or so long that the change was cut."""
        if self.timespan is None:
            return False
        return not self.timespan // CLAMP <= self.taken <= self.timespan * CLAMP


@dataclass(frozen=True)
class Course:
    """A chain as far as it is mined.

    Attributes
    ----------
    rule : str
        What adjusts its target.
    height : int
        Of the last block.
    second : float
        Until when it was mined.
    bits : int
        What the next block must carry.
    left : float
        Work that the next block still takes, in hashes; negative when not begun.
    first : Timestamp
        Time of the first block of the running period.
    times : tuple of Timestamp
        Of the last blocks, as many as any rule looks back at.
    """

    rule: RuleName
    height: int = 0
    second: float = 0.0
    bits: int = START_BITS
    left: float = -1.0
    first: Timestamp = GENESIS
    times: tuple[Timestamp, ...] = (GENESIS,)

    @property
    def period(self) -> int:
        """Blocks of a period, 1 for a rule that adjusts at each block."""
        return {"window": WINDOW, "asert": 1}.get(self.rule, PERIOD)

    @property
    def late(self) -> int:
        """Seconds by which the last block is behind ten minutes a block."""
        return self.times[-1] - BLOCK_SPACING * self.height


def average_luck(height: int) -> float:
    """Return 1: every block takes the average work."""
    return 1.0


def steady_power(bits: int = START_BITS) -> float:
    """Return hashes a second that make a block of these bits in ten minutes."""
    return compute_work(target_from_bits(bits)) / BLOCK_SPACING


def mine(
    course: Course, seconds: float, power: float, luck: Luck = average_luck
) -> tuple[Course, tuple[Timestamp, ...], tuple[Adjustment, ...]]:
    """Return the course after some more seconds, its new blocks and adjustments.

    Parameters
    ----------
    course : Course
        Where to go on. Cutting the time into other pieces changes nothing, but for
        the last digit of a float.
    seconds : float
        How long to mine, at least 0.
    power : float
        Hashes a second, above 0.
    luck : callable
        What each block takes; exponential with mean 1 for a fair lottery.

    Raises
    ------
    InvalidRule
        The course has no known rule.
    InvalidTime
        ``seconds`` is negative.
    InvalidPower
        ``power`` is not above 0.
    """
    if course.rule not in RULES:
        raise InvalidRule(f"rule {course.rule!r}, required one of {RULES}")
    if not seconds >= 0:
        raise InvalidTime(f"to mine for {seconds} seconds, required 0 or more")
    if not power > 0:
        raise InvalidPower(f"power of {power} hashes a second, required above 0")
    end = course.second + seconds
    found: list[Timestamp] = []
    changes: list[Adjustment] = []
    work = compute_work(target_from_bits(course.bits))
    height, second, left = course.height, course.second, course.left
    while True:
        if left < 0:
            left = work * luck(height + 1)
        if second + left / power > end:
            left = max(0.0, left - power * (end - second))
            return replace(course, second=end, left=left), tuple(found), tuple(changes)
        second += left / power
        height, left = height + 1, -1.0
        course = _extend(course, height, second)
        found.append(course.times[-1])
        if course.rule in EAGER or (height + 1) % course.period == 0:
            bits, seen, timespan = _next_bits(course)
            if timespan is None and bits == course.bits:
                continue
            changes.append(
                Adjustment(
                    height + 1, second, seen, found[-1], course.bits, bits, timespan
                )
            )
            course = replace(course, bits=bits)
            work = compute_work(target_from_bits(bits))


def _extend(course: Course, height: int, second: float) -> Course:
    """Return the course with one more block."""
    time = Timestamp(int(second))
    times = (*course.times, time)[-MEMORY:]
    first = time if height % course.period == 0 else course.first
    return Course(course.rule, height, second, course.bits, -1.0, first, times)


def _next_bits(course: Course) -> tuple[int, Timestamp, int | None]:
    """Return the next block's bits, since when the rule looked, and what was meant."""
    height, last = course.height + 1, course.times[-1]
    if course.rule == "asert":
        # The first block's parent would have come ten minutes before it: by now the
        # schedule asks for one block more than there is.
        anchor = Anchor(1, GENESIS, START_BITS)
        return asert_bits(anchor, course.height, last), GENESIS, None
    if height % course.period == 0:
        meant = course.period * BLOCK_SPACING
        bits = retarget(course.first, last, course.bits, timespan=meant)
        return bits, course.first, meant
    if course.rule == "emergency" and len(course.times) > WATCHED:
        bits = emergency_bits(course.times, course.bits)
        return bits, course.times[-1 - WATCHED], None
    return course.bits, course.first, None
