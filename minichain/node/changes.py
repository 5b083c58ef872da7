"""Changes of a state as bytes, for a journal to keep what no transaction did.

An RLP list of one list a change: the table's number, the key, what was there before
and what is there after. An account is a list of nonce, balance and code hash; a word of
storage a number under address and slot; an empty string is nothing.
"""

from collections.abc import Iterable
from typing import Any

import rlp

from minichain.errors import InvalidEncoding
from minichain.ledger.state import Account, Change, Table
from minichain.units import Address, Hash32, Wei

TABLES = (Table.ACCOUNTS, Table.CODES, Table.STORAGE)
"""The tables by the number that stands for each."""


class MalformedChanges(InvalidEncoding):
    """Bytes that are no changes of a state."""

    rule = "changes"


def encode_changes(changes: Iterable[Change]) -> bytes:
    """Return changes as bytes."""
    encoded: bytes = rlp.encode(
        [
            [
                TABLES.index(change.table),
                b"".join(_write_key(change)),
                _write(change.table, change.before),
                _write(change.table, change.after),
            ]
            for change in changes
        ]
    )
    return encoded


def decode_changes(data: bytes) -> tuple[Change, ...]:
    """Return the changes whose encoding is ``data``.

    Raises
    ------
    MalformedChanges
        The bytes are no changes.
    """
    try:
        return tuple(_read_change(*item) for item in rlp.decode(data))
    except (rlp.DecodingError, TypeError, ValueError, IndexError) as error:
        raise MalformedChanges(f"no changes of a state: {error}") from error


def _write_key(change: Change) -> tuple[bytes, ...]:
    if change.table is not Table.STORAGE:
        return (change.key,)
    address, slot = change.key
    return address, slot.to_bytes(32, "big")


def _write(table: Table, value: Any) -> Any:
    if value is None:
        return b""
    if table is Table.ACCOUNTS:
        return [value.nonce, value.balance, value.code_hash]
    # Code may be empty, and yet be there.
    return [value]


def _read_change(number: bytes, key: bytes, before: Any, after: Any) -> Change:
    table = TABLES[int.from_bytes(number, "big")]
    read_key: Any = key
    if table is Table.STORAGE:
        read_key = Address(key[:20]), int.from_bytes(key[20:], "big")
    return Change(table, read_key, _read(table, before), _read(table, after))


def _read(table: Table, item: Any) -> Any:
    if item == b"":
        return None
    if table is Table.ACCOUNTS:
        nonce, balance, code_hash = item
        return Account(
            int.from_bytes(nonce, "big"),
            Wei(int.from_bytes(balance, "big")),
            code_hash=Hash32(code_hash),
        )
    (value,) = item
    return value if table is Table.CODES else int.from_bytes(value, "big")
