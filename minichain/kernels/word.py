"""A word is 256 bits, the only number that contracts know.

In plain Python a word is an int. Compiled, it is LLVM's ``i256``: see
`minichain.kernels.word_types`. Code over words wraps each result that could be too
large or negative, ``u256(a + b)``, and otherwise uses the operators of ints.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, appendix H.2.
"""

from typing import Any

from minichain.kernels.runtime import Word, primitive

u256 = Word("u256")
"""An unsigned word of 256 bits."""

LARGE = 1 << 62
"""Where `saturate` stops: no length, offset or gas reaches it."""

MODULUS = 1 << 256
"""Words count modulo this."""

MASK64 = (1 << 64) - 1
"""All bits of a 64-bit integer."""


def _signed(value: int) -> int:
    return value - MODULUS if value >> 255 else value


@primitive
def saturate(value: int) -> int:
    """Return a word as a machine integer, or `LARGE` if it is larger."""
    return min(value, LARGE)


@primitive
def low64(value: int) -> int:
    """Return a word modulo 2**64."""
    return value & MASK64


@primitive
def is_less_signed(left: int, right: int) -> bool:
    """Compare two words as numbers in two's complement."""
    return _signed(left) < _signed(right)


@primitive
def shift_right_signed(value: int, count: int) -> int:
    """Shift right by up to 255 bits, filling with the sign."""
    return (_signed(value) >> count) % MODULUS


@primitive
def divide(left: int, right: int) -> int:
    """Return the quotient, rounded down; ``right`` is not zero."""
    return left // right


@primitive
def modulo(left: int, right: int) -> int:
    """Return the remainder; ``right`` is not zero."""
    return left % right


@primitive
def divide_signed(left: int, right: int) -> int:
    """Return the quotient of signed numbers, rounded towards zero."""
    a, b = _signed(left), _signed(right)
    quotient = abs(a) // abs(b)
    return (quotient if (a < 0) == (b < 0) else -quotient) % MODULUS


@primitive
def modulo_signed(left: int, right: int) -> int:
    """Return the remainder of signed numbers; it has the sign of ``left``."""
    a, b = _signed(left), _signed(right)
    return (abs(a) % abs(b) * (-1 if a < 0 else 1)) % MODULUS


@primitive
def add_modulo(left: int, right: int, modulus: int) -> int:
    """Return a sum, which may need 257 bits, modulo a word that is not zero."""
    return (left + right) % modulus


@primitive
def multiply_modulo(left: int, right: int, modulus: int) -> int:
    """Return a product of up to 512 bits modulo a word that is not zero."""
    return left * right % modulus


@primitive
def power(base: int, exponent: int) -> int:
    """Return ``base`` to the ``exponent``, modulo 2**256."""
    return pow(base, exponent, MODULUS)


@primitive
def count_bits(value: int) -> int:
    """Return the number of bits up to the highest that is set."""
    return value.bit_length()


@primitive
def load_word(buffer: Any, start: int) -> int:
    """Read 32 bytes, big-endian, from byte ``start``."""
    return int.from_bytes(buffer[start : start + 32], "big")


@primitive
def load_short(buffer: Any, start: int) -> int:
    """Read 8 bytes, big-endian, from byte ``start``, as an unsigned integer."""
    return int.from_bytes(buffer[start : start + 8], "big")


@primitive
def store_word(buffer: Any, start: int, value: int) -> None:
    """Write a word as 32 bytes, big-endian, from byte ``start``."""
    buffer[start : start + 32] = value.to_bytes(32, "big")


@primitive
def join_digest(first: int, second: int, third: int, fourth: int) -> int:
    """Return the word whose bytes, in order, are four little-endian integers."""
    parts = (first, second, third, fourth)
    return int.from_bytes(b"".join(p.to_bytes(8, "little") for p in parts), "big")


@primitive
def copy_bytes(to: Any, at: int, source: Any, start: int, count: int) -> None:
    """Copy ``count`` bytes, at least 0; the two places may overlap."""
    to[at : at + count] = source[start : start + count]


@primitive
def clear_bytes(buffer: Any, start: int, count: int) -> None:
    """Set ``count`` bytes, at least 0, to zero."""
    buffer[start : start + count] = bytes(count)
