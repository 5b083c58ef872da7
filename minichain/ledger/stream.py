"""A stream is bytes read from front to back, as Bitcoin writes its data.

Numbers are little-endian. A count comes as a *compact size*: one byte up to 252, else
a mark and the number in 2, 4 or 8 bytes, always the shortest that fits.

========  ==========  =====================
 first    bytes after  numbers
========  ==========  =====================
 0 - 252  none        the byte itself
 253      2           253 to 2**16 - 1
 254      4           2**16 to 2**32 - 1
 255      8           2**32 to 2**64 - 1
========  ==========  =====================

References
----------
.. [1] Bitcoin Core, ``serialize.h``: ReadCompactSize, WriteCompactSize.
"""

from dataclasses import dataclass
from typing import ClassVar

from minichain.errors import InvalidEncoding

MAX_SIZE = 0x02000000
"""Largest compact size that is read: 32 MiB, more than any message."""

_MARKS = {0xFD: 2, 0xFE: 4, 0xFF: 8}


@dataclass(eq=False)
class Truncated(InvalidEncoding):
    """Data that ends too early: at ``place`` it lacks some of ``required`` bytes."""

    rule: ClassVar[str] = "truncated"
    place: int
    required: int
    found: int

    def __str__(self) -> str:
        return (
            f"{self.found} bytes are left at byte {self.place}, "
            f"required {self.required}"
        )


@dataclass(eq=False)
class TrailingBytes(InvalidEncoding):
    """Data that goes on for ``count`` bytes after its end."""

    rule: ClassVar[str] = "trailing-bytes"
    count: int

    def __str__(self) -> str:
        return f"{self.count} bytes follow the end"


@dataclass(eq=False)
class InvalidSize(InvalidEncoding):
    """A compact size that is not the shortest form, or above the limit."""

    rule: ClassVar[str] = "compact-size"
    size: int
    bytes_used: int

    def __str__(self) -> str:
        if self.size > MAX_SIZE:
            return f"size {self.size} is above the limit {MAX_SIZE}"
        return f"size {self.size} in {self.bytes_used} bytes is not the shortest form"


@dataclass(eq=False)
class NumberOutOfRange(InvalidEncoding):
    """A number that does not fit its field of ``size`` bytes."""

    rule: ClassVar[str] = "range"
    number: int
    size: int

    def __str__(self) -> str:
        return f"number {self.number} does not fit {self.size} bytes"


class Stream:
    """Bytes, and how far they have been read.

    Parameters
    ----------
    data : bytes
        What to read.

    Attributes
    ----------
    place : int
        How many bytes have been read.
    """

    def __init__(self, data: bytes) -> None:
        self.data = bytes(data)
        self.place = 0

    def read(self, count: int) -> bytes:
        """Return the next ``count`` bytes.

        Raises
        ------
        Truncated
            There are fewer.
        """
        left = len(self.data) - self.place
        if count > left:
            raise Truncated(self.place, count, left)
        self.place += count
        return self.data[self.place - count : self.place]

    def read_number(self, size: int, *, signed: bool = False) -> int:
        """Return the next ``size`` bytes as a number; errors are those of `read`."""
        return int.from_bytes(self.read(size), "little", signed=signed)

    def read_size(self) -> int:
        """Return the next compact size.

        Raises
        ------
        Truncated
            The data ends within it.
        InvalidSize
            It is not in its shortest form, or above `MAX_SIZE`.
        """
        first = self.read_number(1)
        if first not in _MARKS:
            return first
        size = self.read_number(_MARKS[first])
        shortest = len(write_size(size))
        if shortest != 1 + _MARKS[first] or size > MAX_SIZE:
            raise InvalidSize(size, 1 + _MARKS[first])
        return size

    def read_text(self) -> bytes:
        """Return the next compact size's bytes; errors are those of `read_size`."""
        return self.read(self.read_size())

    def finish(self) -> None:
        """Check that everything has been read.

        Raises
        ------
        TrailingBytes
            Something is left.
        """
        if self.place < len(self.data):
            raise TrailingBytes(len(self.data) - self.place)


def write_number(number: int, size: int, *, signed: bool = False) -> bytes:
    """Return ``number`` in ``size`` bytes.

    Raises
    ------
    NumberOutOfRange
        It does not fit.
    """
    try:
        return number.to_bytes(size, "little", signed=signed)
    except OverflowError as error:
        raise NumberOutOfRange(number, size) from error


def write_size(size: int) -> bytes:
    """Return ``size`` as a compact size.

    Raises
    ------
    NumberOutOfRange
        It is negative, or above 64 bits.
    """
    if 0 <= size < 0xFD:
        return bytes([size])
    for mark, width in _MARKS.items():
        if 0 <= size < 256**width:
            return bytes([mark]) + size.to_bytes(width, "little")
    raise NumberOutOfRange(size, 8)


def write_text(data: bytes) -> bytes:
    """Return ``data`` behind its length."""
    return write_size(len(data)) + data
