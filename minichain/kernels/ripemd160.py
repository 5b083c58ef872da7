"""RIPEMD-160 mixes each block in two lines of 80 steps and adds them crosswise.

References
----------
.. [1] Dobbertin, Bosselaers, Preneel, "RIPEMD-160: a strengthened version of
   RIPEMD", 1996, appendix A.
"""

from math import isqrt
from typing import Any

from minichain.kernels.runtime import Table, kernel, routine, u8, u32

INITIAL = Table(u32, (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0))
"""The state before the first block."""


def _root(value: int, order: int) -> int:
    """Return the first 30 fractional bits of a root, as the standard's constants."""
    if order == 2:
        return isqrt(value << 60)
    low, high = 0, value << 30
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= value << 90 else (low, middle - 1)
    return low


LEFT_CONSTANT = Table(u32, (0, *(_root(p, 2) for p in (2, 3, 5, 7))))
"""Added in each round of the left line: square roots of primes."""

RIGHT_CONSTANT = Table(u32, (*(_root(p, 3) for p in (2, 3, 5, 7)), 0))
"""Added in each round of the right line: cube roots of primes."""

_RHO = (7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8)


def _orders() -> tuple[list[int], list[int]]:
    left, right = list(range(16)), [(9 * i + 5) % 16 for i in range(16)]
    lines: tuple[list[int], list[int]] = ([], [])
    for _ in range(5):
        for line, order in zip(lines, (left, right), strict=True):
            line.extend(order)
        left, right = [_RHO[i] for i in left], [_RHO[i] for i in right]
    return lines


_LEFT, _RIGHT = _orders()

LEFT_WORD, RIGHT_WORD = Table(u8, _LEFT), Table(u8, _RIGHT)
"""Which word of the block each step adds, on either line."""

_SHIFTS = (
    (11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8),
    (12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7),
    (13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9),
    (14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6),
    (15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5),
)
# Row r: how far round r rotates after adding word 0, 1, ... of the block.

LEFT_SHIFT, RIGHT_SHIFT = (
    Table(u8, [_SHIFTS[step // 16][word] for step, word in enumerate(line)])
    for line in (_LEFT, _RIGHT)
)
"""How far each step rotates, on either line."""


@routine
def _rotate_left(x: int, count: int) -> int:
    return u32((u32(x) << u32(count)) | (u32(x) >> u32(32 - count)))


@routine
def _mix(which: int, x: int, y: int, z: int) -> int:
    if which == 0:
        return u32(x ^ y ^ z)
    if which == 1:
        return u32((x & y) | (u32(~x) & z))
    if which == 2:
        return u32((x | u32(~y)) ^ z)
    if which == 3:
        return u32((x & z) | (y & u32(~z)))
    return u32(x ^ (y | u32(~z)))


@kernel("u8[] u32[] u32[]")
def ripemd160_blocks(blocks: Any, state: Any, words: Any) -> int:
    """Mix whole 64-byte blocks into ``state``; ``words`` is 16 words to work in."""
    for start in range(0, len(blocks), 64):
        for i in range(16):
            at = start + 4 * i
            words[i] = u32(
                u32(blocks[at])
                | (u32(blocks[at + 1]) << u32(8))
                | (u32(blocks[at + 2]) << u32(16))
                | (u32(blocks[at + 3]) << u32(24))
            )
        a, b, c, d, e = state[0], state[1], state[2], state[3], state[4]
        v, w, x, y, z = a, b, c, d, e
        for step in range(80):
            r = step >> 4
            t = u32(a + _mix(r, b, c, d) + words[LEFT_WORD[step]] + LEFT_CONSTANT[r])
            t = u32(_rotate_left(t, LEFT_SHIFT[step]) + e)
            a, e, d, c, b = e, d, _rotate_left(c, 10), b, t
            t = u32(
                v + _mix(4 - r, w, x, y) + words[RIGHT_WORD[step]] + RIGHT_CONSTANT[r]
            )
            t = u32(_rotate_left(t, RIGHT_SHIFT[step]) + z)
            v, z, y, x, w = z, y, _rotate_left(x, 10), w, t
        t = u32(state[1] + c + y)
        state[1] = u32(state[2] + d + z)
        state[2] = u32(state[3] + e + v)
        state[3] = u32(state[4] + a + w)
        state[4] = u32(state[0] + b + x)
        state[0] = t
    return 0
