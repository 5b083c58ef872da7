"""The EVM is the machine that runs contracts: words of 256 bits, a stack, and gas.

Its loop is a kernel (`minichain.kernels.evm`), read as Python and run compiled. This
floor is the host around it. What others build on:

``execute(message, state, environment, on_step=None, runtime=None) -> Outcome``
    Runs one message: a call, or with ``to=None`` a creation. A success is written to
    the state; a halt or a revert leaves no trace and is an outcome, not an error.
``check_order(state, order, environment)`` and ``apply_order(...) -> Settlement``
    A whole transaction whose sender is known: nonce, fees, refund and tip around it.
``Environment``, ``Message``, ``Outcome``, ``Step``
    The block, the call, what it came to, and what ``on_step`` sees.
``record(message, state, environment) -> Recording``
    Runs one message and keeps every moment of it: see `minichain.evm.trace`.
    ``step_table(recording)`` tells it step by step.
``assemble(text) -> bytes`` and ``disassemble(code) -> str``
    Between code and its words: see `minichain.evm.assembly`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minichain.evm.assembly import assemble
    from minichain.evm.disassembly import disassemble
    from minichain.evm.execution import execute
    from minichain.evm.message import (
        Environment,
        Message,
        Outcome,
        Step,
        compute_created_address,
    )
    from minichain.evm.order import Order
    from minichain.evm.rules import check_order
    from minichain.evm.trace import Recorder, Recording, record
    from minichain.evm.trace_lines import step_table
    from minichain.evm.transition import Settlement, apply_order

__all__ = [
    "Environment",
    "Message",
    "Order",
    "Outcome",
    "Recorder",
    "Recording",
    "Settlement",
    "Step",
    "apply_order",
    "assemble",
    "check_order",
    "compute_created_address",
    "disassemble",
    "execute",
    "record",
    "step_table",
]

_HOMES = {
    "Environment": "message",
    "Message": "message",
    "Order": "order",
    "Outcome": "message",
    "Recorder": "trace",
    "Recording": "trace",
    "Settlement": "transition",
    "Step": "message",
    "apply_order": "transition",
    "assemble": "assembly",
    "check_order": "rules",
    "compute_created_address": "message",
    "disassemble": "disassembly",
    "execute": "execution",
    "record": "trace",
    "step_table": "trace_lines",
}


def __getattr__(name: str) -> object:
    """Load the module a public name lives in, once, when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
