"""An address is a key's hash, written so that a slip of the pen is noticed.

References
----------
.. [1] EIP-55, mixed-case checksums; BIP 13, base 58 with version and checksum;
   BIP 173 and 350, bech32 and bech32m; BIP 141, witness programs.
"""

from minichain.crypto.hashing import hash160, keccak256, sha256d
from minichain.crypto.keys import PublicKey
from minichain.errors import InvalidEncoding
from minichain.units import Address

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Digits of Bitcoin's old addresses: no 0, O, I or l, which look alike."""

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
"""Digits of Bitcoin's newer addresses, five bits each."""

P2PKH_VERSION = 0
"""First byte of an address that pays to a key's hash on Bitcoin's main network."""

_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CHECK = {0: 1}  # version 0; later versions use bech32m
_BECH32M = 0x2BC830A3


ADDRESS_SIZE = 20
"""Bytes of an Ethereum address."""

MAX_BASE58_LENGTH = 120
"""Most letters of text that is read as base 58: the work grows with their square."""

MAX_BECH32_LENGTH = 90
"""Most letters of a bech32 text, within which its checksum finds any four slips."""


class InvalidAddress(InvalidEncoding):
    """Text that is no address, or a value that has none."""

    rule = "address"


class WrongChecksum(InvalidAddress):
    """An address with a slip of the pen in it.

    Attributes
    ----------
    text : str
        The address.
    """

    rule = "checksum"

    def __init__(self, text: str, required: str = "") -> None:
        more = f", required {required}" if required else ""
        super().__init__(f"{text} has a wrong checksum{more}")
        self.text = text


def to_checksum_address(address: Address) -> str:
    """Return an Ethereum address as text, its checksum in the letters' case.

    Raises
    ------
    InvalidAddress
        It is not 20 bytes.

    Examples
    --------
    >>> to_checksum_address(bytes.fromhex("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"))
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
    """
    if len(address) != ADDRESS_SIZE:
        size = len(address)
        raise InvalidAddress(f"address of {size} bytes, required {ADDRESS_SIZE}")
    text = address.hex()
    check = keccak256(text.encode()).hex()
    # EIP-55: a letter is upper case where the hash has a digit of 8 or more.
    cased = [
        c.upper() if int(h, 16) >= 8 else c for c, h in zip(text, check, strict=False)
    ]
    return "0x" + "".join(cased)


def parse_address(text: str) -> Address:
    """Return the Ethereum address that ``text`` writes.

    Text in one case carries no checksum; text in mixed case must have the right one.

    Raises
    ------
    InvalidAddress
        The form is not 0x and 40 hexadecimal digits.
    WrongChecksum
        The letters are in mixed case, and not in the right one.
    """
    digits = text[2:]
    if (
        len(text) != 42
        or not text.startswith("0x")
        or set(digits.lower()) - set("0123456789abcdef")
    ):
        raise InvalidAddress(f"{text[:50]!r} is not 0x and 40 hexadecimal digits")
    address = Address(bytes.fromhex(digits))
    if digits not in (digits.lower(), digits.upper()):
        required = to_checksum_address(address)
        if text != required:
            raise WrongChecksum(text, required)
    return address


def p2pkh_address(key: PublicKey, *, compressed: bool = True) -> str:
    """Return the Bitcoin address that pays to the hash of ``key``."""
    encoded = key.compressed if compressed else key.uncompressed
    return base58check_encode(P2PKH_VERSION, hash160(encoded))


def p2wpkh_address(key: PublicKey) -> str:
    """Return the Bitcoin witness address, version 0, that pays to ``key``'s hash."""
    return witness_address(0, hash160(key.compressed))


def base58check_encode(version: int, payload: bytes) -> str:
    """Return a version byte and payload in base 58, with four bytes of checksum.

    Raises
    ------
    InvalidAddress
        The version is no byte.
    """
    if not 0 <= version <= 255:
        raise InvalidAddress(f"version {version} is not between 0 and 255")
    data = bytes([version]) + payload
    data += sha256d(data)[:4]
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    zeros = len(data) - len(data.lstrip(b"\x00"))
    return "1" * zeros + digits


def base58check_decode(text: str) -> tuple[int, bytes]:
    """Return the version and the payload of a base 58 address.

    Raises
    ------
    InvalidAddress
        A letter is no digit, or the text is too short or longer than any address.
    WrongChecksum
        The last four bytes do not fit the others.
    """
    if not 6 <= len(text) <= MAX_BASE58_LENGTH or set(text) - set(BASE58):
        raise InvalidAddress(f"{text[:50]!r} is no base 58 text of an address's length")
    number = 0
    for letter in text:
        number = 58 * number + BASE58.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    body, check = data[:-4], data[-4:]
    if not body or sha256d(body)[:4] != check:
        raise WrongChecksum(text)
    return body[0], body[1:]


def witness_address(version: int, program: bytes, prefix: str = "bc") -> str:
    """Return a witness program as a bech32 address; bech32m from version 1 on.

    Raises
    ------
    InvalidAddress
        The version or the program's length is not one that BIP 141 allows.
    """
    _check_witness(version, program)
    data = [version, *_split_groups(program)]
    constant = _BECH32_CHECK.get(version, _BECH32M)
    total = _polymod([*_expand(prefix), *data, *[0] * 6]) ^ constant
    data += [total >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(BECH32[d] for d in data)


def parse_witness_address(text: str, prefix: str = "bc") -> tuple[int, bytes]:
    """Return the version and the program of a bech32 address.

    Raises
    ------
    InvalidAddress
        Case, prefix, letters, padding, version or length is wrong.
    WrongChecksum
        The last six letters do not fit the others.
    """
    if len(text) > MAX_BECH32_LENGTH or text not in (text.lower(), text.upper()):
        raise InvalidAddress(f"{text[:50]!r} is too long or mixes upper and lower case")
    # Some letters of other scripts become ASCII in lower case: the Kelvin sign does.
    if not text.isascii():
        raise InvalidAddress(f"{text!r} has letters that are no bech32")
    found, _, tail = text.lower().rpartition("1")
    if found != prefix or len(tail) < 7 or set(tail) - set(BECH32):
        raise InvalidAddress(f"{text} is no address with the prefix {prefix}")
    data = [BECH32.index(letter) for letter in tail]
    version = data[0]
    constant = _BECH32_CHECK.get(version, _BECH32M)
    if _polymod([*_expand(prefix), *data]) != constant:
        raise WrongChecksum(text)
    program = _join_groups(data[1:-6])
    _check_witness(version, program)
    return version, program


def _check_witness(version: int, program: bytes) -> None:
    fits = len(program) in (20, 32) if version == 0 else 2 <= len(program) <= 40
    if not 0 <= version <= 16 or not fits:
        raise InvalidAddress(
            f"witness version {version} with {len(program)} bytes, required version 0 "
            "with 20 or 32, or 1 to 16 with 2 to 40"
        )


def _polymod(values: list[int]) -> int:
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_BECH32_GENERATOR):
            total ^= generator if top >> i & 1 else 0
    return total


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode()
    return [c >> 5 for c in codes] + [0] + [c & 31 for c in codes]


def _split_groups(data: bytes) -> list[int]:
    """Return the bits of ``data`` five by five, the last group filled with zeros."""
    count = -(-8 * len(data) // 5)
    number = int.from_bytes(data, "big") << (5 * count - 8 * len(data))
    return [number >> 5 * (count - 1 - i) & 31 for i in range(count)]


def _join_groups(groups: list[int]) -> bytes:
    """Return the bytes that groups of five bits make; the rest must be few zeros."""
    number = 0
    for group in groups:
        number = number << 5 | group
    size, padding = divmod(5 * len(groups), 8)
    if padding >= 5 or number & (1 << padding) - 1:
        raise InvalidAddress("the last digit carries bits that belong to no byte")
    return (number >> padding).to_bytes(size, "big")
