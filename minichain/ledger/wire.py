"""The wire form is how a transaction travels: a byte for its type, then RLP.

References
----------
.. [1] EIP-2718, typed transactions; Ethereum Yellow Paper, section 4.2.
"""

from collections.abc import Callable
from typing import Any

from minichain.crypto.signature import Signature
from minichain.errors import InvalidEncoding, InvalidTransaction
from minichain.ledger.fields import MalformedField, read_bytes, read_list, read_number
from minichain.ledger.gas import AccessList
from minichain.ledger.transaction import DYNAMIC_FEE, FIELDS, LEGACY, Transaction
from minichain.units import Address, Hash32


class UnknownType(InvalidTransaction, InvalidEncoding):
    """Bytes of a type of transaction that this chain does not know."""

    rule = "transaction-type"


def decode_transaction(data: bytes) -> Transaction:
    """Return the signed transaction that ``data`` writes, its form checked alone.

    Raises
    ------
    MalformedField
        The bytes are not canonical RLP of the right fields.
    UnknownType
        The first byte names no type that the chain knows.
    """
    if not data:
        raise MalformedField("0 bytes, at least 1 for a transaction's type")
    kind = LEGACY if data[0] >= 0xC0 else data[0]
    if kind > DYNAMIC_FEE or data[0] == LEGACY:
        raise UnknownType(f"type {data[0]:#04x} is not known")
    names = FIELDS[kind]
    body = data if kind == LEGACY else data[1:]
    items = read_list(body, len(names) + 3, f"a transaction of type {kind}")
    fields: dict[str, Any] = {
        name: _read(item, name)
        for name, item in zip((*names, "v", "r", "s"), items, strict=True)
    }
    parity = fields.pop("v")
    if kind == LEGACY:
        fields["chain_id"], parity = _split_v(parity)
    fields.setdefault("max_priority_fee_per_gas", fields["max_fee_per_gas"])
    signature = Signature(fields.pop("r"), fields.pop("s"), parity)
    return Transaction(**fields, kind=kind, signature=signature)


def _read(item: Any, name: str) -> Any:
    reader = _READERS.get(name)
    return reader(item, name) if reader else read_number(item, name)


def _split_v(v: int) -> tuple[int | None, int]:
    """Return the chain and the parity that a type 0 signature's ``v`` stands for."""
    if v in (27, 28):
        return None, v - 27
    if v < 35:
        raise MalformedField(f"v {v} is not 27, 28, or 35 and more")
    return (v - 35) // 2, (v - 35) % 2


def _read_to(item: Any, name: str) -> Address | None:
    return Address(read_bytes(item, name, (0, 20))) or None


def _read_access_list(item: Any, name: str) -> AccessList:
    if not isinstance(item, list):
        raise MalformedField(f"{name} is no list")
    entries = []
    for entry in item:
        if not isinstance(entry, list) or len(entry) != 2 or type(entry[1]) is not list:
            raise MalformedField(f"{name} holds what is no address with slots")
        slots = tuple(Hash32(read_bytes(slot, name, (32,))) for slot in entry[1])
        entries.append((Address(read_bytes(entry[0], name, (20,))), slots))
    return tuple(entries)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "to": _read_to,
    "data": read_bytes,
    "access_list": _read_access_list,
}
