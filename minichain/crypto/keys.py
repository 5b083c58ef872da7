"""A key is a secret number, and the point of a curve that proves one knows it.

The curve is secp256k1, which Bitcoin chose and Ethereum kept. Its arithmetic is done
by `eth_keys`: in C where ``coincurve`` is installed, else in plain Python.

References
----------
.. [1] Certicom Research, SEC 1 version 2.0, sections 3.2, 4.1; SEC 2, section 2.4.1.
.. [2] RFC 6979, deterministic nonces.
"""

from dataclasses import dataclass, field
from functools import cached_property

from eth_keys.backends.coincurve import CoinCurveECCBackend, is_coincurve_available
from eth_keys.backends.native.main import NativeECCBackend
from eth_keys.datatypes import PrivateKey
from eth_keys.exceptions import BadSignature
from eth_keys.main import KeyAPI
from eth_utils.exceptions import ValidationError

from minichain.crypto.hashing import keccak256
from minichain.crypto.signature import CURVE_ORDER, Signature
from minichain.errors import InvalidEncoding, InvalidKey, InvalidSignature
from minichain.units import Address, Hash32

FIELD_PRIME = 2**256 - 2**32 - 977
"""The prime whose remainders are the curve's coordinates."""

_API = KeyAPI(CoinCurveECCBackend() if is_coincurve_available() else NativeECCBackend())


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point of the curve that is not the point at infinity.

    Attributes
    ----------
    point : bytes, 64
        The coordinates x and y, big-endian.
    """

    point: bytes

    def __post_init__(self) -> None:
        if len(self.point) != 64:
            raise InvalidKey(f"public key of {len(self.point)} bytes, required 64")
        x = int.from_bytes(self.point[:32], "big")
        y = int.from_bytes(self.point[32:], "big")
        if max(x, y) >= FIELD_PRIME or (y * y - x * x * x - 7) % FIELD_PRIME:
            raise InvalidKey(f"point {x:#x}, {y:#x} is not on the curve")

    @classmethod
    def from_bytes(cls, data: bytes) -> "PublicKey":
        """Return the key whose compressed or uncompressed form is ``data``.

        Raises
        ------
        InvalidKey
            The length or the first byte is wrong, or the point is not on the curve.
        """
        if len(data) == 65 and data[0] == 4:
            return cls(data[1:])
        if len(data) == 33 and data[0] in (2, 3):
            x = int.from_bytes(data[1:], "big")
            square = (x * x * x + 7) % FIELD_PRIME
            # The prime is 3 modulo 4, so this power is a root where there is one.
            y = pow(square, (FIELD_PRIME + 1) // 4, FIELD_PRIME)
            if y & 1 != data[0] & 1:
                y = FIELD_PRIME - y
            return cls(data[1:] + y.to_bytes(32, "big"))
        first = f", beginning {data[0]:#04x}" if data else ""
        raise InvalidKey(f"{len(data)} bytes{first}, are no public key")

    @property
    def uncompressed(self) -> bytes:
        """The point as 65 bytes: 04, x, y."""
        return b"\x04" + self.point

    @property
    def compressed(self) -> bytes:
        """The point as 33 bytes: 02 or 03 by the parity of y, then x."""
        return bytes([2 + (self.point[63] & 1)]) + self.point[:32]

    @property
    def address(self) -> Address:
        """The Ethereum address: the last 20 bytes of the key's Keccak-256."""
        return Address(keccak256(self.point)[12:])

    def verify(self, digest: Hash32, signature: Signature) -> bool:
        """Return whether ``signature`` is this key's over ``digest``.

        A malleated signature is not: its ``s`` is in the upper half.
        """
        try:
            signature.check()
            vrs = _API.Signature(vrs=(0, signature.r, signature.s))
            valid: bool = _API.ecdsa_verify(digest, vrs, _API.PublicKey(self.point))
        except (InvalidSignature, BadSignature, ValidationError):
            return False
        return valid


@dataclass(frozen=True)
class Key:
    """A private key.

    Attributes
    ----------
    secret : int
        A number from 1 to the curve's order less one. It is never printed.
    """

    secret: int = field(repr=False)

    def __post_init__(self) -> None:
        if not 1 <= self.secret < CURVE_ORDER:
            bits = self.secret.bit_length()
            raise InvalidKey(f"secret of {bits} bits is not between 1 and the order")

    @classmethod
    def from_bytes(cls, data: bytes) -> "Key":
        """Return the key whose secret is the 32 big-endian bytes of ``data``.

        Raises
        ------
        InvalidKey
            The length is wrong, or the number is outside the curve's order.
        """
        if len(data) != 32:
            raise InvalidKey(f"secret of {len(data)} bytes, required 32")
        return cls(int.from_bytes(data, "big"))

    @classmethod
    def from_seed(cls, seed: str | bytes) -> "Key":
        """Return the key that a word hashes to: for teaching, never for money."""
        data = seed.encode() if isinstance(seed, str) else seed
        return cls(int.from_bytes(keccak256(data), "big") % (CURVE_ORDER - 1) + 1)

    @cached_property
    def public_key(self) -> PublicKey:
        """The curve's generator, multiplied by the secret."""
        return PublicKey(self._private.public_key.to_bytes())

    @property
    def address(self) -> Address:
        """The Ethereum address of the public key."""
        return self.public_key.address

    def sign(self, digest: Hash32) -> Signature:
        """Return the key's signature over a 32-byte digest.

        The same key and digest always give the same signature (RFC 6979).

        Raises
        ------
        InvalidEncoding
            ``digest`` is not 32 bytes.
        """
        _check_digest(digest)
        v, r, s = _API.ecdsa_sign(digest, self._private).vrs
        return Signature(r, s, v)

    @cached_property
    def _private(self) -> PrivateKey:
        return PrivateKey(self.secret.to_bytes(32, "big"))


def recover(digest: Hash32, signature: Signature) -> PublicKey:
    """Return the one public key that made ``signature`` over ``digest``.

    Raises
    ------
    InvalidEncoding
        ``digest`` is not 32 bytes.
    InvalidSignature
        The numbers are refused by `Signature.check`, or no key fits them.
    """
    _check_digest(digest)
    signature.check()
    vrs = _API.Signature(vrs=(signature.y_parity, signature.r, signature.s))
    try:
        return PublicKey(_API.ecdsa_recover(digest, vrs).to_bytes())
    except (BadSignature, ValidationError, InvalidKey) as error:
        raise InvalidSignature(f"no key signs with r {signature.r:#x}") from error


def _check_digest(digest: bytes) -> None:
    if len(digest) != 32:
        raise InvalidEncoding(f"digest of {len(digest)} bytes, required 32")
