"""Precompiled contracts are those that the machine itself brings, at small addresses.

They do what would cost too much as code: recover signatures, hash, and calculate in
the groups that proofs use.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, appendix E; EIP-196, EIP-197, EIP-2565,
   EIP-152, EIP-4844.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from minichain.crypto.hashing import ripemd160
from minichain.crypto.keys import recover
from minichain.crypto.signature import CURVE_ORDER, HALF_ORDER, Signature
from minichain.errors import ProtocolError
from minichain.kernels import evm_layout as at
from minichain.units import Address, Hash32


class Failed(Exception):
    """A precompiled contract that refused its input, and so halts.

    Attributes
    ----------
    status : int
        Why, as the machine's layout says.
    """

    def __init__(self, status: int = at.INVALID_INPUT) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Precompile:
    """A contract that is a function.

    Attributes
    ----------
    name : str
        What it does.
    price : callable
        From the input to gas.
    run : callable
        From the input to the output; raises `Failed`.
    """

    name: str
    price: Callable[[bytes], int]
    run: Callable[[bytes], bytes]


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _by_word(base: int, word: int) -> Callable[[bytes], int]:
    """Return the price of a function that reads its input once."""
    return lambda data: base + word * ((len(data) + 31) // 32)


def recover_signer(data: bytes) -> bytes:
    """Return the address that signed, or nothing when no key could have."""
    data = data[:128].ljust(128, b"\0")
    mark, r, s = (_number(data[i : i + 32]) for i in (32, 64, 96))
    if mark not in (27, 28):
        return b""
    # The mirror image of a signature, which transactions refuse, is good enough here.
    is_mirrored = HALF_ORDER < s < CURVE_ORDER
    parity = (mark - 27) ^ is_mirrored
    try:
        signature = Signature(r, CURVE_ORDER - s if is_mirrored else s, parity)
        key = recover(Hash32(data[:32]), signature)
    except ProtocolError:
        return b""
    return bytes(12) + key.address


def _part(data: bytes, start: int, length: int) -> int:
    """Read a number of any length; the input is followed by zeros without end."""
    if start >= len(data):
        return 0
    return _number(data[start : start + length].ljust(length, b"\0"))


def _lengths(data: bytes) -> tuple[int, int, int]:
    base, exponent, modulus = (_part(data, 32 * i, 32) for i in range(3))
    return base, exponent, modulus


def price_power(data: bytes) -> int:
    """Return the gas of `raise_to_power`: size squared, times the exponent's bits."""
    base, exponent, modulus = _lengths(data)
    head = _part(data, 96 + base, min(exponent, 32))
    rounds = max(head.bit_length() - 1, 0) + 8 * max(exponent - 32, 0)
    words = (max(base, modulus) + 7) // 8
    return max(200, words * words * max(rounds, 1) // 3)


def raise_to_power(data: bytes) -> bytes:
    """Return a power modulo a number, as long as the modulus."""
    base, exponent, modulus = _lengths(data)
    if modulus == 0:
        return b""
    divisor = _part(data, 96 + base + exponent, modulus)
    if divisor == 0:
        return bytes(modulus)
    number, times = _part(data, 96, base), _part(data, 96 + base, exponent)
    return pow(number, times, divisor).to_bytes(modulus, "big")


def _add(data: bytes) -> bytes:
    from minichain.evm.pairing import add_points

    return add_points(data)


def _multiply(data: bytes) -> bytes:
    from minichain.evm.pairing import multiply_point

    return multiply_point(data)


def _pair(data: bytes) -> bytes:
    from minichain.evm.pairing import check_pairing

    return check_pairing(data)


def _compress(data: bytes) -> bytes:
    from minichain.evm.blake2 import compress

    if len(data) != 213 or data[212] > 1:
        raise Failed
    return compress(data)


def _evaluate(data: bytes) -> bytes:
    from minichain.evm.point_evaluation import check_evaluation

    return check_evaluation(data)


_CONTRACTS = (
    Precompile("recover a signer", lambda data: 3_000, recover_signer),
    Precompile("SHA-256", _by_word(60, 12), lambda d: hashlib.sha256(d).digest()),
    Precompile("RIPEMD-160", _by_word(600, 120), lambda d: bytes(12) + ripemd160(d)),
    Precompile("copy", _by_word(15, 3), lambda data: data),
    Precompile("power modulo a number", price_power, raise_to_power),
    Precompile("add on bn128", lambda data: 150, _add),
    Precompile("multiply on bn128", lambda data: 6_000, _multiply),
    Precompile(
        "check a pairing", lambda data: 45_000 + 34_000 * (len(data) // 192), _pair
    ),
    Precompile("BLAKE2b rounds", lambda data: _number(data[:4]), _compress),
    Precompile("evaluate a blob", lambda data: 50_000, _evaluate),
)

PRECOMPILES: dict[Address, Precompile] = {
    Address(number.to_bytes(20, "big")): contract
    for number, contract in enumerate(_CONTRACTS, start=1)
}
"""The machine's own contracts by their addresses."""
