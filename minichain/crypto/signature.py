"""A signature is two numbers that only the owner of a key can make for a digest.

References
----------
.. [1] SEC 1 version 2.0, section 4.1; BIP 66, strict DER; BIP 146, low ``s``.
"""

from dataclasses import dataclass

from minichain.errors import InvalidEncoding, InvalidSignature

CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""How many points the curve has: private keys run from 1 to one less."""

HALF_ORDER = CURVE_ORDER // 2
"""The largest ``s`` of a signature; its mirror image is refused."""

COMPACT_SIZE = 65
"""Bytes of the compact form: ``r``, ``s``, and one for the parity."""

MIN_DER_SIZE, MAX_DER_SIZE = 8, 72
"""Fewest and most bytes of the DER form, by BIP 66 and without its hash type."""


class MalleableSignature(InvalidSignature):
    """A signature whose ``s`` lies in the upper half of the curve's order.

    Attributes
    ----------
    s : int
        The signature's second number.
    """

    rule = "low-s"

    def __init__(self, s: int) -> None:
        super().__init__(f"s {s:#x} is above half the curve's order, {HALF_ORDER:#x}")
        self.s = s


class SignatureOutOfRange(InvalidSignature):
    """A signature with a number that is no residue of the curve's order.

    Attributes
    ----------
    name : str
        Which number: ``r``, ``s`` or ``y_parity``.
    value : int
        What it was.
    """

    rule = "signature-range"

    def __init__(self, name: str, value: int) -> None:
        top = 1 if name == "y_parity" else CURVE_ORDER - 1
        low = 0 if name == "y_parity" else 1
        super().__init__(f"{name} {value:#x} is not between {low} and {top:#x}")
        self.name = name
        self.value = value


class InvalidDer(InvalidEncoding):
    """Bytes that are not a signature's one strict DER form."""

    rule = "der"


@dataclass(frozen=True, slots=True)
class Signature:
    """Proof that a key's owner signed a digest.

    Attributes
    ----------
    r, s : int
        The two numbers of ECDSA, from 1 to the curve's order less one.
    y_parity : int
        0 or 1: which of two points ``r`` stands for, so that the signer's key can be
        recovered.
    """

    r: int
    s: int
    y_parity: int = 0

    def check(self) -> None:
        """Refuse a signature that no honest signer makes.

        Raises
        ------
        SignatureOutOfRange
            A number is outside its range.
        MalleableSignature
            ``s`` is the larger of its two forms.
        """
        self._check_range()
        if self.s > HALF_ORDER:
            raise MalleableSignature(self.s)

    def _check_range(self) -> None:
        for name, value in (("r", self.r), ("s", self.s)):
            if not 1 <= value < CURVE_ORDER:
                raise SignatureOutOfRange(name, value)
        if self.y_parity not in (0, 1):
            raise SignatureOutOfRange("y_parity", self.y_parity)

    def encode(self) -> bytes:
        """Return the compact form, 65 bytes: ``r``, ``s``, then the parity.

        Raises
        ------
        SignatureOutOfRange
            A number is outside its range.
        """
        self._check_range()
        pair = self.r.to_bytes(32, "big") + self.s.to_bytes(32, "big")
        return pair + bytes([self.y_parity])

    @classmethod
    def decode(cls, data: bytes) -> "Signature":
        """Return the signature whose compact form is ``data``.

        Raises
        ------
        InvalidEncoding
            ``data`` is not 65 bytes.
        SignatureOutOfRange, MalleableSignature
            The numbers are refused by `check`.
        """
        if len(data) != COMPACT_SIZE:
            raise InvalidEncoding(
                f"signature of {len(data)} bytes, required {COMPACT_SIZE}"
            )
        r, s = int.from_bytes(data[:32], "big"), int.from_bytes(data[32:64], "big")
        signature = cls(r, s, data[64])
        signature.check()
        return signature

    def encode_der(self) -> bytes:
        """Return the DER form, 8 to 72 bytes: what Bitcoin's scripts carry.

        Raises
        ------
        SignatureOutOfRange
            A number is outside its range.

        Examples
        --------
        >>> Signature(1, 128).encode_der().hex()
        '300702010102020080'
        """
        self._check_range()
        body = _der_integer(self.r) + _der_integer(self.s)
        return b"\x30" + bytes([len(body)]) + body

    @classmethod
    def decode_der(cls, data: bytes) -> "Signature":
        """Return the signature in strict DER, without a parity.

        Only the form is judged, as BIP 66 does: `check` judges the numbers.

        Raises
        ------
        InvalidDer
            A length, tag, sign or padding byte is not the one it must be.
        """
        if not MIN_DER_SIZE <= len(data) <= MAX_DER_SIZE:
            raise InvalidDer(
                f"{len(data)} bytes, required {MIN_DER_SIZE} to {MAX_DER_SIZE}"
            )
        if data[0] != 0x30 or data[1] != len(data) - 2:
            raise InvalidDer(
                f"begins {data[:2].hex()}, required 30{len(data) - 2:02x}: a sequence"
            )
        r, rest = _read_der_integer("r", data[2:])
        s, rest = _read_der_integer("s", rest)
        if rest:
            raise InvalidDer(f"{len(rest)} bytes follow the second number")
        return cls(r, s)


def _der_integer(value: int) -> bytes:
    # One bit more than the number needs, since DER's numbers carry a sign.
    body = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(body)]) + body


def _read_der_integer(name: str, data: bytes) -> tuple[int, bytes]:
    """Return the number at the front of ``data`` and what follows it."""
    if len(data) < 3 or data[0] != 0x02 or not 1 <= data[1] <= len(data) - 2:
        raise InvalidDer(f"{name} begins {data[:2].hex()}, with {len(data)} bytes left")
    body, rest = data[2 : 2 + data[1]], data[2 + data[1] :]
    if body[0] & 0x80:
        raise InvalidDer(f"{name} is negative: its first byte is {body[0]:#04x}")
    if len(body) > 1 and body[0] == 0 and not body[1] & 0x80:
        raise InvalidDer(f"{name} begins with a zero byte it does not need")
    return int.from_bytes(body, "big"), rest
