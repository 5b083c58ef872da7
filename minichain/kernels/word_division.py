"""Long division of words, digit by digit, as it is done by hand.

LLVM divides wide integers bit by bit, ten times slower. Most numbers that contracts
divide are small: they have shorter ways.

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

LOW32 = uint64(0xFFFFFFFF)
"""The lower half of 64 bits."""


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
def _guess(high: Any, digit: Any, divisor: Any) -> Any:
    """Return a digit of 32 bits of a quotient, ``high`` below the divisor.

    The divisor's highest bit is set, so that the first guess is at most two too large.
    """
    top, low = divisor >> uint64(32), divisor & LOW32
    guess = high // top
    rest = high - guess * top
    while guess > LOW32 or guess * low > ((rest << uint64(32)) | digit):
        guess -= uint64(1)
        rest += top
        if rest > LOW32:
            break
    return guess


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _divide_two(high: Any, low: Any, divisor: Any) -> Any:
    """Divide 128 bits by 64 whose highest is set; ``high`` is below the divisor."""
    digit = low >> uint64(32)
    first = _guess(high, digit, divisor)
    # What overflows here would be zero in the end.
    high = ((high << uint64(32)) | digit) - first * divisor
    second = _guess(high, low & LOW32, divisor)
    rest = ((high << uint64(32)) | (low & LOW32)) - second * divisor
    return (first << uint64(32)) | second, rest


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _divide_by_short(left: Any, right: Any) -> Any:
    """Divide a word by one below 2**64; return quotient and remainder."""
    shift = uint64(64 - count_bits(right))
    divisor = low64(right) << shift
    quotient = to_word(0)
    rest = uint64(0)
    for i in range((count_bits(left) + 63) >> 6, 0, -1):
        limb = low64(left >> (64 * i - 64))
        if rest == uint64(0):
            digit = limb // low64(right)
            rest = limb - digit * low64(right)
        else:
            high = (rest << shift) | ((limb >> uint64(1)) >> (uint64(63) - shift))
            digit, rest = _divide_two(high, limb << shift, divisor)
            rest = rest >> shift
        quotient = (quotient << 64) | to_word(digit)
    return quotient, to_word(rest)


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _divide_middling(left: Any, right: Any) -> Any:
    """Divide words below 2**128, the second above 2**64, as [1]_ does in exercise 16.

    The quotient has one digit of 64 bits, guessed from the divisor's highest 64.
    """
    bits = count_bits(right)
    half = left >> 1
    top = low64(right >> (bits - 64))
    guess = _divide_two(low64(half >> 64), low64(half), top)[0]
    guess = guess >> uint64(bits - 65)
    if guess > uint64(0):
        guess -= uint64(1)
    quotient = to_word(guess)
    rest = left - quotient * right
    if not rest < right:
        quotient = quotient + to_word(1)
        rest = rest - right
    return quotient, rest


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _divide_word(left: Any, right: Any) -> Any:
    """Divide a word by one that is not zero; return quotient and remainder."""
    if left < right:
        return to_word(0), left
    if count_bits(right) <= 64:
        return _divide_by_short(left, right)
    if count_bits(left) <= 128:
        return _divide_middling(left, right)
    return divide_long(to_product(left), right)


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def divide(left: Any, right: Any) -> Any:
    """Return the quotient, rounded down."""
    if count_bits(left | right) <= 64:
        return to_word(low64(left) // low64(right))
    return _divide_word(left, right)[0]


@numba.njit(**OPTIONS)  # type: ignore[untyped-decorator]
def modulo(left: Any, right: Any) -> Any:
    """Return the remainder."""
    if count_bits(left | right) <= 64:
        return to_word(low64(left) % low64(right))
    return _divide_word(left, right)[1]


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
