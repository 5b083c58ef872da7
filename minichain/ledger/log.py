"""A log is what a contract announced, and a bloom filter tells where not to look.

The filter of a block is over the addresses and topics of all its logs. Who searches
for one reads only the blocks whose filter may hold it: the filter never misses, and
at times promises what is not there.

References
----------
.. [1] Ethereum Yellow Paper, section 4.3.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from minichain.crypto.hashing import keccak256
from minichain.units import Address, Hash32

BLOOM_SIZE = 256
"""Bytes of a filter."""

BLOOM_HASHES = 3
"""Bits that each entry sets, at most."""


@dataclass(frozen=True, slots=True)
class Log:
    """What a contract announced.

    Attributes
    ----------
    address : Address
        The contract.
    topics : tuple of Hash32
        At most four words to search by; for an event the first names its kind.
    data : bytes
        The rest.
    """

    address: Address
    topics: tuple[Hash32, ...]
    data: bytes


def compute_bits(entry: bytes) -> int:
    """Return the bits that an entry sets in a filter, as one number.

    The hash's first three pairs of bytes say which, each by its last 11 bits.
    """
    digest = keccak256(entry)
    bits = 0
    for at in range(0, 2 * BLOOM_HASHES, 2):
        place = int.from_bytes(digest[at : at + 2], "big") % (8 * BLOOM_SIZE)
        bits |= 1 << place
    return bits


def compute_bloom(logs: Iterable[Log]) -> bytes:
    """Return the filter over the addresses and topics of logs, 256 bytes."""
    entries = {entry for log in logs for entry in (log.address, *log.topics)}
    bits = 0
    for entry in entries:
        bits |= compute_bits(entry)
    return bits.to_bytes(BLOOM_SIZE, "big")


def may_contain(bloom: bytes, entry: bytes) -> bool:
    """Return whether a filter leaves open that ``entry`` is in it.

    Examples
    --------
    >>> token = Address(bytes(20))
    >>> bloom = compute_bloom([Log(token, (), b"")])
    >>> may_contain(bloom, token), may_contain(bloom, bytes(32))
    (True, False)
    """
    bits = compute_bits(entry)
    return int.from_bytes(bloom, "big") & bits == bits
