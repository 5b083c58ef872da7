"""A task of gas golf: what a program shall do, tried on inputs that nobody shows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import isqrt

from minichain.crypto.hashing import sha256
from minichain.widgets.golf_programs import (
    ANSWER,
    COUNT,
    GREATER,
    MEAN,
    PACK,
    POWER,
    ROOT,
    SHORT,
    SUM,
    write_newton,
    write_parallel,
)

WORD = 2**256
"""Words are below it."""

HALF = 2**128
"""Halves of words are below it."""

RANDOM_CASES = 16
"""Random inputs of each task, behind the chosen ones."""

Words = tuple[int, ...]
"""An input: words of 32 bytes."""


@dataclass(frozen=True)
class Task:
    """A small program to be written.

    Attributes
    ----------
    word, title : str
        What it is called.
    asked : str
        What the program shall do.
    start : str
        A program that does it, at a high price.
    pars : tuple of str
        Programs to be measured against: the better at the given number of calls.
    edges : tuple of Words
        Inputs that are always tried.
    draw : callable
        Makes a random input from endless random words.
    expect : callable
        The right answer: a word, or what slot 0 shall hold.
    stores : bool
        Whether the answer belongs into slot 0, not into the output.
    """

    word: str
    title: str
    asked: str
    start: str
    pars: tuple[str, ...]
    edges: tuple[Words, ...]
    draw: Callable[[Iterator[int]], Words]
    expect: Callable[[Words], int]
    stores: bool = False

    def cases(self, seed: int) -> tuple[Words, ...]:
        """Return all inputs of a seed: the edges, then random ones."""
        source = _random_words(f"{self.word}.{seed}")
        return (*self.edges, *(self.draw(source) for _ in range(RANDOM_CASES)))


def _random_words(name: str) -> Iterator[int]:
    count = 0
    while True:
        yield int.from_bytes(sha256(f"golf.{name}.{count}".encode()), "big")
        count += 1


def _pair(words: Iterator[int]) -> Words:
    """Return two words: of any size, or near each other."""
    first, second, kind = next(words), next(words), next(words) % 4
    if kind == 0:
        return first, first ^ (second & 255)
    return first >> (second % 200), second >> (first % 200)


def _halves(words: Iterator[int]) -> Words:
    return next(words) % HALF, next(words) % HALF


def _many(words: Iterator[int]) -> Words:
    return tuple(next(words) for _ in range(1 + next(words) % 10))


def _power(words: Iterator[int]) -> Words:
    word, kind = next(words), next(words) % 3
    power = 1 << (word % 256)
    return (word if kind == 0 else power if kind == 1 else power ^ (word >> 8 & 1),)


def _any_size(words: Iterator[int]) -> Words:
    return (next(words) >> (next(words) % 256),)


def _square(words: Iterator[int]) -> Words:
    """Return a number of any size, or one at or beside a square."""
    number, kind = next(words) >> (next(words) % 256), next(words) % 3
    root = number >> 128
    return (number if kind == 0 else max(0, root * root - kind + 1),)


@cache
def list_tasks() -> dict[str, Task]:
    """Return all tasks by the word that names them."""
    tasks = (
        Task(
            "max", "The greater",
            "The input is two words. Return the greater.",
            GREATER + ANSWER,
            ("PUSH0 CALLDATALOAD PUSH1 32 CALLDATALOAD DUP2 DUP2 LT PUSH @a JUMPI "
             "SWAP1 :a JUMPDEST POP " + SHORT,),
            ((0, 0), (1, 0), (0, 1), (WORD - 1, 0), (0, WORD - 1), (5, 5)),
            _pair, max,
        ),
        Task(
            "mean", "The mean",
            "The input is two words. Return their mean, rounded down; their sum may be "
            "too large for a word.",
            MEAN + ANSWER,
            ("PUSH0 CALLDATALOAD PUSH1 32 CALLDATALOAD DUP2 DUP2 XOR PUSH1 1 SHR "
             "SWAP2 AND ADD " + SHORT,),
            ((0, 0), (1, 2), (WORD - 1, WORD - 1), (WORD - 1, WORD - 2), (0, WORD - 1)),
            _pair, lambda words: sum(words) // 2,
        ),
        Task(
            "sum", "The sum",
            "The input is any number of words. Return their sum, modulo 2^256.",
            SUM + ANSWER,
            ("PUSH0 CALLDATASIZE :loop JUMPDEST DUP1 ISZERO PUSH @end JUMPI PUSH1 32 "
             "SWAP1 SUB SWAP1 DUP2 CALLDATALOAD ADD SWAP1 PUSH @loop JUMP "
             ":end JUMPDEST POP " + SHORT,),
            ((), (7,), (WORD - 1, 1), (1, 2, 3, 4)),
            _many, lambda words: sum(words) % WORD,
        ),
        Task(
            "power", "A power of two?",
            "The input is a word. Return 1 if it is a power of two, and 0 if not. "
            "Zero is none.",
            POWER + ANSWER,
            ("PUSH0 CALLDATALOAD DUP1 PUSH1 1 DUP2 SUB AND ISZERO SWAP1 ISZERO LT "
             + SHORT,),
            ((0,), (1,), (2,), (3,), (WORD - 1,), (WORD // 2,), (WORD // 2 + 1,)),
            _power, lambda words: int(words[0].bit_count() == 1),
        ),
        Task(
            "pack", "Two in one slot",
            "The input is two words below 2^128. Store both in slot 0: the first in "
            "the lower half, the second in the upper. Return nothing.",
            PACK,
            ("PUSH0 CALLDATALOAD PUSH1 32 CALLDATALOAD PUSH1 128 SHL ADD "
             "PUSH0 SSTORE",),
            ((1, 0), (0, 1), (HALF - 1, HALF - 1)),
            _halves, lambda words: words[0] + words[1] * HALF, stores=True,
        ),
        Task(
            "count", "Count the ones",
            "The input is a word. Return how many of its 256 bits are one.",
            COUNT + ANSWER,
            (write_parallel(), COUNT + SHORT),
            ((0,), (1,), (WORD - 2,), (WORD // 2,), (3,)),
            _any_size, lambda words: words[0].bit_count(),
        ),
        Task(
            "root", "The square root",
            "The input is a word. Return its square root, rounded down.",
            ROOT + ANSWER,
            (write_newton(),),
            ((0,), (1,), (2,), (3,), (4,), (15,), (16,), (HALF,), (HALF - 1,),
             (WORD - 1,)),
            _square, lambda words: isqrt(words[0]),
        ),
    )  # fmt: skip
    return {task.word: task for task in tasks}
