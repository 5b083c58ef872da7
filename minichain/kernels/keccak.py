"""Keccak-256 absorbs a message into 25 words of 64 bits and squeezes 32 bytes out.

References
----------
.. [1] The Keccak reference, version 3.0, sections 1.2 (the permutation) and 2.1.
.. [2] FIPS 202 names the same permutation; its SHA3-256 pads with 0x06, Ethereum's
   Keccak-256 with the 0x01 of the original submission.
"""

from collections.abc import Sequence
from typing import Any

from minichain.kernels.lanes import (
    LANES64,
    load_blocks64,
    load_word64,
    rotate_left64,
    splat64,
    store_digests64,
    store_word64,
)
from minichain.kernels.runtime import Table, kernel, routine, traced, u64

RATE = 136
"""Bytes absorbed between two permutations: 200 less twice the digest."""


def _round_constants() -> list[int]:
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


def _rotations_and_sources() -> tuple[list[int], list[int]]:
    rotations, sources = [0] * 25, [0] * 25
    x, y = 1, 0
    for t in range(24):
        rotations[x + 5 * y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    for x in range(5):
        for y in range(5):
            sources[y + 5 * ((2 * x + 3 * y) % 5)] = x + 5 * y
    return rotations, sources


ROUND = Table(u64, _round_constants())
"""The constant of each of the 24 rounds, from a linear feedback shift register."""

ROTATION, SOURCE = _rotations_and_sources()


@traced
def _round(state: Sequence[Any], constant: Any) -> list[Any]:
    # Theta: mix each column into its neighbours.
    column = [
        state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]
        for x in range(5)
    ]
    mixed = [
        state[i] ^ column[(i + 4) % 5] ^ rotate_left64(column[(i + 1) % 5], 1)
        for i in range(25)
    ]
    # Rho and pi: rotate each word and move it.
    moved = [rotate_left64(mixed[SOURCE[i]], ROTATION[SOURCE[i]]) for i in range(25)]
    # Chi: the only step that is not linear.
    after = [
        moved[i] ^ (moved[i // 5 * 5 + (i + 2) % 5] & ~moved[i // 5 * 5 + (i + 1) % 5])
        for i in range(25)
    ]
    # Iota: break the symmetry between rounds.
    after[0] = after[0] ^ constant
    return after


@routine
def permute(state: Any) -> Any:
    """Apply the 24 rounds to 25 words, or to 25 words in each of many lanes."""
    for r in range(24):
        state = _round(state, ROUND[r])
    return state


@traced
def _absorb_node(words: Sequence[Any], zero: Any) -> list[Any]:
    # 64 bytes of message, the mark behind them, the mark of the last block.
    return [*words, zero ^ 1, *[zero] * 7, zero ^ (1 << 63), *[zero] * 8]


@traced
def _fresh(zero: Any) -> list[Any]:
    return [zero] * 25


@traced
def _absorb(state: Sequence[Any], block: Sequence[Any]) -> list[Any]:
    return [s ^ b for s, b in zip(state, block, strict=False)] + list(state[17:])


@kernel("u8[] u8[] i64")
def keccak256_nodes(messages: Any, digests: Any, count: int) -> int:
    """Hash ``count`` messages of 64 bytes, ``count`` at least the number of lanes.

    The last batch overlaps the one before where the count is uneven.
    """
    for position in range(0, count, LANES64):
        here = min(position, count - LANES64)
        state = _absorb_node(load_blocks64(messages, 64 * here), splat64(0))
        store_digests64(digests, 32 * here, permute(state)[:4])
    return 0


@routine
def hash_range(message: Any, start: int, length: int, block: Any) -> Any:
    """Hash ``length`` bytes of ``message`` from ``start`` to the state's 25 words.

    ``block`` is 17 words to work in; the digest is the first 4 words of the result.
    """
    state = _fresh(u64(0))
    end = start + length
    while end - start >= RATE:
        for k in range(17):
            block[k] = load_word64(message, start + 8 * k)
        state = permute(_absorb(state, _as_words(block)))
        start += RATE
    # The last block: what is left, a mark behind it, a mark at the block's end.
    left = end - start
    whole = left >> 3
    for k in range(17):
        block[k] = load_word64(message, start + 8 * k) if k < whole else u64(0)
    for j in range(8 * whole, left):
        block[j >> 3] ^= u64(u64(message[start + j]) << u64(8 * (j & 7)))
    block[left >> 3] ^= u64(u64(1) << u64(8 * (left & 7)))
    block[16] ^= u64(u64(1) << u64(63))
    return permute(_absorb(state, _as_words(block)))


@routine
def _as_words(block: Any) -> Any:
    return (
        block[0], block[1], block[2], block[3], block[4], block[5], block[6],
        block[7], block[8], block[9], block[10], block[11], block[12], block[13],
        block[14], block[15], block[16],
    )  # fmt: skip


@kernel("u8[] u8[] u64[]")
def keccak256_digest(message: Any, digest: Any, block: Any) -> int:
    """Hash one message of any length; ``block`` is 17 words to work in."""
    state = hash_range(message, 0, len(message), block)
    store_word64(digest, 0, state[0])
    store_word64(digest, 8, state[1])
    store_word64(digest, 16, state[2])
    store_word64(digest, 24, state[3])
    return 0
