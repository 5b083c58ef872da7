"""Proof of work is a header whose hash, read as a number, is below a target.

Finding the nonce takes many hashes; checking it takes one.

References
----------
.. [1] Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008, section 4.
"""

import struct
from array import array

from minichain.crypto.hashing import sha256d
from minichain.kernels.proof_of_work import NOT_FOUND, search_nonce

HEADER_SIZE = 80
"""Bytes of a block header."""

NONCE_AT = 76
"""Where in the header the nonce begins; it takes the last four bytes."""

NONCES = 2**32
"""How many nonces there are."""


def search(
    header: bytes, target: int, start: int = 0, count: int = NONCES
) -> int | None:
    """Return the first nonce, from ``start`` on, that makes a header's hash low enough.

    Parameters
    ----------
    header : bytes, 80
        The header; its last four bytes are ignored.
    target : int
        Largest acceptable hash, as a 256-bit number.
    start : int
        First nonce to try.
    count : int
        How many nonces to try, at most to the last one there is. Call again from
        where this call ended to work in slices.

    Returns
    -------
    int or None
        A nonce, to be written little-endian into the last four bytes, or None when
        no nonce of the range is good.

    Raises
    ------
    ValueError
        The header is not 80 bytes long, the target is not a 256-bit number, or the
        range begins outside the nonces.
    """
    if len(header) != HEADER_SIZE:
        raise ValueError(f"header of {len(header)} bytes, required {HEADER_SIZE}")
    if not 0 <= target < 2**256:
        raise ValueError(f"target {target} is not between 0 and 2**256 - 1")
    if not 0 <= start < NONCES or count < 0:
        raise ValueError(f"nonces from {start}, {count} of them: there are {NONCES}")
    words = array("I", struct.unpack(">20I", header))
    end = min(start + count, NONCES)
    while start < end:
        found = search_nonce(words, start, end - start, target >> 224)
        if found == NOT_FOUND:
            return None
        start += found
        if is_low_enough(header, start, target):
            return start
        # The first 32 bits were low enough, the rest was not: go on behind it.
        start += 1
    return None


def is_low_enough(header: bytes, nonce: int, target: int) -> bool:
    """Return whether a header with this nonce hashes to at most ``target``."""
    sealed = header[:NONCE_AT] + nonce.to_bytes(4, "little")
    return int.from_bytes(sha256d(sealed), "little") <= target
