"""Overrides say what a call is to find changed, for as long as it runs.

References
----------
.. [1] The go-ethereum authors, "JSON-RPC Server: eth", state overrides.
"""

from typing import Any

from minichain.ledger.state import State
from minichain.ledger.validity import MAX_NONCE
from minichain.node.failures import InvalidParameters
from minichain.node.hexadecimal import (
    Reader,
    read_address,
    read_data,
    read_hash,
    read_object,
    read_quantity,
)
from minichain.units import Address, Wei

Overrides = dict[Address, dict[str, Any]]
"""What is changed, by account and by what of it."""


def _read_slots(value: Any) -> dict[int, int]:
    return {
        int.from_bytes(read_hash(slot), "big"): int.from_bytes(read_hash(word), "big")
        for slot, word in read_object(value).items()
    }


READERS: dict[str, Reader] = {
    "balance": read_quantity,
    "nonce": read_quantity,
    "code": read_data,
    "state": _read_slots,
    "stateDiff": _read_slots,
}
"""What of an account can be changed: ``state`` is all of its storage."""


def read_overrides(value: Any) -> Overrides:
    """Return overrides from JSON; raises `InvalidParameters` where they are none."""
    found: Overrides = {}
    for name, account in read_object(value).items():
        fields = read_object(account)
        unknown = sorted(set(fields) - set(READERS))
        if unknown:
            raise InvalidParameters(f"overrides know no {unknown[0][:40]!r}")
        if {"state", "stateDiff"} <= set(fields):
            raise InvalidParameters("state does not go with stateDiff")
        read = {key: READERS[key](one) for key, one in fields.items()}
        if read.get("nonce", 0) > MAX_NONCE:
            raise InvalidParameters(f"nonce {read['nonce']}, at most {MAX_NONCE}")
        found[read_address(name)] = read
    return found


def apply_overrides(state: State, overrides: Overrides) -> None:
    """Change a state as overrides say."""
    for address, fields in overrides.items():
        if "balance" in fields:
            state.set_balance(address, Wei(fields["balance"]))
        if "nonce" in fields:
            state.set_nonce(address, fields["nonce"])
        if "code" in fields:
            state.set_code(address, fields["code"])
        if "state" in fields:
            for slot in state.slots(address):
                state.set_storage(address, slot, 0)
        words = fields.get("state") or fields.get("stateDiff") or {}
        for slot, word in words.items():
            state.set_storage(address, slot, word)
