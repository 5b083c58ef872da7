"""Development methods turn time and chance into arguments, for who tries things out.

Each has the name that other development nodes gave it first; where two names are in
use, both work.
"""

from typing import Any

from minichain.node.failures import InvalidParameters
from minichain.node.hexadecimal import (
    quantity,
    read_anything,
    read_data,
    read_flag,
    read_number,
)
from minichain.node.methods.table import Table, method
from minichain.node.node import Node

TABLE: Table = {}
"""The methods of this module."""

MAX_MINED = 10_000
"""Blocks that one request seals at most."""


@method(TABLE, "evm_mine", read_anything, required=0)
def mine(node: Node, time: Any) -> str:
    """Seal a block, at a time if one is given, and return what others return: 0x0."""
    count = 1
    if isinstance(time, dict):
        count = _check_count(read_number(time.get("blocks", 1)))
        time = time.get("timestamp")
    if time is not None:
        node.set_next_time(read_number(time))
    node.mine(count)
    return quantity(0)


@method(TABLE, "anvil_mine", read_number, read_number, required=0)
@method(TABLE, "hardhat_mine", read_number, read_number, required=0)
def mine_many(node: Node, count: int | None, spacing: int | None) -> bool:
    """Seal blocks, some seconds apart if it is said."""
    if spacing is not None:
        _check_time(spacing)
    node.mine(_check_count(1 if count is None else count), spacing)
    return True


def _check_count(count: int) -> int:
    if count > MAX_MINED:
        raise InvalidParameters(f"{count} blocks, at most {MAX_MINED}")
    return count


@method(TABLE, "evm_setAutomine", read_flag)
def set_automine(node: Node, automine: bool) -> bool:
    """Set whether each transaction is sealed at once."""
    node.automine = automine
    return True


@method(TABLE, "anvil_getAutomine")
@method(TABLE, "hardhat_getAutomine")
def automine(node: Node) -> bool:
    """Return whether each transaction is sealed at once."""
    return node.automine


@method(TABLE, "evm_setNextBlockTimestamp", read_number)
def set_next_time(node: Node, time: int) -> str:
    """Set the time of the next block, in seconds since 1970."""
    node.set_next_time(time)
    return quantity(time)


@method(TABLE, "evm_increaseTime", read_number)
def increase_time(node: Node, seconds: int) -> str:
    """Let time pass, and return by how much the node is now ahead of its clock."""
    node.offset += _check_time(seconds)
    return quantity(node.offset)


def _check_time(seconds: int) -> int:
    if seconds >= 2**31:
        raise InvalidParameters(f"{seconds} seconds are too many")
    return seconds


@method(TABLE, "evm_snapshot")
def snapshot(node: Node) -> str:
    """Remember the chain as it is, and return the snapshot's number."""
    return quantity(node.snapshot())


@method(TABLE, "evm_revert", read_number)
def revert(node: Node, number: int) -> bool:
    """Return to a snapshot, and tell whether there was one."""
    return node.revert(number)


@method(TABLE, "minichain_importBlock", read_data)
def import_block(node: Node, encoded: bytes) -> str:
    """Take a block from outside, and return what became of it."""
    return node.import_block(encoded)


@method(TABLE, "minichain_checkBlock", read_data)
def check_block(node: Node, encoded: bytes) -> list[dict[str, Any]]:
    """Return what every rule says of a block, and keep nothing."""
    return [
        {
            "rule": check.rule,
            "part": check.part,
            "passed": check.passed,
            "detail": check.detail,
        }
        for check in node.chain.check(encoded)
    ]
