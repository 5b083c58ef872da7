"""Arithmetic over words: what instructions of two words in and one word out compute.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, appendix H.2, 0x01 to 0x1d.
"""

from typing import Any

from minichain.kernels.runtime import routine
from minichain.kernels.word import (
    add_modulo,
    divide_signed,
    is_less_signed,
    low64,
    modulo_signed,
    multiply_modulo,
    saturate,
    shift_right_signed,
    u256,
)


@routine
def quotient(op: int, left: Any, right: Any) -> Any:
    """Return what SDIV or SMOD gives; anything by zero is zero."""
    if right == u256(0):
        return right
    if op == 0x05:
        return divide_signed(left, right)
    return modulo_signed(left, right)


@routine
def modular(op: int, left: Any, right: Any, modulus: Any) -> Any:
    """Return what ADDMOD or MULMOD gives; anything modulo zero is zero."""
    if modulus == u256(0):
        return modulus
    if op == 0x08:
        return add_modulo(left, right, modulus)
    return multiply_modulo(left, right, modulus)


@routine
def shifted(op: int, count: Any, value: Any) -> Any:
    """Return what SHL, SHR or SAR gives."""
    places = saturate(count)
    if places > 255:
        if op == 0x1D and is_less_signed(value, u256(0)):
            return shift_right_signed(value, 255)
        return u256(0)
    if op == 0x1B:
        return u256(value << places)
    if op == 0x1C:
        return value >> places
    return shift_right_signed(value, places)


@routine
def picked_byte(place: Any, value: Any) -> Any:
    """Return what BYTE gives: a byte of a word, counted from the first."""
    index = saturate(place)
    if index > 31:
        return u256(0)
    return u256(low64(value >> (248 - 8 * index)) & 255)


@routine
def sign_extended(place: Any, value: Any) -> Any:
    """Return what SIGNEXTEND gives: the sign of byte ``place`` spread upwards."""
    index = saturate(place)
    if index > 30:
        return value
    free = 248 - 8 * index
    return shift_right_signed(u256(value << free), free)


@routine
def computed(op: int, left: Any, right: Any) -> Any:
    """Return what one of the rarer instructions of two words gives.

    ``left`` was on top.
    """
    if op <= 0x07:
        return quotient(op, left, right)
    if op == 0x0B:
        return sign_extended(left, right)
    if op == 0x12:
        return u256(is_less_signed(left, right))
    if op == 0x13:
        return u256(is_less_signed(right, left))
    if op == 0x1A:
        return picked_byte(left, right)
    return shifted(op, left, right)
