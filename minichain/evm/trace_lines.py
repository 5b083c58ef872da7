"""A trace as lines: of JSON, in the form that all machines agreed on; or to be read.

References
----------
.. [1] EIP-3155, EVM trace specification.
"""

import json
from collections.abc import Iterator
from typing import Any

from minichain.evm.assembly import PUSH0, WIDEST
from minichain.evm.disassembly import name_opcode
from minichain.evm.trace import Recording
from minichain.units import Gas, Hash32

FORK = "Cancun"
"""The rules that the machine follows."""

SHOWN = 6
"""Most words of a stack in a table."""


def trace_lines(recording: Recording, *, with_memory: bool = False) -> Iterator[str]:
    """Return a line for each step of a recording, in order.

    Where there is no code there is no step either, as others count.

    Parameters
    ----------
    recording : Recording
        What happened.
    with_memory : bool
        Whether each line holds the frame's memory.

    Examples
    --------
    The first line of a program that begins with ``PUSH1``::

        {"pc":0,"op":96,"gas":"0x64","gasCost":"0x3","memSize":0,"stack":[],…
    """
    steps, costs, owners = recording.steps, recording.costs, recording.owners
    for step, cost, owner in zip(steps, costs, owners, strict=True):
        if not recording.calls[owner].code:
            continue
        line: dict[str, Any] = {
            "pc": step.pc,
            "op": step.opcode,
            "gas": hex(step.gas),
            "gasCost": hex(cost.total),
        }
        if with_memory:
            line["memory"] = f"0x{step.memory.hex()}"
        line |= {
            "memSize": len(step.memory),
            "stack": [hex(word) for word in step.stack],
            "depth": step.depth,
            "returnData": f"0x{step.returned.hex()}",
            "refund": hex(step.refund),
            "opName": name_opcode(step.opcode),
        }
        if cost.error:
            line["error"] = cost.error
        yield _write(line)


def summary_line(
    recording: Recording, state_root: Hash32, gas_used: Gas | None = None
) -> str:
    """Return the line that follows those of the steps.

    Parameters
    ----------
    recording : Recording
        What happened; it was not cut off.
    state_root : Hash32
        The root of the state afterwards.
    gas_used : Gas, optional
        What the whole transaction used; if not given, what the message did.
    """
    outcome = recording.outcome
    assert outcome is not None
    if gas_used is None:
        gas_used = Gas(recording.message.gas - outcome.gas_left)
    return _write(
        {
            "stateRoot": f"0x{state_root.hex()}",
            "output": f"0x{outcome.output.hex()}",
            "gasUsed": hex(gas_used),
            "pass": outcome.success,
            "fork": FORK,
        }
    )


def step_table(recording: Recording, first: int = 0, count: int | None = None) -> str:
    """Return some steps as a table to be read, the stack of each with its top last.

    Parameters
    ----------
    recording : Recording
        What happened.
    first : int
        The moment to begin at.
    count : int, optional
        Most steps; all, if not given.
    """
    end = len(recording) if count is None else min(len(recording), first + count)
    rows = [("step", "place", "instruction", "cost", "", "stack")]
    for i in range(first, end):
        step, cost = recording.steps[i], recording.costs[i]
        indent = "  " * (step.depth - 1)
        name = f"{indent}{name_opcode(step.opcode)}"
        data = _pushed(recording, i)
        words = " ".join(_short(word) for word in step.stack[-SHOWN:])
        more = "… " if len(step.stack) > SHOWN else ""
        state = cost.error or cost.warmth
        name = f"{name} 0x{data.hex()}" if data else name
        rows.append((f"{i}", f"{step.pc}", name, f"{cost.own:,}", state, more + words))
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    return "\n".join(_align(row, widths) for row in rows)


def _pushed(recording: Recording, place: int) -> bytes:
    """Return the bytes that a PUSH carries."""
    step = recording.steps[place]
    width = step.opcode - PUSH0
    if not 0 < width <= WIDEST:
        return b""
    code = recording.calls[recording.owners[place]].code
    return code[step.pc + 1 : step.pc + 1 + width]


def _short(word: int) -> str:
    digits = f"{word:x}"
    if word < 10**6:
        return f"{word}"
    return f"0x{digits}" if len(digits) <= 8 else f"0x{digits[:4]}…{digits[-4:]}"


def _align(row: tuple[str, ...], widths: list[int]) -> str:
    step, place, name, cost, state, stack = row
    line = (
        f"{step:>{widths[0]}}  {place:>{widths[1]}}  {name:<{widths[2]}}  "
        f"{cost:>{widths[3]}}  {state:<{widths[4]}}  {stack}"
    )
    return line.rstrip()


def _write(line: dict[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":"))
