"""SHA rounds are what some processors do in one instruction, two of them at once.

The search below is that of `minichain.kernels.proof_of_work`, for such processors:
lanes make the schedules, the instructions mix them in. Which of the two is quicker
depends on how wide the processor's vectors really are, so `fastest_search` measures.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import inf
from time import perf_counter
from typing import Any

from minichain.kernels.lanes import LANES32, smallest
from minichain.kernels.proof_of_work import (
    CHUNK,
    NOT_FOUND,
    fixed_part,
    search_nonce,
)
from minichain.kernels.runtime import Kernel, i64, kernel, primitive
from minichain.kernels.sha256 import INITIAL, PADDING_AFTER_32, compress, last

WIDEST = 256
"""Most bits of the vectors beside the instructions: wider ones keep them waiting."""

SCRATCH = 280 * WIDEST // 8 + 64
"""Bytes that the search works in: two halves of 140 vectors, and room to align."""

TRIAL = 2**15
"""Nonces tried at a time to find out which kernel is the quicker."""

TRIALS = 4
"""How often each kernel tries: about 8 milliseconds for both."""

FIRST_TRIAL = 2**10
"""Nonces tried once before that: what a processor cannot do well is not waited for."""

HOPELESS = 4
"""A kernel this many times slower than another is tried no further."""

PERIOD = 2.0
"""Seconds after which they try again."""


@primitive
def first_places(
    scratch: Any, fixed: Sequence[int], nonce: int, batches: int, highest_top: int
) -> int:
    """Return the place of each lane's first low hash, or a larger number."""
    for place in range(batches):
        word = (nonce + place) % 2**32
        word = int.from_bytes(word.to_bytes(4, "little"), "big")
        block = (*fixed[8:], word, 1 << 31, *[0] * 10, 80 * 8)
        once = last(compress(fixed[:8], block))
        twice = last(compress(INITIAL, (*once, *PADDING_AFTER_32)))
        if int.from_bytes(twice[7].to_bytes(4, "big"), "little") <= highest_top:
            return place
    return 2**32 - 1


@kernel("u32[] u8[] i64 i64 i64", needs="sha", widest=WIDEST)
def search_nonce_by_rounds(
    header: Any, scratch: Any, first: int, count: int, highest_top: int
) -> int:
    """Find what `search_nonce` finds, with `SCRATCH` bytes to work in."""
    fixed = fixed_part(header)
    size = CHUNK * LANES32
    for start in range(0, count, size):
        batches = min(CHUNK, (count - start + LANES32 - 1) // LANES32)
        places = first_places(scratch, fixed, first + start, batches, highest_top)
        place = i64(smallest(places))
        if place < min(size, count - start):
            return start + place
    return NOT_FOUND


Search = Callable[[Any, int, int, int], int]
"""A header's words, the first nonce, their count and the highest first word of a
hash; to what `search_nonce` returns."""


def search_by_rounds(header: Any, first: int, count: int, highest_top: int) -> int:
    """Call `search_nonce_by_rounds` with memory of its own: threads share none."""
    scratch = bytearray(SCRATCH)
    return search_nonce_by_rounds(header, scratch, first, count, highest_top)


def fastest_search() -> Search:
    """Return the search that is the quickest here and now.

    It changes with what else the core does: lanes need few of its units, the
    instructions all of its patience. So the answer holds for `PERIOD` seconds.
    """
    if not runs_compiled(search_nonce_by_rounds):
        return search_nonce
    return _measure(int(perf_counter() / PERIOD))


@lru_cache(maxsize=1)
def _measure(period: int) -> Search:
    header = memoryview(bytes(80)).cast("I")
    choices: tuple[Search, ...] = (search_nonce, search_by_rounds)
    for search in choices:
        search(header, 0, 1, 0)
    first = {search: _time(search, header, FIRST_TRIAL) for search in choices}
    limit = HOPELESS * min(first.values())
    hopeful = [search for search in choices if first[search] <= limit]
    if len(hopeful) == 1:
        return hopeful[0]
    taken = dict.fromkeys(choices, inf)
    # In turn, and the best of each: others may use this core meanwhile.
    for _ in range(TRIALS):
        for search in choices:
            taken[search] = min(taken[search], _time(search, header, TRIAL))
    return min(taken, key=taken.__getitem__)


def _time(search: Search, header: memoryview, count: int) -> float:
    start = perf_counter()
    search(header, 0, count, 0)
    return perf_counter() - start


def runs_compiled(special: Kernel) -> bool:
    """Return whether a kernel runs compiled here: the processor has what it needs."""
    if not special.is_native:
        return False
    from minichain.kernels.objects import has_feature

    return has_feature(special.needs)
