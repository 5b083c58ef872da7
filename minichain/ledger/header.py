"""A header is the 80 bytes that name a block, its parent, and the work in it.

The layout is Bitcoin's, and `minichain`'s own blocks use it too.

======  ============  =========================================
 bytes  field         how it is written
======  ============  =========================================
     4  version       signed, little-endian
    32  parent_hash   the parent's hash, as the hash function gave it
    32  merkle_root   the root over what the block holds
     4  time          seconds since 1970, little-endian
     4  bits          the target, compact, little-endian
     4  nonce         what miners change, little-endian
======  ============  =========================================

References
----------
.. [1] Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008, section 4.
"""

import struct
from dataclasses import dataclass
from functools import cached_property

from minichain.crypto.hashing import sha256d
from minichain.errors import InvalidEncoding, InvalidHeader
from minichain.ledger.target import InvalidBits, compute_work, target_from_bits
from minichain.units import Hash32, Timestamp

HEADER_SIZE = 80
"""Bytes of a header."""

_LAYOUT = struct.Struct("<i32s32sIII")


class InsufficientWork(InvalidHeader):
    """A header whose hash is above its own target.

    Attributes
    ----------
    number : int
        The hash, as a number.
    target : int
        The largest it may be.
    """

    rule = "proof-of-work"

    def __init__(self, number: int, target: int) -> None:
        super().__init__(f"hash {number:064x} is above the target {target:064x}")
        self.number = number
        self.target = target


@dataclass(frozen=True)
class Header:
    """What a block commits to, in 80 bytes.

    Attributes
    ----------
    version : int
        Signed, 32 bits.
    parent_hash : Hash32
        Hash of the block before; 32 zero bytes in a first block.
    merkle_root : Hash32
        Root of the tree over the block's content.
    time : Timestamp
        When the block was made, by its maker's clock.
    bits : int
        The target in compact form.
    nonce : int
        The number that makes the hash low enough.
    """

    version: int
    parent_hash: Hash32
    merkle_root: Hash32
    time: Timestamp
    bits: int
    nonce: int

    def encode(self) -> bytes:
        """Return the header's 80 bytes.

        Raises
        ------
        InvalidEncoding
            A field does not fit its place.
        """
        for name in ("parent_hash", "merkle_root"):
            size = len(getattr(self, name))
            if size != 32:
                raise InvalidEncoding(f"{name} of {size} bytes, required 32")
        for name in ("time", "bits", "nonce"):
            number = getattr(self, name)
            if not 0 <= number < 2**32:
                raise InvalidEncoding(f"{name} {number} is not of 32 bits")
        if not -(2**31) <= self.version < 2**31:
            raise InvalidEncoding(f"version {self.version} is not of 32 bits")
        return _LAYOUT.pack(
            self.version,
            self.parent_hash,
            self.merkle_root,
            self.time,
            self.bits,
            self.nonce,
        )

    @classmethod
    def decode(cls, data: bytes) -> "Header":
        """Return the header that 80 bytes stand for.

        Raises
        ------
        InvalidEncoding
            There are not 80 bytes.
        """
        if len(data) != HEADER_SIZE:
            raise InvalidEncoding(
                f"header of {len(data)} bytes, required {HEADER_SIZE}"
            )
        return cls(*_LAYOUT.unpack(data))

    @cached_property
    def hash(self) -> Hash32:
        """Double SHA-256 of the 80 bytes, in the order the function gave it."""
        return sha256d(self.encode())

    @property
    def id(self) -> str:
        """The hash as it is printed: hexadecimal, bytes reversed."""
        return self.hash[::-1].hex()

    @property
    def target(self) -> int:
        """The largest number the hash may be.

        Raises
        ------
        InvalidBits
            The bits stand for no target.
        """
        return target_from_bits(self.bits)

    @property
    def work(self) -> int:
        """How many hashes it takes on average to find such a header."""
        return compute_work(self.target)


def check_proof_of_work(header: Header, easiest: int = 2**256 - 1) -> None:
    """Check that a header's hash meets the header's target.

    Parameters
    ----------
    header : Header
        The header.
    easiest : int
        The largest target the chain allows. Without it a header may choose its own,
        so whoever accepts one must know what it should be.

    Raises
    ------
    InvalidBits
        The bits stand for no target, or for one above ``easiest``.
    InsufficientWork
        The hash is above it.
    """
    target = header.target
    if target > easiest:
        raise InvalidBits(header.bits, "stand for a target easier than is allowed")
    number = int.from_bytes(header.hash, "little")
    if number > target:
        raise InsufficientWork(number, target)
