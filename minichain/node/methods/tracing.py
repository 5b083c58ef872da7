"""Tracing shows what a transaction or a call did, step by step.

References
----------
.. [1] The go-ethereum authors, "JSON-RPC Server: debug".
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from minichain.ledger.block import Block
from minichain.node.failures import InvalidParameters, NotFound
from minichain.node.hexadecimal import (
    data,
    read_anything,
    read_flag,
    read_hash,
    read_number,
    read_object,
)
from minichain.node.methods.calls import at_moment
from minichain.node.methods.table import Table, method
from minichain.node.node import Node
from minichain.node.orders import Order, read_order
from minichain.node.overrides import Overrides, read_overrides
from minichain.node.recordings import record_block, record_call
from minichain.node.traces import Shown, Traced, show_calls, show_lines, show_steps

TABLE: Table = {}
"""The methods of this module."""

FLAGS = {
    "disableStack": ("stack", False),
    "disableStorage": ("storage", False),
    "enableMemory": ("memory", True),
    "disableMemory": ("memory", False),
    "enableReturnData": ("returned", True),
}
"""Options that are true or false: what they are about, and what true means for it."""

IGNORED = {"timeout", "reexec"}
"""Options for nodes that have forgotten old states."""

CALLS, LINES = "callTracer", "eip3155"
"""Names of the forms beside the struct logger's, which has none."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a trace is wanted.

    Attributes
    ----------
    show : callable
        Makes the answer of what was recorded.
    overrides : Overrides
        What a call is to find changed.
    """

    show: Callable[[Traced], Any]
    overrides: Overrides = field(default_factory=dict)


def read_options(value: Any) -> Options:
    """Return options from JSON; raises `InvalidParameters` where they are none."""
    given = {k: v for k, v in read_object(value).items() if v is not None}
    tracer, its = given.pop("tracer", ""), read_object(given.pop("tracerConfig", {}))
    overrides = read_overrides(given.pop("stateOverrides", {}))
    parts: dict[str, Any] = {}
    for name, (part, meaning) in FLAGS.items():
        if name in given:
            parts[part] = read_flag(given.pop(name)) == meaning
    if "limit" in given:
        parts["limit"] = read_number(given.pop("limit"))
    unknown = sorted(set(given) - IGNORED)
    if unknown:
        raise InvalidParameters(f"traces know no {unknown[0][:40]!r}")
    shown = Shown(**parts)
    if tracer == "":
        return Options(lambda traced: show_steps(traced, shown), overrides)
    if tracer == LINES:
        return Options(lambda traced: show_lines(traced, shown), overrides)
    if tracer == CALLS:
        only_top = read_flag(its.get("onlyTopCall", False))
        return Options(lambda traced: show_calls(traced, only_top=only_top), overrides)
    raise InvalidParameters(f"the tracers are {CALLS} and {LINES}, and none for steps")


DEFAULT = read_options({})
"""How a trace is made if nothing is said."""


@method(TABLE, "debug_traceTransaction", read_hash, read_options, required=1)
def trace_transaction(
    node: Node, transaction_hash: bytes, options: Options | None
) -> Any:
    """Return what a transaction of the chain did."""
    found = node.index.find(transaction_hash)
    if found is None:
        raise NotFound(f"transaction 0x{transaction_hash.hex()} is not on the chain")
    (traced,) = record_block(node, found[0], found[1])
    return (options or DEFAULT).show(traced)


@method(TABLE, "debug_traceBlockByNumber", read_anything, read_options, required=1)
def trace_block(node: Node, name: Any, options: Options | None) -> list[Any]:
    """Return what all transactions of a block did."""
    return _trace_all(node, node.find_block(name), options)


@method(TABLE, "debug_traceBlockByHash", read_hash, read_options, required=1)
def trace_block_by_hash(node: Node, shown: bytes, options: Options | None) -> list[Any]:
    """Return what all transactions of a block did."""
    return _trace_all(node, node.find_block_by_hash(shown), options)


def _trace_all(node: Node, block: Block, options: Options | None) -> list[Any]:
    show = (options or DEFAULT).show
    pairs = zip(block.transactions, record_block(node, block), strict=True)
    return [{"txHash": data(one.hash), "result": show(traced)} for one, traced in pairs]


@method(TABLE, "debug_traceCall", read_order, read_anything, read_options, required=1)
def trace_call(node: Node, order: Order, name: Any, options: Options | None) -> Any:
    """Return what a call would do, at any block; nothing changes."""
    wanted = options or DEFAULT
    traced = at_moment(node, order, name, wanted.overrides, record_call)
    return wanted.show(traced)
