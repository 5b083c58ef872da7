"""A target is the largest hash a block may have; the smaller it is, the more work.

A header writes it in four bytes, the *compact bits*: a size in bytes and three
significant bytes, the first bit of which would be a sign.

References
----------
.. [1] Bitcoin Core, ``arith_uint256``: SetCompact and GetCompact.
"""

from fractions import Fraction

from minichain.errors import InvalidHeader

MAX_TARGET = 0xFFFF << 208
"""The easiest target of Bitcoin's main network: difficulty 1."""

EASIEST_BITS = 0x207FFFFF
"""Compact bits that every second hash meets, for chains made to be played with."""


class InvalidBits(InvalidHeader):
    """Compact bits that stand for no target.

    Attributes
    ----------
    bits : int
        The four bytes as a number.
    """

    rule = "bits"

    def __init__(self, bits: int, reason: str) -> None:
        super().__init__(f"bits {bits:#010x} {reason}")
        self.bits = bits


class InvalidTarget(ValueError):
    """A target that is not a number of 256 bits, or zero where work is asked for."""


def target_from_bits(bits: int) -> int:
    """Return the target that compact ``bits`` stand for.

    Raises
    ------
    InvalidBits
        The target is zero, negative, or above 256 bits.
    """
    if not 0 <= bits < 2**32:
        raise InvalidBits(bits, "are not four bytes")
    size, digits = bits >> 24, bits & 0x7FFFFF
    target = digits << 8 * (size - 3) if size > 3 else digits >> 8 * (3 - size)
    if target == 0:
        raise InvalidBits(bits, "stand for zero, which no hash is below")
    if bits & 0x800000:
        raise InvalidBits(bits, "stand for a negative number")
    if target >= 2**256:
        raise InvalidBits(bits, f"stand for a number of {target.bit_length()} bits")
    return target


def bits_from_target(target: int) -> int:
    """Return the compact bits of the largest writable target up to ``target``.

    Raises
    ------
    InvalidTarget
        ``target`` is not between 1 and 2**256 - 1.
    """
    check_target(target)
    size = (target.bit_length() + 7) // 8
    digits = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    # The first bit would be read as a sign: use a byte more.
    if digits & 0x800000:
        digits >>= 8
        size += 1
    return size << 24 | digits


def compute_work(target: int) -> int:
    """Return how many hashes it takes on average to meet ``target``, rounded down.

    Raises
    ------
    InvalidTarget
        ``target`` is not between 0, which one hash of all meets, and 2**256 - 1.
    """
    check_target(target, least=0)
    return 2**256 // (target + 1)


def compute_difficulty(target: int) -> Fraction:
    """Return how many times harder ``target`` is than Bitcoin's easiest.

    Raises
    ------
    InvalidTarget
        ``target`` is not between 1 and 2**256 - 1.
    """
    check_target(target)
    return Fraction(MAX_TARGET, target)


def check_target(target: int, least: int = 1) -> None:
    """Check that a target is a number of 256 bits, and not below ``least``.

    Raises
    ------
    InvalidTarget
        It is not.
    """
    if not least <= target < 2**256:
        raise InvalidTarget(f"target {target} is not between {least} and 2**256 - 1")
