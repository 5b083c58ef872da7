"""The calls of a trace are a tree: each message runs in a frame that another began."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minichain.evm.effects import to_address
from minichain.evm.message import Message, Outcome, Step
from minichain.evm.trace_gas import CALLS, CREATES, PAYING, RETURN, Cost
from minichain.kernels.evm_table import OPCODES
from minichain.units import Address, Gas, Wei

DELEGATECALL, CALLCODE = 0xF4, 0xF2
"""The calls that keep the caller's storage."""


@dataclass(slots=True)
class Call:
    """One call, creation or message, from its first step to its last.

    Attributes
    ----------
    parent : int or None
        Place of the caller in the list of calls; None for the message itself.
    kind : str
        ``MESSAGE``, or the instruction that began it.
    depth : int
        The caller's depth, and 1.
    caller, address, code_address : Address
        The contract that called; whose storage is used; whose code runs.
    value : Wei
        What was paid.
    data : bytes
        The input, or the initialising code.
    gas : Gas
        What it was given.
    begin, end : int
        The moment before its first step and the one after its last. They are equal
        where no code of a contract ran.
    code : bytes
        What it ran.
    success : bool or None
        Whether its changes stayed; None if the trace was cut off before.
    error : str
        Why it failed.
    output : bytes
        What it returned.
    gas_used : Gas or None
        Of ``gas``; None where that is not known.
    """

    parent: int | None
    kind: str
    depth: int
    caller: Address
    address: Address
    code_address: Address
    value: Wei
    data: bytes
    gas: Gas
    begin: int
    end: int
    code: bytes = b""
    success: bool | None = None
    error: str = ""
    output: bytes = b""
    gas_used: Gas | None = None


def read_memory(step: Step, offset: int, length: int) -> bytes:
    """Return a part of a step's memory, with the zeros behind its end."""
    if length == 0:
        return b""
    return step.memory[offset : offset + length].ljust(length, b"\0")


class CallTree:
    """The calls of a trace in the order in which they began.

    Parameters
    ----------
    message : Message
        What was run.
    read_code : callable
        From an address to its code before the message.
    """

    def __init__(self, message: Message, read_code: Callable[[Address], bytes]) -> None:
        self._message, self._read_code = message, read_code
        self._created: dict[Address, bytes] = {}
        self.calls: list[Call] = []
        self.owners: list[int] = []

    def build(
        self, steps: Sequence[Step], costs: Sequence[Cost], outcome: Outcome | None
    ) -> None:
        """Read the calls off the steps, and whose step each is."""
        self._begin_message(steps, outcome)
        under_way = [(0, 0)]  # calls, and what the callers keep meanwhile
        for i, step in enumerate(steps):
            self.owners.append(under_way[-1][0])
            after = steps[i + 1] if i + 1 < len(steps) else None
            if after is None:
                break
            if after.depth > step.depth:
                assert after.split is not None
                self._begin(under_way[-1][0], i, step, after, costs[i])
                under_way.append((len(self.calls) - 1, after.split[0]))
            elif after.depth < step.depth:
                place, kept = under_way.pop()
                self._finish(self.calls[place], i, step, after, costs[i])
                self.calls[place].gas_used = Gas(
                    self.calls[place].gas - (after.gas - kept)
                )
            elif step.opcode in CALLS or step.opcode in CREATES:
                self._begin(under_way[-1][0], i, step, after, costs[i])
                self._note_leaf(self.calls[-1], step, after, costs[i])
        for place, _ in under_way:
            self.calls[place].end = len(steps)
        if outcome is not None:
            self._finish_message(len(steps), outcome)

    def _code(self, address: Address) -> bytes:
        return self._created.get(address) or self._read_code(address)

    def _begin_message(self, steps: Sequence[Step], outcome: Outcome | None) -> None:
        message = self._message
        to = message.to
        if to is None:
            own = steps[0].address if steps else (outcome and outcome.created)
            to = own or message.creates or to_address(0)
        call = Call(
            None, "MESSAGE" if message.to else "CREATION", 1, message.sender, to, to,
            message.value, message.data, message.gas, 0, 0,
        )  # fmt: skip
        call.code = message.data if message.to is None else self._code(to)
        self.calls.append(call)

    def _finish_message(self, end: int, outcome: Outcome) -> None:
        call = self.calls[0]
        call.end, call.success, call.error = end, outcome.success, outcome.error
        call.output = outcome.output
        call.gas_used = Gas(call.gas - outcome.gas_left)

    def _begin(
        self, parent: int, place: int, step: Step, after: Step, cost: Cost
    ) -> None:
        stack, opcode = step.stack, step.opcode
        enters = after.depth > step.depth
        gas = after.split[1] if after.split else cost.handed
        if opcode in CREATES:
            value, offset, length = stack[-1], stack[-2], stack[-3]
            address = after.address if enters else to_address(after.stack[-1])
            code_address = address
        else:
            pays = opcode in PAYING
            value = stack[-3] if pays else 0
            offset, length = (stack[-4], stack[-5]) if pays else (stack[-3], stack[-4])
            code_address = to_address(stack[-2] % 2**160)
            keeps = opcode in (DELEGATECALL, CALLCODE)
            address = step.address if keeps else code_address
        data = read_memory(step, offset, length)
        call = Call(
            parent, OPCODES[opcode].name, step.depth + 1, step.address, address,
            code_address, Wei(value), data, Gas(gas), place + 1, place + 1,
        )  # fmt: skip
        if enters:
            call.code = data if opcode in CREATES else self._code(code_address)
        self.calls.append(call)

    def _note_leaf(self, call: Call, step: Step, after: Step, cost: Cost) -> None:
        """Note how a call came out for which no code of a contract ran."""
        call.success = after.stack[-1] != 0
        call.output, call.error = after.returned, after.halt
        if not call.success and not call.error:
            call.error = "revert" if call.output else "refused"
        if after.split is not None:
            call.gas_used = Gas(sum(after.split) - after.gas)
        else:
            call.gas_used = Gas(max(0, step.gas - cost.own - after.gas))

    def _finish(
        self, call: Call, last: int, step: Step, after: Step, cost: Cost
    ) -> None:
        call.end, call.error = last + 1, cost.error
        call.success, call.output = not cost.error, after.returned
        if call.success and call.kind in ("CREATE", "CREATE2"):
            if step.opcode == RETURN:
                call.output = read_memory(step, step.stack[-1], step.stack[-2])
            self._created[call.address] = call.output
