"""Stands in for Crypto.Hash.keccak."""

from typing import Any


class Keccak256:
    """A keccak-256 hash that takes its input in parts."""

    digest_size = 32

    def __init__(self, data: bytes = b"") -> None:
        self._data = bytearray(data)

    def update(self, data: bytes) -> "Keccak256":
        """Take more input."""
        self._data += data
        return self

    def digest(self) -> bytes:
        """Return the 32 bytes."""
        from minichain.crypto.hashing import keccak256

        return bytes(keccak256(bytes(self._data)))

    def hexdigest(self) -> str:
        """Return the digest in hexadecimal."""
        return self.digest().hex()

    def copy(self) -> "Keccak256":
        """Return another with the same input."""
        return Keccak256(bytes(self._data))


def new(data: bytes = b"", digest_bits: int = 256, **_: Any) -> Keccak256:
    """Begin a hash."""
    if digest_bits != 256:
        raise ValueError(f"keccak of {digest_bits} bits; the page has that of 256")
    return Keccak256(data or b"")
