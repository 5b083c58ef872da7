"""A trace as lines of JSON, in the form that all machines agreed on to be compared.

References
----------
.. [1] EIP-3155, EVM trace specification.
"""

import json
from collections.abc import Iterator
from typing import Any

from minichain.evm.disassembly import name_opcode
from minichain.evm.trace import Recording
from minichain.units import Gas, Hash32

FORK = "Cancun"
"""The rules that the machine follows."""


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


def _write(line: dict[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":"))
