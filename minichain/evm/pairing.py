"""A pairing multiplies points of two groups, and so lets a contract check proofs.

The curve is bn128 (alt_bn128), whose arithmetic is `py_ecc`'s.

References
----------
.. [1] EIP-196, addition and multiplication; EIP-197, the pairing.
"""

from typing import Any

from py_ecc import optimized_bn128 as curve

from minichain.evm.precompiles import Failed

POINT = 64
"""Bytes of a point of the first group."""

PAIR = 192
"""Bytes of a point of each group."""


def _numbers(data: bytes) -> list[int]:
    """Return coordinates, all of them below the field's prime."""
    found = [int.from_bytes(data[i : i + 32], "big") for i in range(0, len(data), 32)]
    if any(number >= curve.field_modulus for number in found):
        raise Failed
    return found


def _read_point(data: bytes) -> Any:
    x, y = _numbers(data)
    if x == y == 0:
        return curve.Z1
    point = curve.FQ(x), curve.FQ(y), curve.FQ.one()
    if not curve.is_on_curve(point, curve.b):
        raise Failed
    return point


def _read_twisted(data: bytes) -> Any:
    """Return a point of the second group, the imaginary parts first."""
    numbers = _numbers(data)
    if not any(numbers):
        return curve.Z2
    x, y = curve.FQ2(numbers[1::-1]), curve.FQ2(numbers[3:1:-1])
    point = x, y, curve.FQ2.one()
    if not curve.is_on_curve(point, curve.b2):
        raise Failed
    if not curve.is_inf(curve.multiply(point, curve.curve_order)):
        raise Failed
    return point


def _write_point(point: Any) -> bytes:
    if curve.is_inf(point):
        return bytes(POINT)
    x, y = curve.normalize(point)
    return int(x).to_bytes(32, "big") + int(y).to_bytes(32, "big")


def add_points(data: bytes) -> bytes:
    """Return the sum of two points."""
    data = data[: 2 * POINT].ljust(2 * POINT, b"\0")
    return _write_point(curve.add(_read_point(data[:POINT]), _read_point(data[POINT:])))


def multiply_point(data: bytes) -> bytes:
    """Return a point added to itself as often as a word says."""
    data = data[: POINT + 32].ljust(POINT + 32, b"\0")
    times = int.from_bytes(data[POINT:], "big")
    return _write_point(curve.multiply(_read_point(data[:POINT]), times))


def check_pairing(data: bytes) -> bytes:
    """Return the word 1 if the pairs' product is one, else the word 0."""
    if len(data) % PAIR:
        raise Failed
    product = curve.FQ12.one()
    for start in range(0, len(data), PAIR):
        point = _read_point(data[start : start + POINT])
        twisted = _read_twisted(data[start + POINT : start + PAIR])
        if not (curve.is_inf(point) or curve.is_inf(twisted)):
            product *= curve.pairing(twisted, point, final_exponentiate=False)
    is_one = curve.final_exponentiate(product) == curve.FQ12.one()
    return int(is_one).to_bytes(32, "big")
