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
from py_ecc.bls.g2_primitives import pubkey_to_G1, signature_to_G2

from minichain.evm.precompiles import Failed

FIELD_ELEMENTS = 4096
"""Numbers that a blob holds."""

INPUT = 192
"""Bytes of an input: versioned hash, ``z``, ``y``, commitment and proof."""

VERSION = b"\x01"
"""First byte of a commitment's hash."""

SECRET_POINT = bytes.fromhex(
    "b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d"
    "2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e2"
    "3926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2"
)
"""The second group's generator times the secret of Ethereum's ceremony of 2023."""


def _read_point(data: bytes) -> Any:
    try:
        point = pubkey_to_G1(data)
    except ValueError as error:
        raise Failed from error
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
    secret = signature_to_G2(SECRET_POINT)
    factor = curve.add(secret, curve.neg(curve.multiply(curve.G2, z)))
    left = curve.pairing(factor, _read_point(proof), final_exponentiate=False)
    right = curve.pairing(curve.neg(curve.G2), value, final_exponentiate=False)
    if curve.final_exponentiate(left * right) != curve.FQ12.one():
        raise Failed
    size = FIELD_ELEMENTS.to_bytes(32, "big")
    order: bytes = curve.curve_order.to_bytes(32, "big")
    return size + order
