"""The header that the miner works on: try by try, the nonce runs, then the time."""

from dataclasses import dataclass, replace
from functools import lru_cache

from minichain.crypto.hashing import sha256d
from minichain.ledger.header import Header
from minichain.ledger.target import bits_from_target, target_from_bits
from minichain.units import Hash32, Timestamp

BEGINNING = 1_700_000_000
"""Time of the first block, in seconds since 1970."""

SPACING = 600
"""Seconds between two blocks, as their headers tell it."""

NONCES = 2**32
"""Tries with one time."""


@dataclass(frozen=True)
class Mined:
    """A block of the chain.

    Attributes
    ----------
    message : str
        Its content.
    zeros : int
        Zero bits that its target asked for.
    tried : int
        Hashes it took.
    micros : int
        Microseconds it took.
    """

    message: str
    zeros: int
    tried: int
    micros: int


@dataclass(frozen=True)
class Job:
    """A block to be mined: all of its header but the nonce.

    Attributes
    ----------
    parent : bytes, 32
        Hash of the block before.
    height : int
        Blocks before it.
    message : str
        Its content; the header holds its hash.
    zeros : int
        Zero bits that its hash must begin with.
    """

    parent: Hash32
    height: int
    message: str
    zeros: int

    @property
    def target(self) -> int:
        """The largest hash that counts: as written in the header's four bytes."""
        return target_from_bits(bits_from_target(2 ** (256 - self.zeros) - 1))

    def header(self, attempt: int) -> Header:
        """Return the header of one try."""
        roll, nonce = divmod(attempt, NONCES)
        return replace(_header(self), time=_time(self, roll), nonce=nonce)

    def work_at(self, attempt: int) -> tuple[bytes, int, int]:
        """Return the header at a try, its nonce, and how many nonces are left."""
        header = self.header(attempt)
        return header.encode(), header.nonce, NONCES - header.nonce

    def is_won(self, attempt: int) -> bool:
        """Return whether a try meets the target."""
        return hash_number(self, attempt) <= self.target


@lru_cache(32)
def _header(job: Job) -> Header:
    root = sha256d(job.message.encode())
    bits = bits_from_target(job.target)
    return Header(2, job.parent, root, _time(job, 0), bits, 0)


def _time(job: Job, roll: int) -> Timestamp:
    return Timestamp(BEGINNING + job.height * SPACING + roll)


@lru_cache(64)
def hash_number(job: Job, attempt: int) -> int:
    """Return a try's hash as the number that is held against the target."""
    return int.from_bytes(job.header(attempt).hash, "little")


def parent_of(seed: int, blocks: tuple[Mined, ...]) -> Hash32:
    """Return the hash that the block after these has to name."""
    parent = sha256d(f"the block before, {seed}".encode())
    for height, block in enumerate(blocks):
        job = Job(parent, height, block.message, block.zeros)
        parent = job.header(block.tried - 1).hash
    return parent
