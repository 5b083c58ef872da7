"""Hash functions: any bytes in, a fixed number of bytes out, and no way back."""

import hashlib

from minichain.units import Hash32


def sha256(data: bytes) -> Hash32:
    """Return the SHA-256 digest of ``data``, 32 bytes."""
    return Hash32(hashlib.sha256(data).digest())


def sha256d(data: bytes) -> Hash32:
    """Return SHA-256 of SHA-256 of ``data``, Bitcoin's hash."""
    return sha256(sha256(data))


def keccak256(data: bytes) -> Hash32:
    """Return the Keccak-256 digest of ``data``, Ethereum's hash."""
    from Crypto.Hash import keccak

    return Hash32(keccak.new(digest_bits=256, data=data).digest())


def ripemd160(data: bytes) -> bytes:
    """Return the RIPEMD-160 digest of ``data``, 20 bytes."""
    from Crypto.Hash import RIPEMD160

    return RIPEMD160.new(data).digest()


def hash160(data: bytes) -> bytes:
    """Return RIPEMD-160 of SHA-256 of ``data``, 20 bytes."""
    return ripemd160(sha256(data))
