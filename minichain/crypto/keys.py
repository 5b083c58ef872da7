"""A key is a secret number, and the point of a curve that proves one knows it.

Everyone may know the point and nobody can find the number, yet the number's owner can
sign what all can check.

References
----------
.. [1] Certicom Research, SEC 1 version 2.0, sections 3.2 and 4.1.
.. [2] RFC 6979, deterministic nonces; Ethereum Yellow Paper, appendix F.
"""

from dataclasses import dataclass, field
from functools import cached_property

from eth_keys import datatypes
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError

from minichain.crypto.curve import CURVE, FIELD_PRIME
from minichain.crypto.hashing import keccak256
from minichain.crypto.signature import CURVE_ORDER, Signature
from minichain.errors import InvalidEncoding, InvalidKey, InvalidSignature
from minichain.units import Address, Hash32

SECRET_SIZE = 32
"""Bytes of a secret."""

POINT_SIZE = 64
"""Bytes of a point's two coordinates."""


class WrongKeySize(InvalidKey):
    """Bytes that are too many or too few for a key.

    Attributes
    ----------
    found, required : int
        How many there are, and how many a key has.
    """

    rule = "key-size"

    def __init__(self, name: str, found: int, required: int) -> None:
        super().__init__(f"{name} of {found} bytes, required {required}")
        self.found, self.required = found, required


class SecretOutOfRange(InvalidKey):
    """A secret that is zero, negative, or not below the curve's order.

    Attributes
    ----------
    bits : int
        Its length. The secret itself is in no error.
    """

    rule = "key-range"

    def __init__(self, bits: int) -> None:
        super().__init__(f"secret of {bits} bits is not between 1 and the order")
        self.bits = bits


class NotOnCurve(InvalidKey):
    """Coordinates that belong to no point of the curve.

    Attributes
    ----------
    x, y : int
        The coordinates.
    """

    rule = "curve"

    def __init__(self, x: int, y: int) -> None:
        super().__init__(f"point {x:#x}, {y:#x} is not on the curve")
        self.x, self.y = x, y


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
        if len(self.point) != POINT_SIZE:
            raise WrongKeySize("public key", len(self.point), POINT_SIZE)
        x = int.from_bytes(self.point[:32], "big")
        y = int.from_bytes(self.point[32:], "big")
        if max(x, y) >= FIELD_PRIME or (y * y - x * x * x - 7) % FIELD_PRIME:
            raise NotOnCurve(x, y)

    @classmethod
    def from_bytes(cls, data: bytes) -> "PublicKey":
        """Return the key whose compressed or uncompressed form is ``data``.

        Raises
        ------
        NotOnCurve
            The curve has no such point.
        InvalidKey
            The length or the first byte is wrong.
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
        first = f" beginning {data[0]:#04x}" if data else ""
        raise InvalidKey(f"{len(data)} bytes{first} are no public key")

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

        Raises
        ------
        InvalidEncoding
            ``digest`` is not 32 bytes.
        """
        _check_digest(digest)
        try:
            signature.check()
        except InvalidSignature:
            return False
        point = datatypes.PublicKey(self.point, CURVE)
        return CURVE.ecdsa_verify(digest, _convert(signature), point)


@dataclass(frozen=True, init=False)
class Key:
    """A private key.

    Attributes
    ----------
    secret : int
        A number from 1 to the curve's order less one. It is never printed.

    Raises
    ------
    WrongKeySize
        The secret is given as bytes, but not as 32.
    SecretOutOfRange
        The number is outside its range.

    Examples
    --------
    >>> Key(1) == Key(bytes(31) + bytes([1]))
    True
    >>> Key(1).address.hex()
    '7e5f4552091a69125d5dfcb7b8c2659029395bdf'
    """

    secret: int = field(repr=False)

    def __init__(self, secret: int | bytes) -> None:
        if isinstance(secret, bytes):
            if len(secret) != SECRET_SIZE:
                raise WrongKeySize("secret", len(secret), SECRET_SIZE)
            secret = int.from_bytes(secret, "big")
        if not 1 <= secret < CURVE_ORDER:
            raise SecretOutOfRange(secret.bit_length())
        object.__setattr__(self, "secret", secret)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Key":
        """Return the key whose secret is the 32 big-endian bytes of ``data``.

        Raises
        ------
        WrongKeySize, SecretOutOfRange
            As for the class.
        """
        return cls(bytes(data))

    @classmethod
    def from_seed(cls, seed: str | bytes) -> "Key":
        """Return the key that a word hashes to: for teaching, never for money.

        The secret is one more than the word's Keccak-256 modulo the order less one:
        a number in range for every word.
        """
        data = seed.encode() if isinstance(seed, str) else seed
        return cls(int.from_bytes(keccak256(data), "big") % (CURVE_ORDER - 1) + 1)

    @cached_property
    def public_key(self) -> PublicKey:
        """The curve's generator, multiplied by the secret."""
        return PublicKey(self._private.public_key.to_bytes())

    @cached_property
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
        # RFC 6979, section 2.3.4: a digest counts modulo the order. The nonce is made
        # from it, and only when it is reduced here do all libraries make the same.
        reduced = int.from_bytes(digest, "big") % CURVE_ORDER
        v, r, s = CURVE.ecdsa_sign(reduced.to_bytes(32, "big"), self._private).vrs
        return Signature(r, s, v)

    @cached_property
    def _private(self) -> datatypes.PrivateKey:
        return datatypes.PrivateKey(self.secret.to_bytes(SECRET_SIZE, "big"), CURVE)


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
    try:
        point = CURVE.ecdsa_recover(digest, _convert(signature)).to_bytes()
        return PublicKey(point)
    except (BadSignature, ValidationError, InvalidKey) as error:
        raise InvalidSignature(f"no key signs with r {signature.r:#x}") from error


def _convert(signature: Signature) -> datatypes.Signature:
    vrs = (signature.y_parity, signature.r, signature.s)
    return datatypes.Signature(vrs=vrs, backend=CURVE)


def _check_digest(digest: bytes) -> None:
    if len(digest) != 32:
        raise InvalidEncoding(f"digest of {len(digest)} bytes, required 32")
