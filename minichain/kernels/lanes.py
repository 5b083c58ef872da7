"""Lanes are words side by side, on which one operation does the work of many.

The plain forms below work on a single lane. `minichain.kernels.compiler` brings the
compiled ones, as wide as the processor's vectors.
"""

from collections.abc import Sequence
from typing import Any

from minichain.kernels.runtime import LaneCount, primitive

LANES32 = LaneCount(32)
"""Number of 32-bit lanes of a traced operation."""

LANES64 = LaneCount(64)
"""Number of 64-bit lanes of a traced operation."""

MASK32 = 2**32 - 1
"""All bits of a 32-bit word."""

MASK64 = 2**64 - 1
"""All bits of a 64-bit word."""


def word32(value: Any) -> Any:
    """Return ``value`` modulo 2**32; lanes wrap by themselves."""
    return value & MASK32 if isinstance(value, int) else value


def rotate_right32(value: Any, count: int) -> Any:
    """Return a 32-bit word rotated right by ``count`` bits, 1 to 31."""
    if isinstance(value, int):
        return (value >> count | value << (32 - count)) & MASK32
    return value.rotate_right(count)


def rotate_left64(value: Any, count: int) -> Any:
    """Return a 64-bit word rotated left by ``count`` bits, 0 to 63."""
    if count == 0:
        return value
    if isinstance(value, int):
        return (value << count | value >> (64 - count)) & MASK64
    return value.rotate_right(64 - count)


def swap_bytes32(value: Any) -> Any:
    """Return a 32-bit word with its bytes in reverse order."""
    if isinstance(value, int):
        return int.from_bytes(value.to_bytes(4, "little"), "big")
    return value.swap_bytes()


def smaller(left: Any, right: Any) -> Any:
    """Return the smaller of two words, lane by lane."""
    return min(left, right) if isinstance(left, int) else left.smaller(right)


def at_most(left: Any, right: Any) -> Any:
    """Return all ones in each 32-bit lane where ``left <= right``, else zero."""
    if isinstance(left, int):
        return MASK32 if left <= right else 0
    return left.at_most(right)


@primitive
def load_blocks(buffer: Sequence[int], start: int) -> tuple[int, ...]:
    """Read one 64-byte block a lane from ``start``, as 16 big-endian words."""
    return tuple(
        int.from_bytes(bytes(buffer[i : i + 4]), "big")
        for i in range(start, start + 64, 4)
    )


@primitive
def store_digests(buffer: Any, start: int, words: Sequence[int]) -> None:
    """Write one 32-byte digest a lane at ``start``, from 8 big-endian words."""
    buffer[start : start + 32] = b"".join(w.to_bytes(4, "big") for w in words)


@primitive
def load_blocks64(buffer: Sequence[int], start: int) -> tuple[int, ...]:
    """Read one 64-byte block a lane from ``start``, as 8 little-endian words."""
    return tuple(
        int.from_bytes(bytes(buffer[i : i + 8]), "little")
        for i in range(start, start + 64, 8)
    )


@primitive
def store_digests64(buffer: Any, start: int, words: Sequence[int]) -> None:
    """Write one 32-byte digest a lane at ``start``, from 4 little-endian words."""
    buffer[start : start + 32] = b"".join(w.to_bytes(8, "little") for w in words)


@primitive
def splat32(value: int) -> int:
    """Return lanes that all hold ``value`` modulo 2**32."""
    return value & MASK32


@primitive
def count_up32(value: int) -> int:
    """Return lanes that hold ``value``, ``value + 1`` and so on, modulo 2**32."""
    return value & MASK32


@primitive
def splat64(value: int) -> int:
    """Return 64-bit lanes that all hold ``value``."""
    return value


@primitive
def smallest(lanes: int) -> int:
    """Return the smallest of all lanes."""
    return lanes


@primitive
def load_word64(buffer: Sequence[int], start: int) -> int:
    """Read a little-endian 64-bit word that begins at byte ``start``."""
    return int.from_bytes(bytes(buffer[start : start + 8]), "little")


@primitive
def store_word64(buffer: Any, start: int, word: int) -> None:
    """Write a 64-bit word, little-endian, from byte ``start``."""
    buffer[start : start + 8] = word.to_bytes(8, "little")
