"""A trace is a recording in one of the forms that tools read.

References
----------
.. [1] The go-ethereum authors, "Built-in tracers": struct logger and ``callTracer``.
.. [2] EIP-3155, EVM trace specification.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from minichain.evm.disassembly import name_opcode
from minichain.evm.message import Step
from minichain.evm.trace import Recording
from minichain.evm.trace_calls import Call
from minichain.evm.trace_gas import SLOAD, SSTORE
from minichain.evm.trace_lines import summary_line, trace_lines
from minichain.node.failures import LimitExceeded
from minichain.node.hexadecimal import data, quantity
from minichain.node.reasons import REVERT, read_reason
from minichain.node.views import View, show_address
from minichain.units import Address, Gas, Hash32

MAX_SIZE = 2**25
"""Bytes of stacks and memories that one trace shows at most."""

WORD_SIZE = 32
"""Bytes of memory that are shown together."""

MESSAGES = {"MESSAGE": "CALL", "CREATION": "CREATE"}
"""What the outermost call is called in a call tree."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A transaction or a call that was run to its end, and recorded.

    Attributes
    ----------
    recording : Recording
        What happened, step by step.
    gas_limit, gas_used : Gas
        What it was given, and what it paid for, the price of its data included.
    state_root : Hash32
        The root of the state after it.
    """

    recording: Recording
    gas_limit: Gas
    gas_used: Gas
    state_root: Hash32

    @property
    def succeeded(self) -> bool:
        """Whether its changes stayed."""
        outcome = self.recording.outcome
        assert outcome is not None, "it was run to its end"
        return outcome.success

    @property
    def output(self) -> bytes:
        """What it returned."""
        outcome = self.recording.outcome
        assert outcome is not None, "it was run to its end"
        return outcome.output


@dataclass(frozen=True, slots=True)
class Shown:
    """What of each step a trace shows.

    Attributes
    ----------
    stack, memory, storage, returned : bool
        Which parts of the machine.
    limit : int
        Steps at most; 0 for all.
    """

    stack: bool = True
    memory: bool = False
    storage: bool = True
    returned: bool = False
    limit: int = 0


def show_steps(traced: Traced, shown: Shown) -> View:
    """Return a trace in the form of go-ethereum's struct logger."""
    steps = _show_steps(traced.recording, shown)
    return {
        "gas": traced.gas_used,
        "failed": not traced.succeeded,
        "returnValue": traced.output.hex(),
        "structLogs": list(steps),
    }


def _show_steps(recording: Recording, shown: Shown) -> Iterator[View]:
    known: dict[Address, dict[str, str]] = {}
    size = 0
    steps = recording.steps
    for place, (step, cost) in enumerate(zip(steps, recording.costs, strict=True)):
        if shown.limit and place >= shown.limit:
            return
        if not recording.calls[recording.owners[place]].code:
            continue
        size += WORD_SIZE * len(step.stack) + shown.memory * len(step.memory)
        if size > MAX_SIZE:
            raise LimitExceeded(f"a trace of more than {MAX_SIZE} bytes")
        view: View = {
            "pc": step.pc,
            "op": name_opcode(step.opcode),
            "gas": step.gas,
            "gasCost": cost.total,
            "depth": step.depth,
        }
        if cost.error and cost.error != REVERT:
            view["error"] = cost.error
        if shown.stack:
            view["stack"] = [quantity(word) for word in step.stack]
        if shown.memory:
            view["memory"] = _show_memory(step.memory)
        if shown.returned and step.returned:
            view["returnData"] = data(step.returned)
        if shown.storage and not cost.error and step.opcode in (SLOAD, SSTORE):
            slots = known.setdefault(step.address, {})
            slots[_show_word(step.stack[-1])] = _show_word(_find_word(steps, place))
            view["storage"] = dict(slots)
        if step.refund:
            view["refund"] = step.refund
        yield view


def _find_word(steps: Any, place: int) -> int:
    """Return the word that a step wrote, or the one that it read."""
    step: Step = steps[place]
    if step.opcode == SSTORE:
        return step.stack[-2]
    following: Step = steps[place + 1]
    return following.stack[-1]


def _show_word(word: int) -> str:
    return f"{word:064x}"


def _show_memory(memory: bytes) -> list[str]:
    places = range(0, len(memory), WORD_SIZE)
    return [memory[place : place + WORD_SIZE].hex() for place in places]


def show_lines(traced: Traced, shown: Shown) -> list[str]:
    """Return a trace as the lines of EIP-3155, the last one the summary."""
    recording = traced.recording
    lines = []
    size = 0
    for line in trace_lines(recording, with_memory=shown.memory):
        size += len(line)
        if size > MAX_SIZE:
            raise LimitExceeded(f"a trace of more than {MAX_SIZE} bytes")
        lines.append(line)
    return [*lines, summary_line(recording, traced.state_root, traced.gas_used)]


def show_calls(traced: Traced, *, only_top: bool = False) -> View:
    """Return a trace as a tree of calls, in the form of go-ethereum's callTracer."""
    calls = traced.recording.calls
    views = [_show_call(call) for call in calls]
    views[0]["gas"] = quantity(traced.gas_limit)
    views[0]["gasUsed"] = quantity(traced.gas_used)
    for call, view in zip(calls, views, strict=True):
        if call.parent is not None and not only_top:
            views[call.parent].setdefault("calls", []).append(view)
    return views[0]


def _show_call(call: Call) -> View:
    view: View = {
        "type": MESSAGES.get(call.kind, call.kind),
        "from": show_address(call.caller),
        "to": show_address(call.code_address),
        "gas": quantity(call.gas),
        "gasUsed": quantity(call.gas if call.gas_used is None else call.gas_used),
        "input": data(call.data),
    }
    if call.kind not in ("STATICCALL", "DELEGATECALL"):
        view["value"] = quantity(call.value)
    if call.output:
        view["output"] = data(call.output)
    if call.success is False:
        reverted = call.error == REVERT
        view["error"] = "execution reverted" if reverted else call.error
        reason = read_reason(call.output) if reverted else ""
        if reason:
            view["revertReason"] = reason
    return view
