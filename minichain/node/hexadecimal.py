"""Hexadecimal text is how JSON-RPC writes numbers and bytes.

A quantity is a number without leading zeros, ``0x41``; data are bytes, two digits
each, ``0x0041``. Readers take text from outside and refuse all that is neither.

References
----------
.. [1] Ethereum execution API specification: types ``uint`` and ``bytes``.
"""

import re
from collections.abc import Callable
from typing import Any

from minichain.crypto.addresses import InvalidAddress, parse_address
from minichain.node.failures import InvalidParameters
from minichain.units import Address, Hash32

MAX_QUANTITY = 2**256 - 1
"""Largest number that is read."""

_QUANTITY = re.compile(r"0x(0|[1-9a-fA-F][0-9a-fA-F]{0,63})\Z")
_DATA = re.compile(r"0x([0-9a-fA-F]{2})*\Z")

Reader = Callable[[Any], Any]
"""From a JSON value to the value it stands for; raises `InvalidParameters`."""


def quantity(number: int) -> str:
    """Return a number as text."""
    return hex(number)


def data(value: bytes) -> str:
    """Return bytes as text."""
    return "0x" + value.hex()


def read_quantity(value: Any) -> int:
    """Return the number that text stands for."""
    if not isinstance(value, str) or not _QUANTITY.match(value):
        raise InvalidParameters(f"{_show(value)} is no quantity, such as 0x41")
    return int(value, 16)


def read_number(value: Any) -> int:
    """Return a number that was written as a quantity or, as some tools do, as one."""
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value <= MAX_QUANTITY:
            return value
        raise InvalidParameters(f"{_show(value)} is not between 0 and 2**256 - 1")
    return read_quantity(value)


def read_data(value: Any) -> bytes:
    """Return the bytes that text stands for."""
    if not isinstance(value, str) or not _DATA.match(value):
        raise InvalidParameters(f"{_show(value)} is no data, such as 0x0041")
    return bytes.fromhex(value[2:])


def read_hash(value: Any) -> Hash32:
    """Return the 32 bytes that text stands for."""
    found = read_data(value)
    if len(found) != 32:
        raise InvalidParameters(f"{_show(value)} has {len(found)} bytes, required 32")
    return Hash32(found)


def read_slot(value: Any) -> int:
    """Return a storage slot, written as a quantity or as up to 32 bytes."""
    if (
        isinstance(value, str)
        and len(value) <= 66
        and re.match(r"0x[0-9a-fA-F]+\Z", value)
    ):
        return int(value, 16)
    raise InvalidParameters(f"{_show(value)} is no storage slot")


def read_address(value: Any) -> Address:
    """Return the address that text stands for; a checksum, if there is one, counts."""
    try:
        if isinstance(value, str) and value.startswith("0x"):
            return parse_address(value)
    except InvalidAddress as error:
        raise InvalidParameters(str(error)) from error
    raise InvalidParameters(f"{_show(value)} is no address")


def read_flag(value: Any) -> bool:
    """Return a truth value."""
    if not isinstance(value, bool):
        raise InvalidParameters(f"{_show(value)} is neither true nor false")
    return value


def read_object(value: Any) -> dict[str, Any]:
    """Return a JSON object."""
    if not isinstance(value, dict):
        raise InvalidParameters(f"{_show(value)} is no object")
    return value


def read_list(value: Any) -> list[Any]:
    """Return a JSON list."""
    if not isinstance(value, list):
        raise InvalidParameters(f"{_show(value)} is no list")
    return value


def read_anything(value: Any) -> Any:
    """Return the JSON value as it is."""
    return value


def _show(value: Any) -> str:
    text = repr(value) if not isinstance(value, int) else "the number"
    return text if len(text) <= 70 else text[:67] + "..."
