"""Long division of words, in digits of 32 bits, as it is done by hand.

LLVM divides wide integers bit by bit, ten times slower.

References
----------
.. [1] D. Knuth, "The Art of Computer Programming", volume 2, section 4.3.1.
"""

from typing import Any

import numba
from llvmlite import ir
from numba import types, uint64
from numba.extending import intrinsic

from minichain.kernels.word_types import (
    I64,
    WordType,
    call_llvm,
    to_product,
    to_shifted,
    to_word,
)

OPTIONS = {"error_model": "numpy", "boundscheck": False}
"""How the functions are compiled: like the kernels that call them."""

LARGE = 1 << 62
"""Below it a word fits a machine integer."""


@intrinsic  # type: ignore[untyped-decorator]
def low64(typing: Any, value: Any) -> Any:
    """Return the lowest 64 bits."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.trunc(values[0], I64)

    return types.uint64(value), generate


@intrinsic  # type: ignore[untyped-decorator]
def count_bits(typing: Any, value: Any) -> Any:
    """Return the number of bits up to the highest that is set."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        zeros = call_llvm(builder, "ctlz", values[0], ir.IntType(1)(0))
        return builder.sub(I64(signature.args[0].bits), builder.trunc(zeros, I64))

    return types.int64(value), generate


@intrinsic  # type: ignore[untyped-decorator]
def is_less_signed(typing: Any, left: Any, right: Any) -> Any:
    """Compare in two's complement."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.icmp_signed("<", *values)

    if isinstance(left, WordType) and left == right:
        return types.boolean(left, right), generate
    return None


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def divide_long(left: Any, right: Any) -> Any:
    """Divide 512 bits by 256; return the quotient's low word, and the remainder."""
    quotient = to_word(0)
    rest = to_shifted(0)
    divisor = to_shifted(right)
    bits = count_bits(right)
    steps = (count_bits(left) + 31) >> 5
    left = left << (512 - 32 * steps)
    if bits <= 32:
        small = low64(right)
        carried = uint64(0)
        for _ in range(steps):
            carried = (carried << uint64(32)) | low64(left >> 480)
            left = left << 32
            digit = carried // small
            quotient = (quotient << 32) | to_word(digit)
            carried -= digit * small
        return quotient, to_word(carried)
    top = low64(right >> (bits - 32))
    # The first digits are too short to hold the divisor.
    skipped = min((bits - 1) >> 5, steps)
    if skipped > 0:
        rest = to_shifted(left >> (512 - 32 * skipped))
        left = left << (32 * skipped)
    for _ in range(steps - skipped):
        rest = (rest << 32) | to_shifted(low64(left >> 480))
        left = left << 32
        # The guess is at most two too large (Knuth, theorem B).
        digit = min(low64(rest >> (bits - 32)) // top, uint64(0xFFFFFFFF))
        rest = rest - divisor * to_shifted(digit)
        while is_less_signed(rest, to_shifted(0)):
            rest = rest + divisor
            digit -= uint64(1)
        quotient = (quotient << 32) | to_word(digit)
    return quotient, to_word(rest)


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def divide(left: Any, right: Any) -> Any:
    """Return the quotient, rounded down."""
    if count_bits(left | right) <= 64:
        return to_word(low64(left) // low64(right))
    return divide_long(to_product(left), right)[0]


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def modulo(left: Any, right: Any) -> Any:
    """Return the remainder."""
    if count_bits(left | right) <= 64:
        return to_word(low64(left) % low64(right))
    return divide_long(to_product(left), right)[1]


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _size(value: Any) -> Any:
    return to_word(0) - value if is_less_signed(value, to_word(0)) else value


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def divide_signed(left: Any, right: Any) -> Any:
    """Return the quotient of signed numbers, rounded towards zero."""
    quotient = divide(_size(left), _size(right))
    is_negative = is_less_signed(left ^ right, to_word(0))
    return to_word(0) - quotient if is_negative else quotient


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def modulo_signed(left: Any, right: Any) -> Any:
    """Return the remainder of signed numbers, with the sign of ``left``."""
    rest = modulo(_size(left), _size(right))
    return to_word(0) - rest if is_less_signed(left, to_word(0)) else rest


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def add_modulo(left: Any, right: Any, modulus: Any) -> Any:
    """Return the sum of two words modulo a third."""
    return divide_long(to_product(left) + to_product(right), modulus)[1]


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def multiply_modulo(left: Any, right: Any, modulus: Any) -> Any:
    """Return the product of two words modulo a third."""
    return divide_long(to_product(left) * to_product(right), modulus)[1]


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def power(base: Any, exponent: Any) -> Any:
    """Return a power modulo 2**256, squaring for each bit of the exponent."""
    result = to_word(1)
    while exponent != to_word(0):
        if low64(exponent) & uint64(1):
            result = result * base
        base = base * base
        exponent = exponent >> 1
    return result
