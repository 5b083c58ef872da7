"""Independent hash functions, and the runtimes that they judge.

They are pycryptodome's. The page has none: there the plain runtime judges the other,
and the same tests hold it to pycryptodome elsewhere.
"""

import hashlib
import sys

IN_PAGE = sys.platform == "emscripten"
"""Whether this is the Python of the page."""

RUNTIMES = ("plain", "wasm") if IN_PAGE else ("plain", "native")
"""The runtimes that are here."""


def sha256(data: bytes) -> bytes:
    """Return SHA-256."""
    return hashlib.sha256(data).digest()


def sha256d(data: bytes) -> bytes:
    """Return SHA-256 of SHA-256."""
    return sha256(sha256(data))


if IN_PAGE:
    from array import array

    from minichain.kernels import keccak as kernels
    from minichain.kernels import ripemd160 as ripemd_kernels

    def keccak256(data: bytes) -> bytes:
        """Return keccak-256."""
        digest = bytearray(32)
        kernels.keccak256_digest(data, digest, bytearray(136), runtime="plain")
        return bytes(digest)

    def ripemd160(data: bytes) -> bytes:
        """Return RIPEMD-160."""
        padded = data + b"\x80" + bytes((55 - len(data)) % 64)
        padded += (8 * len(data)).to_bytes(8, "little")
        state = array("I", ripemd_kernels.INITIAL)
        ripemd_kernels.ripemd160_blocks(padded, state, bytearray(64), runtime="plain")
        return state.tobytes()

else:
    from Crypto.Hash import RIPEMD160, keccak

    def keccak256(data: bytes) -> bytes:
        """Return keccak-256."""
        return keccak.new(digest_bits=256, data=data).digest()

    def ripemd160(data: bytes) -> bytes:
        """Return RIPEMD-160."""
        return RIPEMD160.new(data).digest()
