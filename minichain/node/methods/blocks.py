"""Blocks are what a node is asked for most: blocks, transactions, receipts, logs."""

from collections.abc import Iterator
from typing import Any

from minichain.ledger.block import Block
from minichain.node.criteria import Criteria, read_criteria
from minichain.node.failures import InvalidParameters, LimitExceeded, NotFound
from minichain.node.hexadecimal import (
    data,
    quantity,
    read_anything,
    read_flag,
    read_hash,
    read_quantity,
)
from minichain.node.methods.table import Table, method
from minichain.node.moments import PENDING
from minichain.node.node import Node
from minichain.node.views import (
    View,
    show_block,
    show_draft,
    show_logs,
    show_receipt,
    show_transaction,
)

TABLE: Table = {}
"""The methods of this module."""

MAX_LOGS = 10_000
"""Logs that are answered with at most."""


def _find(node: Node, name: Any) -> Block | None:
    try:
        return node.find_block(name)
    except NotFound:
        return None


def _find_by_hash(node: Node, shown: bytes) -> Block | None:
    try:
        return node.find_block_by_hash(shown)
    except NotFound:
        return None


@method(TABLE, "eth_blockNumber")
def block_number(node: Node) -> str:
    """Return the head's number."""
    return quantity(node.chain.head.number)


@method(TABLE, "eth_getBlockByNumber", read_anything, read_flag, required=1)
def block_by_number(node: Node, name: Any, full: bool | None) -> View | None:
    """Return a block by its number, or nothing."""
    if name == PENDING:
        draft = node.chain.build(time=node.next_time)
        return show_draft(node.chain, draft, full=bool(full))
    block = _find(node, name)
    return None if block is None else show_block(node.chain, block, full=bool(full))


@method(TABLE, "eth_getBlockByHash", read_hash, read_flag, required=1)
def block_by_hash(node: Node, shown: bytes, full: bool | None) -> View | None:
    """Return a block by its hash, or nothing."""
    block = _find_by_hash(node, shown)
    return None if block is None else show_block(node.chain, block, full=bool(full))


@method(TABLE, "eth_getBlockTransactionCountByNumber", read_anything)
def count_by_number(node: Node, name: Any) -> str | None:
    """Return how many transactions a block has."""
    block = _find(node, name)
    return None if block is None else quantity(len(block.transactions))


@method(TABLE, "eth_getBlockTransactionCountByHash", read_hash)
def count_by_hash(node: Node, shown: bytes) -> str | None:
    """Return how many transactions a block has."""
    block = _find_by_hash(node, shown)
    return None if block is None else quantity(len(block.transactions))


@method(TABLE, "eth_getUncleCountByBlockNumber", read_anything)
def uncles_by_number(node: Node, name: Any) -> str | None:
    """Return that a block has no uncles."""
    return None if _find(node, name) is None else quantity(0)


@method(TABLE, "eth_getUncleCountByBlockHash", read_hash)
def uncles_by_hash(node: Node, shown: bytes) -> str | None:
    """Return that a block has no uncles."""
    return None if _find_by_hash(node, shown) is None else quantity(0)


@method(TABLE, "eth_getBlockReceipts", read_anything)
def block_receipts(node: Node, name: Any) -> list[View] | None:
    """Return what all transactions of a block came to."""
    block = _find(node, name)
    if block is None:
        return None
    receipts = node.chain.receipts(block.hash)
    places = range(len(block.transactions))
    return [show_receipt(block, place, receipts) for place in places]


@method(TABLE, "eth_getTransactionByHash", read_hash)
def transaction_by_hash(node: Node, transaction_hash: bytes) -> View | None:
    """Return a transaction, in a block or waiting, or nothing."""
    found = node.index.find(transaction_hash)
    if found is not None:
        block, place = found
        return show_transaction(block.transactions[place], block, place)
    waiting = node.chain.mempool.get(transaction_hash)
    return None if waiting is None else show_transaction(waiting)


@method(TABLE, "eth_getTransactionByBlockNumberAndIndex", read_anything, read_quantity)
def transaction_by_number(node: Node, name: Any, place: int) -> View | None:
    """Return a block's transaction by its place, or nothing."""
    return _show_at(_find(node, name), place)


@method(TABLE, "eth_getTransactionByBlockHashAndIndex", read_hash, read_quantity)
def transaction_by_block_hash(node: Node, shown: bytes, place: int) -> View | None:
    """Return a block's transaction by its place, or nothing."""
    return _show_at(_find_by_hash(node, shown), place)


def _show_at(block: Block | None, place: int) -> View | None:
    if block is None or place >= len(block.transactions):
        return None
    return show_transaction(block.transactions[place], block, place)


@method(TABLE, "eth_getTransactionReceipt", read_hash)
def receipt(node: Node, transaction_hash: bytes) -> View | None:
    """Return what a transaction came to; nothing while it waits."""
    found = node.index.find(transaction_hash)
    if found is None:
        return None
    block, place = found
    return show_receipt(block, place, node.chain.receipts(block.hash))


@method(TABLE, "eth_getLogs", read_criteria)
def list_logs(node: Node, criteria: Criteria) -> list[View]:
    """Return the logs of the chain that meet criteria, the oldest first."""
    found: list[View] = []
    may_be_met = criteria.make_sieve()
    for block in _range(node, criteria):
        if not may_be_met(node.index.bloom(block.number)):
            continue
        receipts = node.chain.receipts(block.hash)
        plain = (log for one in receipts for log in one.logs)
        for log, view in zip(plain, show_logs(block, receipts), strict=True):
            if criteria.is_met(log):
                found.append(view)
        if len(found) > MAX_LOGS:
            raise LimitExceeded(f"more than {MAX_LOGS} logs: ask for fewer blocks")
    return found


def _range(node: Node, criteria: Criteria) -> Iterator[Block]:
    if criteria.block_hash is not None:
        yield node.find_block_by_hash(criteria.block_hash)
        return
    head = node.chain.head.number
    first, last = (_number(node, name) for name in (criteria.first, criteria.last))
    # Who asks again and again for what is new begins behind the head.
    if last < first <= head:
        raise InvalidParameters(f"block {first} comes after block {last}")
    for number in range(first, min(last, head) + 1):
        yield node.chain.block_at(number)


def _number(node: Node, name: Any) -> int:
    """Return the number that a request names, whether there is such a block or not."""
    if isinstance(name, str) and name.startswith("0x"):
        return read_quantity(name)
    return node.find_block(name).number


@method(TABLE, "debug_getRawBlock", read_anything)
def raw_block(node: Node, name: Any) -> str:
    """Return a block's bytes, as other nodes would import it."""
    return data(node.find_block(name).encode())


@method(TABLE, "debug_getRawHeader", read_anything)
def raw_header(node: Node, name: Any) -> str:
    """Return the 80 bytes of a block's header."""
    return data(node.find_block(name).header.encode())


@method(TABLE, "debug_getRawReceipts", read_anything)
def raw_receipts(node: Node, name: Any) -> list[str]:
    """Return the bytes that a block's receipts root commits to."""
    block = node.find_block(name)
    return [data(one.encode()) for one in node.chain.receipts(block.hash)]


@method(TABLE, "eth_getRawTransactionByHash", read_hash)
@method(TABLE, "debug_getRawTransaction", read_hash)
def raw_transaction(node: Node, transaction_hash: bytes) -> str | None:
    """Return a transaction's bytes, or nothing."""
    found = node.index.find(transaction_hash)
    if found is not None:
        return data(found[0].transactions[found[1]].encode())
    waiting = node.chain.mempool.get(transaction_hash)
    return None if waiting is None else data(waiting.encode())
