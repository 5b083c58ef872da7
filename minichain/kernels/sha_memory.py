"""SHA memory is where schedules wait for their rounds, and states for their schedule.

Lanes hold a word of many hashes, instructions two words of one: here each is written
as the one leaves it and read as the other takes it.
"""

from typing import Any

from llvmlite import ir

from minichain.kernels.vectors import Lanes, shuffle

FIRST = 0
"""Row of a half where the first hashes' schedules begin: a vector is a row.

Two words of each lane, side by side, fill two rows."""

SECOND = FIRST + 64
"""Row where the second hashes' schedules begin."""

STATES = SECOND + 64
"""Row where the states after the first hash begin, two times four rows."""

TOPS = STATES + 8
"""Row where what the second hash ends with begins."""

HALF = TOPS + 4
"""Rows of a half."""

I32 = ir.IntType(32)
"""LLVM's type of a word."""

I64 = ir.IntType(64)
"""LLVM's type of an address or a count."""

WORDS4 = ir.VectorType(I32, 4)
"""LLVM's type of what SHA instructions work on: half a state, or two words."""


class Memory:
    """Rows of vectors, in two halves: one is written while the other is read."""

    def __init__(self, builder: Any, scratch: Any, vector: Any) -> None:
        self.builder, self.vector = builder, vector
        self.bytes = 4 * vector.count
        # A vector that straddles two cache lines would take twice the time.
        place = builder.ptrtoint(scratch, I64)
        place = builder.and_(builder.add(place, I64(63)), I64(-64))
        self.start = builder.inttoptr(place, scratch.type)

    def begin_turn(self, turn: Any) -> None:
        """Let the halves change places."""
        odd = self.builder.and_(turn, I64(1))
        size = I64(HALF * self.bytes)
        written = self.builder.mul(odd, size)
        self.written = self.builder.gep(self.start, [written])
        read = self.builder.sub(size, written)
        self.read = self.builder.gep(self.start, [read])

    def store(self, value: Any, row: int, offset: int = 0) -> None:
        """Write a vector into the half of this turn, ``offset`` bytes into a row."""
        place = self.builder.gep(self.written, [I64(row * self.bytes + offset)])
        place = self.builder.bitcast(place, value.type.as_pointer())
        self.builder.store(value, place, align=16)

    def load(self, kind: Any, row: int, offset: int = 0) -> Any:
        """Read what the turn before wrote."""
        place = self.builder.gep(self.read, [I64(row * self.bytes + offset)])
        place = self.builder.bitcast(place, kind.as_pointer())
        return self.builder.load(place, align=8)

    def store_pairs(self, left: Any, right: Any, row: int) -> None:
        """Store two words of all lanes so that each lane's two are neighbours."""
        for half in (0, 1):
            picks = _neighbours(self.vector.count, 2 * half, 1)
            self.store(shuffle(self.builder, left, right, picks), row + half)

    def load_pair(self, row: int, lane: int) -> Any:
        """Load one lane's two words, as the low half of four."""
        group, within = divmod(lane, 4)
        offset = 8 * (2 * group + within % 2)
        pair = self.load(I64, row + within // 2, offset)
        both = ir.Constant(ir.VectorType(I64, 2), [0, 0])
        both = self.builder.insert_element(both, pair, I32(0))
        return self.builder.bitcast(both, WORDS4)

    def load_columns(self, row: int) -> list[Lanes]:
        """Load four words of every hash, and turn each into the lanes of a vector."""
        rows = [self.load(self.vector, row + i) for i in range(4)]
        count, columns = self.vector.count, []
        for half in (0, 2):
            picks = _neighbours(count, half, 1)
            low = shuffle(self.builder, rows[0], rows[1], picks)
            high = shuffle(self.builder, rows[2], rows[3], picks)
            for word in (0, 2):
                picks = _neighbours(count, word, 2)
                columns.append(
                    Lanes(self.builder, shuffle(self.builder, low, high, picks))
                )
        return columns


def _neighbours(count: int, first: int, run: int) -> list[int]:
    """Return picks that lay runs of two vectors' words side by side, in each four."""
    picks = []
    for group in range(0, count, 4):
        for start in range(first, first + 2, run):
            here = range(group + start, group + start + run)
            picks += [*here, *(count + i for i in here)]
    return picks
