"""SHA instructions are a processor's own rounds: two of them, of one hash, at once.

They know no lanes, so the work is split. Lanes make the message schedules of a whole
batch; the instructions mix them in, all its hashes side by side, since each waits four
cycles for the one before. A batch takes four turns, and every turn works on four
batches: schedules of the first block, its rounds, schedules of the second hash, its
rounds. Between turns all of it waits in memory: a turn reads one half, writes the
other, and then the halves change places.

References
----------
.. [1] Intel, "Intel SHA Extensions", 2013: SHA256RNDS2 and the order of its words.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from minichain.kernels.sha256 import INITIAL, PADDING_AFTER_32, ROUND, schedule
from minichain.kernels.sha_memory import (
    FIRST,
    I32,
    I64,
    SECOND,
    STATES,
    TOPS,
    WORDS4,
    Memory,
)
from minichain.kernels.vectors import Lanes, LanesType, splat

FIRST_ROUNDS = range(2, 64, 2)
"""Pairs of rounds of the header's second block that the nonce has a part in."""

SECOND_ROUNDS = range(0, 62, 2)
"""Pairs of rounds of the second hash up to the one that gives its last word."""

TURNS = 4
"""Turns from a batch's first schedule to its last round."""

PADDING_AFTER_HEADER = (1 << 31, *[0] * 10, 80 * 8)
"""What follows the last 16 bytes of an 80-byte message."""


class _Search:
    """One turn's work, as steps: of lanes in one stream, of instructions in another."""

    def __init__(
        self, builder: Any, scratch: Any, fixed: list[Any], vector: Any
    ) -> None:
        self.builder = builder
        self.memory = Memory(builder, scratch, vector)
        self.lanes = vector.count
        self.midstate = self._halves(fixed[:8])
        self.tail = [Lanes(builder, splat(builder, word, vector)) for word in fixed[8:]]
        # The first two rounds see no nonce: they are the same for all hashes.
        pair = [builder.add(fixed[8 + t], I32(ROUND[t])) for t in (0, 1)]
        self.begun = self._two_rounds(
            self.midstate, self._four([*pair, I32(0), I32(0)])
        )
        self.initial = self._halves([I32(word) for word in INITIAL])

    def _four(self, words: Sequence[Any]) -> Any:
        four = ir.Constant(WORDS4, ir.Undefined)
        for i, word in enumerate(words):
            four = self.builder.insert_element(four, word, I32(i))
        return four

    def _halves(self, state: Sequence[Any]) -> tuple[Any, Any]:
        """Return a state as the instructions hold it: f e b a, and h g d c."""
        a, b, c, d, e, f, g, h = state
        return self._four([f, e, b, a]), self._four([h, g, d, c])

    def _two_rounds(self, state: tuple[Any, Any], pair: Any) -> tuple[Any, Any]:
        near, far = state
        function = cgutils.get_or_insert_function(
            self.builder.module,
            ir.FunctionType(WORDS4, [WORDS4] * 3),
            "llvm.x86.sha256rnds2",
        )
        # What was near, a b e f, is c d g h two rounds later.
        return self.builder.call(function, [far, near, pair]), near

    def _rounds(
        self,
        state: tuple[Any, Any],
        row: int,
        lane: int,
        rounds: range,
        known: Mapping[int, int],
    ) -> Generator[None, None, tuple[Any, Any]]:
        for t in rounds:
            if t in known:
                words = (known[t] + ROUND[t], known[t + 1] + ROUND[t + 1], 0, 0)
                pair = ir.Constant(WORDS4, [word & 0xFFFFFFFF for word in words])
            else:
                pair = self.memory.load_pair(row + t, lane)
            state = self._two_rounds(state, pair)
            yield
        return state

    def _first_hash(self, lane: int) -> Iterator[None]:
        """Work rounds 3 to 64 of the header's second block."""
        known = dict(enumerate(PADDING_AFTER_HEADER, 4))
        done = yield from self._rounds(self.begun, FIRST, lane, FIRST_ROUNDS, known)
        for half in (0, 1):
            after = self.builder.add(done[half], self.midstate[half])
            self.memory.store(after, STATES + 4 * half, 16 * lane)

    def _second_hash(self, lane: int) -> Iterator[None]:
        """Work rounds 1 to 62: the last word is known then, nobody asks for others."""
        known = dict(enumerate(PADDING_AFTER_32, 8))
        done = yield from self._rounds(self.initial, SECOND, lane, SECOND_ROUNDS, known)
        self.memory.store(done[0], TOPS, 16 * lane)

    def instructions(self) -> Iterator[None]:
        """Work all rounds of a turn, two of every hash of the batch at a step."""
        for work in (self._first_hash, self._second_hash):
            hashes = [work(lane) for lane in range(self.lanes)]
            for _ in zip(*hashes, strict=True):
                yield

    def schedules(self, nonces: Any) -> Iterator[None]:
        """Make both schedules of a turn, with the rounds' constants added."""
        block = [*self.tail, Lanes(self.builder, nonces).swap_bytes()]
        yield from self._schedule([*block, *PADDING_AFTER_HEADER], FIRST, FIRST_ROUNDS)
        f, e, b, a = self.memory.load_columns(STATES)
        h, g, d, c = self.memory.load_columns(STATES + 4)
        yield from self._schedule(
            [a, b, c, d, e, f, g, h, *PADDING_AFTER_32], SECOND, SECOND_ROUNDS
        )

    def _schedule(
        self, block: Sequence[Any], row: int, rounds: range
    ) -> Iterator[None]:
        before: Any = 0
        for t, word in enumerate(schedule(block)):
            mixed = word + ROUND[t]
            # Where the block holds no nonce and no hash, a pair is a constant.
            if t - 1 in rounds and isinstance(mixed, Lanes):
                self.memory.store_pairs(before.value, mixed.value, row + t - 1)
            before = mixed
            yield

    def tops(self) -> Any:
        """Return the first words of the hashes begun four turns ago."""
        return (self.memory.load_columns(TOPS)[0] + INITIAL[7]).swap_bytes()


def _evenly(schedules: Iterator[None], instructions: Iterator[None]) -> None:
    """Run both streams to their ends, 128 steps of the one beside 62 of the other."""
    for step, _ in enumerate(instructions, 1):
        before = 128 * (step - 1) // 62
        for _ in range(before, 128 * step // 62):
            next(schedules)


@cache
def first_places(vector_bits: int) -> Any:
    """Return the compiled form of the primitive of that name."""
    vector = ir.VectorType(I32, vector_bits // 32)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        scratch = make_array(signature.args[0])(context, builder, values[0]).data
        search = _Search(
            builder, scratch, cgutils.unpack_tuple(builder, values[1]), vector
        )
        count = vector.count

        def lanes(items: list[int]) -> Any:
            return ir.Constant(vector, [item & 0xFFFFFFFF for item in items])

        # Columns of four by four give the lanes back in another order, twice.
        order = [i % 4 * (count // 4) + i // 4 for i in range(count)]
        ramp = builder.add(
            splat(builder, builder.trunc(values[2], I32), vector),
            lanes(list(range(count))),
        )
        nonces = cgutils.alloca_once_value(builder, ramp)
        # The first turns finish nothing: their places wrap around and lose.
        begin = lanes([order[order[i]] - TURNS * count for i in range(count)])
        places = cgutils.alloca_once_value(builder, begin)
        best = cgutils.alloca_once_value(builder, lanes([-1] * count))
        limit = Lanes(builder, splat(builder, builder.trunc(values[4], I32), vector))
        turns = builder.add(values[3], I64(TURNS))
        with cgutils.for_range(builder, turns) as loop:
            search.memory.begin_turn(loop.index)
            tops = search.tops()
            low = tops.at_most(limit)
            place = Lanes(builder, builder.load(places)) | ~low
            builder.store(place.smaller(Lanes(builder, builder.load(best))).value, best)
            _evenly(search.schedules(builder.load(nonces)), search.instructions())
            step = lanes([count] * count)
            for counter in (nonces, places):
                builder.store(builder.add(builder.load(counter), step), counter)
        return builder.load(best)

    kind = LanesType(32, vector.count)

    @intrinsic  # type: ignore[untyped-decorator]
    def first_place(
        typing: Any, scratch: Any, fixed: Any, nonce: Any, batches: Any, top: Any
    ) -> Any:
        arguments = scratch, fixed, types.int64, types.int64, types.int64
        return kind(*arguments), generate

    return first_place
