"""A point evaluation proves what a blob holds at one place, without the blob.

A blob is a polynomial; its commitment is its value at a secret point, on the curve
BLS12-381. A pairing checks that the polynomial is ``y`` at ``z``.

References
----------
.. [1] EIP-4844, point evaluation; A. Kate, G. Zaverucha and I. Goldberg,
   "Constant-Size Commitments to Polynomials and Their Applications", 2010, section 3.
"""

import hashlib
from typing import Any

from py_ecc import optimized_bls12_381 as curve

from minichain.evm.precompiles import Failed

FIELD_ELEMENTS = 4096
"""Numbers that a blob holds."""

INPUT = 192
"""Bytes of an input: versioned hash, ``z``, ``y``, commitment and proof."""

VERSION = b"\x01"
"""First byte of a commitment's hash."""

SECRET_POINT = (
    "185cbfee53492714734429b7b38608e23926c911cceceac9"
    "a36851477ba4c60b087041de621000edc98edada20c1def2",
    "15bfd7dd8cdeb128843bc287230af38926187075cbfbefa8"
    "1009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72",
    "014353bdb96b626dd7d5ee8599d1fca2131569490e28de18"
    "e82451a496a9c9794ce26d105941f383ee689bfbbb832a99",
    "1666c54b0a32529503432fcae0181b4bef79de09fc63671f"
    "da5ed1ba9bfa07899495346f3d7ac9cd23048ef30d0a154f",
)
"""The second group's generator times the secret of Ethereum's ceremony of 2023.

The parts of its coordinates, in hexadecimal.
"""

IS_COMPRESSED, IS_INFINITE, IS_LARGER = 0x80, 0x40, 0x20
"""Marks in a point's first byte; the last says which of two roots the ordinate is."""


def _secret() -> Any:
    x, y, u, v = (int(part, 16) for part in SECRET_POINT)
    return curve.FQ2((x, y)), curve.FQ2((u, v)), curve.FQ2.one()


def _read_point(data: bytes) -> Any:
    """Return the point of the first group in 48 bytes: an abscissa and three marks."""
    marks = data[0] & 0xE0
    x = int.from_bytes(bytes([data[0] & 0x1F]) + data[1:], "big")
    if marks == IS_COMPRESSED | IS_INFINITE and x == 0:
        return curve.Z1
    prime = curve.field_modulus
    if marks & ~IS_LARGER != IS_COMPRESSED or x >= prime:
        raise Failed
    square = (x * x * x + curve.b.n) % prime
    y = pow(square, (prime + 1) // 4, prime)
    if y * y % prime != square:
        raise Failed
    if (2 * y > prime) != bool(marks & IS_LARGER):
        y = prime - y
    point = curve.FQ(x), curve.FQ(y), curve.FQ.one()
    if not curve.is_inf(curve.multiply(point, curve.curve_order)):
        raise Failed
    return point


def check_evaluation(data: bytes) -> bytes:
    """Return the size of a blob and the field's order, if the proof holds."""
    if len(data) != INPUT:
        raise Failed
    commitment, proof = data[96:144], data[144:]
    if data[:32] != VERSION + hashlib.sha256(commitment).digest()[1:]:
        raise Failed
    z, y = (int.from_bytes(data[i : i + 32], "big") for i in (32, 64))
    if max(z, y) >= curve.curve_order:
        raise Failed
    value = curve.add(_read_point(commitment), curve.neg(curve.multiply(curve.G1, y)))
    factor = curve.add(_secret(), curve.neg(curve.multiply(curve.G2, z)))
    left = curve.pairing(factor, _read_point(proof), final_exponentiate=False)
    right = curve.pairing(curve.neg(curve.G2), value, final_exponentiate=False)
    if curve.final_exponentiate(left * right) != curve.FQ12.one():
        raise Failed
    size = FIELD_ELEMENTS.to_bytes(32, "big")
    order: bytes = curve.curve_order.to_bytes(32, "big")
    return size + order
