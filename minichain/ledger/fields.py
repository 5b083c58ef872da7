"""Fields are what a list in RLP holds: numbers without leading zeros, and bytes.

Each item is read strictly, so that a value has one encoding and an encoding one value.
The bytes are walked once: what a stranger sends costs time in step with its length.

References
----------
.. [1] Ethereum Yellow Paper, appendix B.
"""

from collections.abc import Container
from typing import Any

from minichain.errors import InvalidEncoding

MAX_DEPTH = 16
"""Most lists inside one another; the deepest value of a chain has four."""

_LIST, _STRING, _SHORT = 0xC0, 0x80, 55


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
        items = read_item(data)
    except MalformedField as error:
        raise MalformedField(f"{what} is no canonical RLP: {error}") from error
    if not isinstance(items, list) or len(items) != count:
        size = len(items) if isinstance(items, list) else "no list"
        raise MalformedField(f"{what} has {count} fields, found {size}")
    return items


def read_item(data: bytes) -> Any:
    """Return the one item, bytes or a list of items, that ``data`` is in RLP.

    Raises
    ------
    MalformedField
        The bytes are not canonical: a length is longer than it need be, does not fit
        what holds it, or has bytes after it; or lists are nested beyond `MAX_DEPTH`.

    Examples
    --------
    >>> read_item(bytes.fromhex("c88363617483646f67"))
    [b'cat', b'dog']
    """
    items = _read_items(data, 0, len(data), MAX_DEPTH)
    if len(items) != 1:
        raise MalformedField(f"{len(data)} bytes hold {len(items)} items, required 1")
    return items[0]


def _read_items(data: bytes, start: int, end: int, depth: int) -> list[Any]:
    """Return the items that fill ``data`` from ``start`` to ``end``."""
    items: list[Any] = []
    while start < end:
        first = data[start]
        if first < _STRING:
            items.append(data[start : start + 1])
            start += 1
            continue
        at, size = start, first - (_LIST if first >= _LIST else _STRING)
        start += 1
        if size > _SHORT:
            width = size - _SHORT
            digits = data[start : start + width]
            size = int.from_bytes(digits, "big")
            if digits[:1] == b"\x00" or size <= _SHORT:
                raise MalformedField(f"byte {at} begins a longer length than needed")
            start += width
        stop = start + size
        if stop > end:
            raise MalformedField(f"the item at byte {at} ends {stop - end} too late")
        if first >= _LIST:
            if not depth:
                raise MalformedField(f"byte {at} nests more than {MAX_DEPTH} lists")
            items.append(_read_items(data, start, stop, depth - 1))
        elif size == 1 and data[start] < _STRING:
            raise MalformedField(f"byte {at} announces a byte that stands for itself")
        else:
            items.append(data[start:stop])
        start = stop
    return items


def read_bytes(item: Any, name: str, sizes: Container[int] | None = None) -> bytes:
    """Return an item that must be bytes, of one of the given sizes if any are given.

    Raises
    ------
    MalformedField
        It is a list, or has another size.
    """
    if not isinstance(item, bytes):
        raise MalformedField(f"{name} is a list, required bytes")
    if sizes is not None and len(item) not in sizes:
        raise MalformedField(f"{name} of {len(item)} bytes, required {_tell(sizes)}")
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


def _tell(sizes: Container[int]) -> str:
    if isinstance(sizes, range):
        return f"at most {sizes[-1]}"
    return " or ".join(map(str, sizes)) if isinstance(sizes, tuple) else str(sizes)
