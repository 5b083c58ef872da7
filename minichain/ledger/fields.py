"""Fields are what a list in RLP holds: numbers without leading zeros, and bytes.

`rlp` reads the structure; the functions here read each item strictly, so that a value
has one encoding and an encoding one value.

References
----------
.. [1] Ethereum Yellow Paper, appendix B.
"""

from collections.abc import Container
from typing import Any

import rlp
from rlp.exceptions import RLPException

from minichain.errors import InvalidEncoding


class MalformedField(InvalidEncoding):
    """An item that is not the canonical form of its field."""

    rule = "encoding"


def read_list(data: bytes, count: int, what: str) -> list[Any]:
    """Return the ``count`` items of the RLP list that ``data`` is, whole.

    Raises
    ------
    MalformedField
        The bytes are no canonical RLP, no list, or a list of another length.
    """
    try:
        items = rlp.decode(data)
    except (RLPException, RecursionError) as error:
        raise MalformedField(f"{what} is no canonical RLP: {error}") from error
    if not isinstance(items, list) or len(items) != count:
        size = len(items) if isinstance(items, list) else "no list"
        raise MalformedField(f"{what} has {count} fields, found {size}")
    return items


def read_bytes(item: Any, name: str, sizes: Container[int] | None = None) -> bytes:
    """Return an item that must be bytes, of one of the given sizes.

    Raises
    ------
    MalformedField
        It is a list, or has another size.
    """
    if not isinstance(item, bytes):
        raise MalformedField(f"{name} is a list, required bytes")
    if sizes is not None and len(item) not in sizes:
        raise MalformedField(f"{name} of {len(item)} bytes")
    return item


def read_number(item: Any, name: str, size: int = 32) -> int:
    """Return an item that must be a number of at most ``size`` bytes.

    Raises
    ------
    MalformedField
        It is a list, too long, or begins with a zero byte.
    """
    digits = read_bytes(item, name, range(size + 1))
    if digits[:1] == b"\x00":
        raise MalformedField(f"{name} begins with a zero byte")
    return int.from_bytes(digits, "big")
