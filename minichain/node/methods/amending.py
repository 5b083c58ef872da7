"""Amending methods change accounts by hand, and let the node act for any of them.

Each has the names that the development nodes of the field gave it. What they change is
there at once, and the next block commits to it.
"""

from collections.abc import Callable
from typing import Any

from minichain.chain.config import MAX_SUPPLY
from minichain.ledger.validity import MAX_NONCE
from minichain.node.failures import InvalidParameters, LimitExceeded
from minichain.node.hexadecimal import (
    read_address,
    read_data,
    read_hash,
    read_number,
    read_slot,
)
from minichain.node.methods.table import Table, method
from minichain.node.node import Node
from minichain.units import Address, Hash32, Wei

TABLE: Table = {}
"""The methods of this module."""

PREFIXES = ("anvil", "hardhat")
"""Development nodes whose names are understood."""

MAX_IMPERSONATED = 10_000
"""Accounts that the node acts for at most, besides those whose keys it has."""

Run = Callable[..., Any]
"""What a method runs."""


def _named(name: str, *readers: Any) -> Callable[[Run], Run]:
    """Enter the decorated function in the table under each prefix."""

    def enter(run: Run) -> Run:
        for prefix in PREFIXES:
            method(TABLE, f"{prefix}_{name}", *readers)(run)
        return run

    return enter


@method(TABLE, "evm_setAccountBalance", read_address, read_number)
@_named("setBalance", read_address, read_number)
def set_balance(node: Node, address: Address, balance: int) -> bool:
    """Set what an account owns, in wei."""
    if balance > MAX_SUPPLY:
        raise InvalidParameters(f"balance of {balance} wei, at most {MAX_SUPPLY}")
    node.amend(lambda state: state.set_balance(address, Wei(balance)))
    return True


@method(TABLE, "evm_setAccountNonce", read_address, read_number)
@_named("setNonce", read_address, read_number)
def set_nonce(node: Node, address: Address, nonce: int) -> bool:
    """Set the number of an account's next transaction."""
    if nonce > MAX_NONCE:
        raise InvalidParameters(f"nonce {nonce}, at most {MAX_NONCE}")
    node.amend(lambda state: state.set_nonce(address, nonce))
    return True


@method(TABLE, "evm_setAccountCode", read_address, read_data)
@_named("setCode", read_address, read_data)
def set_code(node: Node, address: Address, code: bytes) -> bool:
    """Set a contract's code; none makes it a plain account."""
    node.amend(lambda state: state.set_code(address, code))
    return True


@method(TABLE, "evm_setAccountStorageAt", read_address, read_slot, read_hash)
@_named("setStorageAt", read_address, read_slot, read_hash)
def set_storage(node: Node, address: Address, slot: int, word: Hash32) -> bool:
    """Set a word of a contract's storage."""
    value = int.from_bytes(word, "big")
    node.amend(lambda state: state.set_storage(address, slot, value))
    return True


@_named("setCoinbase", read_address)
def set_beneficiary(node: Node, address: Address) -> bool:
    """Set who gets the rewards of the next blocks."""
    node.chain.beneficiary = address
    return True


@_named("impersonateAccount", read_address)
def impersonate(node: Node, address: Address) -> bool:
    """Begin to act for an account, contract or not, as if it had signed."""
    if len(node.impersonated) >= MAX_IMPERSONATED:
        raise LimitExceeded(f"{MAX_IMPERSONATED} accounts are impersonated")
    node.impersonated.add(address)
    return True


@_named("stopImpersonatingAccount", read_address)
def stop_impersonating(node: Node, address: Address) -> bool:
    """Act for an account no longer, and tell whether the node did."""
    did = address in node.impersonated
    node.impersonated.discard(address)
    return did
