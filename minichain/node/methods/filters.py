"""Filters keep what happens until somebody asks for it."""

from typing import Any

from minichain.node.criteria import Criteria, read_criteria
from minichain.node.failures import NotFound
from minichain.node.feeds import Filter, Topic
from minichain.node.hexadecimal import quantity, read_quantity
from minichain.node.methods.blocks import list_logs
from minichain.node.methods.table import Table, method
from minichain.node.node import Node
from minichain.node.views import View

TABLE: Table = {}
"""The methods of this module."""


@method(TABLE, "eth_newFilter", read_criteria)
def new_filter(node: Node, criteria: Criteria) -> str:
    """Begin to keep logs, and return the filter's number."""
    return quantity(node.feeds.add_filter(Topic.LOGS, criteria))


@method(TABLE, "eth_newBlockFilter")
def new_block_filter(node: Node) -> str:
    """Begin to keep hashes of blocks, and return the filter's number."""
    return quantity(node.feeds.add_filter(Topic.HEADS))


@method(TABLE, "eth_newPendingTransactionFilter")
def new_pending_filter(node: Node) -> str:
    """Begin to keep hashes of what waits, and return the filter's number."""
    return quantity(node.feeds.add_filter(Topic.PENDING))


@method(TABLE, "eth_getFilterChanges", read_quantity)
def filter_changes(node: Node, number: int) -> list[Any]:
    """Return what a filter has kept since it was asked for last."""
    kept = _filter(node, number).kept
    changes = list(kept)
    kept.clear()
    return changes


@method(TABLE, "eth_getFilterLogs", read_quantity)
def filter_logs(node: Node, number: int) -> list[View]:
    """Return all logs of the chain that a filter is for."""
    found = _filter(node, number)
    if found.feed.topic is not Topic.LOGS:
        raise NotFound(f"filter {number} is not for logs")
    return list_logs(node, found.feed.criteria)


@method(TABLE, "eth_uninstallFilter", read_quantity)
def uninstall_filter(node: Node, number: int) -> bool:
    """Drop a filter, and return whether there was one."""
    return node.feeds.filter(number) is not None and node.feeds.remove(number)


def _filter(node: Node, number: int) -> Filter:
    found = node.feeds.filter(number)
    if found is None:
        raise NotFound(f"filter {number} is not there")
    return found
