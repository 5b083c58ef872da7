"""Proof of work is a search for a nonce whose header hashes below a target.

A header is 80 bytes and only its last four change. The first 64 are compressed once
for all nonces; each hash then takes two compressions, one for the header's tail and
one for the second SHA-256. Those of two batches run side by side.

The compiler finds the rest, since the rounds are traced into one straight line. What
no nonce reaches is worked once, before the loop: three rounds, and the first words of
the schedule. Words that are padding become constants. Of the second hash, only the
word that leads the number is asked for, so its last three rounds are never worked.
Nothing branches on a hash: each lane keeps the first place that was low enough.
"""

from collections.abc import Sequence
from typing import Any

from minichain.kernels.lanes import (
    LANES32,
    at_most,
    count_up32,
    smaller,
    smallest,
    splat32,
    swap_bytes32,
    word32,
)
from minichain.kernels.runtime import i64, kernel, routine, traced
from minichain.kernels.sha256 import (
    INITIAL,
    PADDING_AFTER_32,
    compress,
    side_by_side,
)

CHUNK = 1024
"""Batches hashed between two looks at what was found."""

NOT_FOUND = -1
"""What `search_nonce` returns when no nonce of the range qualifies."""


@traced
def _midstate_and_tail(header: Sequence[Any]) -> list[Any]:
    *_, state = compress(INITIAL, header[:16])
    return [*state, *header[16:19]]


@routine
def fixed_part(header: Any) -> Any:
    """Return what all nonces of a header share: the midstate and three words."""
    return _midstate_and_tail(
        (
            header[0], header[1], header[2], header[3], header[4], header[5],
            header[6], header[7], header[8], header[9], header[10], header[11],
            header[12], header[13], header[14], header[15], header[16], header[17],
            header[18],
        )
    )  # fmt: skip


@traced
def _batch(
    fixed: Sequence[Any], nonces: Any, before: Sequence[Any], places: Any, limit: Any
) -> list[Any]:
    """Hash 1 of this batch beside hash 2 of the batch before; flag what is low enough.

    A hash is compared as a little-endian number: its last word leads, bytes reversed.
    The last result is each lane's place, or all ones where its hash is too high.
    """
    tail = (*fixed[8:], swap_bytes32(nonces), 1 << 31, *[0] * 10, 80 * 8)
    first, second = side_by_side(
        compress(fixed[:8], tail), compress(INITIAL, (*before, *PADDING_AFTER_32))
    )
    low = at_most(swap_bytes32(second[7]), limit)
    return [*first, word32(places | ~low)]


@traced
def _least(best: Any, place: Any) -> list[Any]:
    return [smaller(best, place)]


@routine
def _first_place(fixed: Any, nonce: int, batches: int, highest_top: int) -> Any:
    """Return the place of the first low hash in a run of batches, or a larger number.

    Turn 0 finishes hashes that no batch began; their places wrap around and lose.
    """
    limit = splat32(highest_top)
    none = splat32(0)
    before = (none, none, none, none, none, none, none, none)
    best = splat32(0xFFFFFFFF)
    for turn in range(batches + 1):
        nonces = count_up32(nonce + turn * LANES32)
        places = count_up32((turn - 1) * LANES32)
        both = _batch(fixed, nonces, before, places, limit)
        before = both[:8]
        best = _least(best, both[8])[0]
    return smallest(best)


@kernel("u32[] i64 i64 i64")
def search_nonce(header: Any, first: int, count: int, highest_top: int) -> int:
    """Find the first nonce whose hash may be low enough.

    Parameters
    ----------
    header : u32[20]
        The header as big-endian words; the last, the nonce, is ignored.
    first, count : i64
        The range of nonces. A nonce is written little-endian into the header, so
        SHA-256 sees its bytes reversed.
    highest_top : i64
        Largest acceptable value of the hash's most significant 32 bits.

    Returns
    -------
    i64
        Distance from ``first`` of the first nonce whose hash starts low enough, or
        `NOT_FOUND`. Hashes beyond ``count`` are worked but never reported.
    """
    fixed = fixed_part(header)
    size = CHUNK * LANES32
    for start in range(0, count, size):
        batches = min(CHUNK, (count - start + LANES32 - 1) // LANES32)
        place = i64(_first_place(fixed, first + start, batches, highest_top))
        if place < min(size, count - start):
            return start + place
    return NOT_FOUND
