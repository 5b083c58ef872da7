"""Accounts are read at any block, and the node signs for those whose keys it has.

For those that it impersonates it acts without a signature.
"""

from typing import Any

from minichain.chain.impersonation import impersonate
from minichain.crypto.hashing import keccak256
from minichain.crypto.keys import Key
from minichain.errors import ProtocolError
from minichain.ledger.transaction import Transaction
from minichain.node.failures import InvalidParameters, NotPossible
from minichain.node.hexadecimal import (
    data,
    quantity,
    read_address,
    read_anything,
    read_data,
    read_list,
    read_slot,
)
from minichain.node.methods.calls import estimate
from minichain.node.methods.fees import suggest_tip
from minichain.node.methods.table import Table, method
from minichain.node.moments import NEXT, PENDING, visit
from minichain.node.node import Node, refuse
from minichain.node.orders import Order, read_order
from minichain.node.views import View, show_address, show_proof, show_transaction
from minichain.units import Address

TABLE: Table = {}
"""The methods of this module."""

MAX_PROVEN = 1_000
"""Slots that one answer proves at most."""


@method(TABLE, "eth_accounts")
def list_accounts(node: Node) -> list[str]:
    """Return the accounts that the node signs for."""
    return [show_address(address) for address in node.keys]


@method(TABLE, "eth_getBalance", read_address, read_anything, required=1)
def balance(node: Node, address: Address, name: Any) -> str:
    """Return what an account owns, in wei."""
    with visit(node, name) as moment:
        return quantity(moment.state.account(address).balance)


@method(TABLE, "eth_getTransactionCount", read_address, read_anything, required=1)
def transaction_count(node: Node, address: Address, name: Any) -> str:
    """Return an account's next nonce; as "pending" it counts what waits."""
    with visit(node, NEXT if name == PENDING else name) as moment:
        if name == PENDING:
            return quantity(node.chain.mempool.get_next_nonce(address, moment.state))
        return quantity(moment.state.account(address).nonce)


@method(TABLE, "eth_getCode", read_address, read_anything, required=1)
def code(node: Node, address: Address, name: Any) -> str:
    """Return a contract's code."""
    with visit(node, name) as moment:
        return data(moment.state.code(address))


@method(TABLE, "eth_getStorageAt", read_address, read_slot, read_anything, required=2)
def storage(node: Node, address: Address, slot: int, name: Any) -> str:
    """Return a word of a contract's storage."""
    with visit(node, name) as moment:
        return data(moment.state.storage(address, slot).to_bytes(32, "big"))


@method(TABLE, "eth_getProof", read_address, read_list, read_anything, required=2)
def proof(node: Node, address: Address, slots: list[Any], name: Any) -> View:
    """Return an account and slots of it, with the way to each from the state's root.

    The root is in the block's commitment. After a change by a developer's method it is
    only in that of the next block.
    """
    if len(slots) > MAX_PROVEN:
        raise InvalidParameters(f"{len(slots)} slots, at most {MAX_PROVEN}")
    with visit(node, name) as moment:
        return show_proof(moment.state, address, [read_slot(slot) for slot in slots])


@method(TABLE, "eth_sign", read_address, read_data)
def sign(node: Node, address: Address, message: bytes) -> str:
    """Return a signature over a message, marked so that it signs no transaction."""
    mark = f"\x19Ethereum Signed Message:\n{len(message)}".encode()
    signature = _key(node, address).sign(keccak256(mark + message))
    numbers = signature.r.to_bytes(32, "big") + signature.s.to_bytes(32, "big")
    return data(numbers + bytes([27 + signature.y_parity]))


@method(TABLE, "eth_signTransaction", read_order)
def sign_transaction(node: Node, order: Order) -> View:
    """Return a transaction signed by one of the node's keys, and do not send it."""
    transaction = _make_transaction(node, order)
    return {"raw": data(transaction.encode()), "tx": show_transaction(transaction)}


@method(TABLE, "eth_sendTransaction", read_order)
def send_transaction(node: Node, order: Order) -> str:
    """Sign a transaction by one of the node's keys, send it, and return its hash."""
    return data(node.send(_make_transaction(node, order)).hash)


@method(TABLE, "eth_sendRawTransaction", read_data)
def send_raw_transaction(node: Node, encoded: bytes) -> str:
    """Send a signed transaction, and return its hash."""
    try:
        transaction = Transaction.decode(encoded)
    except ProtocolError as error:
        raise refuse(error) from error
    return data(node.send(transaction).hash)


def _key(node: Node, address: Address | None) -> Key:
    key = None if address is None else node.keys.get(address)
    if key is None:
        shown = "nobody" if address is None else show_address(address)
        raise NotPossible(f"the node has no key of {shown}")
    return key


def _make_transaction(node: Node, order: Order) -> Transaction:
    key, sender = None, order.sender
    if sender is None or sender in node.keys or sender not in node.impersonated:
        key = _key(node, sender)
        sender = key.address
    with node.chain.visit() as state:
        nonce = node.chain.mempool.get_next_nonce(sender, state)
    gas = order.gas
    if gas is None:
        gas = estimate(node, order)
    transaction = order.to_transaction(
        nonce=nonce,
        gas=gas,
        chain_id=node.chain.config.chain_id,
        base_fee=node.chain.base_fee,
        tip=suggest_tip(node),
    )
    try:
        if key is None:
            return impersonate(transaction, sender)
        return transaction.sign(key)
    except ProtocolError as error:
        raise refuse(error) from error
