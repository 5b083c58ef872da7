"""A hash function turns any bytes into a fixed number, and no one can turn it back.

A change of one bit in changes about half of the bits out. That is what makes a digest
a fingerprint: to name data by its digest is to make it tamper-evident.

Single SHA-256 digests come from `hashlib`. Keccak, which the standard library lacks,
and batches of Merkle nodes are the kernels' work.

References
----------
.. [1] FIPS 180-4 (SHA-256); the Keccak reference 3.0; the RIPEMD-160 paper of 1996.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from minichain.kernels import keccak as _keccak
from minichain.kernels import ripemd160 as _ripemd160
from minichain.kernels import sha256 as _sha256
from minichain.kernels.runtime import Kernel
from minichain.units import Hash32

NODE_SIZE = 64
"""Bytes of a Merkle node before it is hashed: two digests."""

DIGEST_SIZE = 32
"""Bytes of a SHA-256 or Keccak-256 digest."""

WIDEST = 16
"""Lanes of the widest vectors: a batch kernel needs at least as many messages."""


def sha256(data: bytes) -> Hash32:
    """Return the SHA-256 digest of ``data``, 32 bytes."""
    return Hash32(hashlib.sha256(data).digest())


def sha256d(data: bytes) -> Hash32:
    """Return SHA-256 of SHA-256 of ``data``, Bitcoin's hash, 32 bytes."""
    return Hash32(hashlib.sha256(hashlib.sha256(data).digest()).digest())


def keccak256(data: bytes) -> Hash32:
    """Return the Keccak-256 digest of ``data``, Ethereum's hash, 32 bytes.

    This is not SHA3-256: the standard changed one padding byte after Ethereum had
    chosen.

    Examples
    --------
    >>> keccak256(b"").hex()
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'
    """
    digest = bytearray(DIGEST_SIZE)
    _keccak.keccak256_digest(data, digest, bytearray(_keccak.RATE))
    return Hash32(bytes(digest))


def ripemd160(data: bytes) -> bytes:
    """Return the RIPEMD-160 digest of ``data``, 20 bytes."""
    # Pad: a mark, zeros up to eight bytes short of a block, the length in bits.
    padded = data + b"\x80" + bytes((55 - len(data)) % 64)
    padded += (8 * len(data)).to_bytes(8, "little")
    state = bytearray(b"".join(w.to_bytes(4, "little") for w in _ripemd160.INITIAL))
    _ripemd160.ripemd160_blocks(padded, state, bytearray(64))
    return bytes(state)


def hash160(data: bytes) -> bytes:
    """Return RIPEMD-160 of SHA-256 of ``data``: a Bitcoin key's or script's hash."""
    return ripemd160(sha256(data))


def sha256_batch(nodes: Any) -> bytes:
    """Return the SHA-256 digests of many 64-byte messages.

    Parameters
    ----------
    nodes : buffer of n * 64 bytes
        The messages, one behind the other.

    Returns
    -------
    bytes, n * 32
        Their digests, in the same order.

    Raises
    ------
    ValueError
        The buffer is not a whole number of messages.
    """
    return _batch(_sha256.sha256_nodes, sha256, nodes)


def sha256d_batch(nodes: Any) -> bytes:
    """Return the double SHA-256 digests of many 64-byte messages.

    Parameters, result and errors are those of `sha256_batch`.
    """
    return _batch(_sha256.sha256d_nodes, sha256d, nodes)


def keccak256_batch(nodes: Any) -> bytes:
    """Return the Keccak-256 digests of many 64-byte messages.

    Parameters, result and errors are those of `sha256_batch`.
    """
    return _batch(_keccak.keccak256_nodes, keccak256, nodes)


def _batch(kernel: Kernel, single: Callable[[bytes], Hash32], nodes: Any) -> bytes:
    view = memoryview(nodes).cast("B")
    count, rest = divmod(len(view), NODE_SIZE)
    if rest:
        raise ValueError(
            f"{len(view)} bytes are {count} messages of {NODE_SIZE} and {rest} left"
        )
    if count < WIDEST or kernel.is_plain:
        starts = range(0, len(view), NODE_SIZE)
        return b"".join(single(bytes(view[i : i + NODE_SIZE])) for i in starts)
    digests = bytearray(DIGEST_SIZE * count)
    kernel(nodes, digests, count)
    return bytes(digests)
