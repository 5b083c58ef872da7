"""SHA-256 is a chain of 64 rounds over eight 32-bit words, fed 64 bytes at a time.

`compress` is written once, over any word: on ints it is the standard's text, traced
over vector lanes it hashes as many messages at a time as the processor has lanes.

References
----------
.. [1] FIPS 180-4, Secure Hash Standard, sections 4.1.2, 4.2.2, 5.1.1, 5.3.3, 6.2.
"""

from collections.abc import Iterator, Sequence
from math import isqrt
from typing import Any

from minichain.kernels.lanes import (
    LANES32,
    load_blocks,
    rotate_right32,
    splat32,
    store_digests,
    word32,
)
from minichain.kernels.runtime import kernel, traced


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


def _cube_root(value: int) -> int:
    root = 1 << -(-value.bit_length() // 3)
    while (nearer := (2 * root + value // root**2) // 3) < root:
        root = nearer
    return root


INITIAL = tuple(isqrt(p << 64) & 0xFFFFFFFF for p in _primes(8))
"""The state before the first block: fractional bits of square roots of primes."""

ROUND = tuple(_cube_root(p << 96) & 0xFFFFFFFF for p in _primes(64))
"""The constant of each round: fractional bits of cube roots of primes."""

PADDING_AFTER_64 = (1 << 31, *[0] * 14, 64 * 8)
"""The second block of any 64-byte message: the end mark and the length in bits."""

PADDING_AFTER_32 = (1 << 31, *[0] * 6, 32 * 8)
"""The second half of the only block of any 32-byte message."""


def schedule(block: Sequence[Any]) -> Iterator[Any]:
    """Yield the words that the 64 rounds mix in: section 6.2.2, step 1.

    Parameters
    ----------
    block : sequence of 16 words
        Sixty-four bytes of message, big-endian.
    """
    words = list(block)
    yield from words
    for t in range(16, 64):
        x, y = words[t - 15], words[t - 2]
        sigma0 = rotate_right32(x, 7) ^ rotate_right32(x, 18) ^ (x >> 3)
        sigma1 = rotate_right32(y, 17) ^ rotate_right32(y, 19) ^ (y >> 10)
        words.append(word32(words[t - 16] + words[t - 7] + sigma0 + sigma1))
        yield words[t]


def compress(state: Sequence[Any], block: Sequence[Any]) -> Iterator[list[Any]]:
    """Mix one block into the state: the rounds of SHA-256, one a step.

    Yields after each round, so that two chains can be worked side by side; the last
    value is the new state.

    Parameters
    ----------
    state : sequence of 8 words
        The state so far; `INITIAL` before the first block.
    block : sequence of 16 words
        Sixty-four bytes of message, big-endian.

    Yields
    ------
    list of 8 words
        Empty after rounds 1 to 63, the new state after round 64.
    """
    a, b, c, d, e, f, g, h = state
    for t, word in enumerate(schedule(block)):
        # Step 3: one round. Ch is z ^ (x & (y ^ z)), one operation less.
        sum1 = rotate_right32(e, 6) ^ rotate_right32(e, 11) ^ rotate_right32(e, 25)
        sum0 = rotate_right32(a, 2) ^ rotate_right32(a, 13) ^ rotate_right32(a, 22)
        t1 = h + (word + ROUND[t]) + (g ^ (e & (f ^ g))) + sum1
        t2 = sum0 + ((a & b) ^ (c & (a ^ b)))
        h, g, f, e = g, f, e, word32(t1 + d)
        d, c, b, a = c, b, a, word32(t1 + t2)
        if t < 63:
            yield []
    # Step 4: add the state this block started from.
    after = (a, b, c, d, e, f, g, h)
    yield [word32(new + old) for new, old in zip(after, state, strict=True)]


def last(steps: Iterator[list[Any]]) -> list[Any]:
    """Run the rounds to their end and return the new state."""
    *_, state = steps
    return state


def side_by_side(
    first: Iterator[list[Any]], second: Iterator[list[Any]]
) -> tuple[list[Any], list[Any]]:
    """Run two chains of rounds in step.

    A round waits for the round before it; another chain's round does not, and fills
    the processor's idle units.
    """
    *_, both = zip(first, second, strict=True)
    return both


@traced
def _single(block: Sequence[Any], before: Sequence[Any]) -> list[Any]:
    started, done = side_by_side(
        compress(INITIAL, block), compress(before, PADDING_AFTER_64)
    )
    return started + done


@traced
def _double(block: Sequence[Any], before: Sequence[Any]) -> list[Any]:
    started, done = side_by_side(
        compress(INITIAL, block), compress(before, PADDING_AFTER_64)
    )
    return started + last(compress(INITIAL, (*done, *PADDING_AFTER_32)))


@traced
def _spread(seed: Any) -> list[Any]:
    return [seed] * 8


@kernel("u8[] u8[] i64")
def sha256_nodes(messages: Any, digests: Any, count: int) -> int:
    """Hash ``count`` messages of 64 bytes, ``count`` at least the number of lanes.

    The first block of one batch is worked beside the padding block of the batch
    before it; the last batch overlaps the one before where the count is uneven.
    """
    before = _spread(splat32(0))
    previous = 0
    for position in range(0, count + LANES32, LANES32):
        here = min(position, count - LANES32)
        both = _single(load_blocks(messages, 64 * here), before)
        store_digests(digests, 32 * previous, both[8:])
        before = both[:8]
        previous = here
    return 0


@kernel("u8[] u8[] i64")
def sha256d_nodes(messages: Any, digests: Any, count: int) -> int:
    """Hash ``count`` messages of 64 bytes twice, as `sha256_nodes` does once."""
    before = _spread(splat32(0))
    previous = 0
    for position in range(0, count + LANES32, LANES32):
        here = min(position, count - LANES32)
        both = _double(load_blocks(messages, 64 * here), before)
        store_digests(digests, 32 * previous, both[8:])
        before = both[:8]
        previous = here
    return 0
