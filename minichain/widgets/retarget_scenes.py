"""A scene is what happens to the power of all miners, day by day, and a question."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Literal

from minichain.consensus.regulation import (
    Adjustment,
    Course,
    RuleName,
    average_luck,
    mine,
    steady_power,
)
from minichain.crypto.hashing import sha256

DAY = 86_400
"""Seconds in a day."""

USUAL = 100
"""Per cent of the power that makes a block in ten minutes at the start."""

POWERS = (10, 1000)
"""Least and most power, in per cent."""

SceneName = Literal[
    "steady", "doubles", "halves", "leaves", "swings", "rented", "hand", "real"
]
"""What happens to the power."""


@dataclass(frozen=True)
class Scene:
    """A plan for the power, and what a learner is asked about it.

    Attributes
    ----------
    label : str
        Its name on the page.
    powers : tuple of int
        The power of each day, in per cent.
    question : str
        What is asked before it is mined.
    choices : tuple of str
        Answers to pick from.
    answer : int
        The place of the right one, under Bitcoin's rule.
    """

    label: str
    powers: tuple[int, ...]
    question: str
    choices: tuple[str, ...]
    answer: int


SCENES: dict[str, Scene] = {
    "doubles": Scene(
        "Doubles",
        (USUAL,) * 14 + (2 * USUAL,) * 35,
        "After two weeks the power doubles, for good. What becomes of the blocks?",
        (
            "They come every five minutes from then on",
            "Every five minutes for one week, then every ten again",
            "Every five minutes for two weeks, then every ten again",
        ),
        1,
    ),
    "halves": Scene(
        "Halves",
        (USUAL,) * 14 + (USUAL // 2,) * 56,
        "After two weeks half of the power leaves. How long do blocks take twenty "
        "minutes?",
        ("One week", "Two weeks", "Four weeks"),
        2,
    ),
    "leaves": Scene(
        "Nine tenths leave",
        (USUAL,) * 14 + (USUAL // 10,) * 196,
        "After two weeks nine of ten miners leave. When is the pace right again?",
        (
            "After the next adjustment, which makes it ten times as easy",
            "After two adjustments, for one may only change it by four",
            "Never: the chain stands still",
        ),
        1,
    ),
    "swings": Scene(
        "Swings",
        (USUAL,) * 14 + ((3 * USUAL,) * 5 + (USUAL,) * 10) * 5,
        "A large miner comes for five days and leaves for ten, again and again. "
        "What does the rule make of it?",
        (
            "It levels it out: blocks come about every ten minutes",
            "It follows late, so blocks are too quick, then too slow",
            "It settles between the two and does not move any more",
        ),
        1,
    ),
    "rented": Scene(
        "Rented spike",
        (USUAL,) * 14 + (10 * USUAL,) * 2 + (USUAL,) * 70,
        "Somebody rents nine times everybody's power, for two days only. What is left "
        "behind?",
        (
            "Nothing: the rule looks at two weeks, and two days are little",
            "A chain that is too slow for weeks",
            "A chain that is too quick for weeks",
        ),
        1,
    ),
    "steady": Scene(
        "Steady",
        (USUAL,) * 70,
        "The power never changes. Which gap between blocks does the rule settle at?",
        ("Ten minutes", "A little more than ten", "A little less than ten"),
        1,
    ),
}
"""The scenes with a plan, by name."""


@dataclass(frozen=True)
class Day:
    """One day of a course.

    Attributes
    ----------
    power : int
        In per cent.
    blocks : int
        Found on that day.
    course : Course
        The chain at its end.
    changes : tuple of Adjustment
        The day's adjustments.
    """

    power: int
    blocks: int
    course: Course
    changes: tuple[Adjustment, ...]


def choose_luck(seed: int) -> Callable[[int], float]:
    """Return the luck of each block: exponential with mean 1, the same for the same."""

    def luck(height: int) -> float:
        text = f"block {height} of course {seed}"
        number = int.from_bytes(sha256(text.encode())[:8], "big")
        return -log((number + 1) / 2**64)

    return luck


def mine_days(
    rule: RuleName, seed: int | None, powers: tuple[int, ...]
) -> tuple[Day, ...]:
    """Return the days of a course, each with its power; without a seed, without luck.

    Days that were mined before are remembered.
    """
    # From the front, so that a long course needs no deep stack.
    ends = range(1, len(powers) + 1)
    return tuple(mine_day(rule, seed, powers[:end]) for end in ends)


@lru_cache(maxsize=4096)
def mine_day(rule: RuleName, seed: int | None, powers: tuple[int, ...]) -> Day:
    """Return the last day of a course of at least one."""
    course = Course(rule)
    if len(powers) > 1:
        course = mine_day(rule, seed, powers[:-1]).course
    luck = average_luck if seed is None else choose_luck(seed)
    power = steady_power() * powers[-1] / USUAL
    course, times, changes = mine(course, DAY, power, luck)
    return Day(powers[-1], len(times), course, changes)
