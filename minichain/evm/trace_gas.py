"""What each step of a trace cost is read off the gas before and after it.

Nothing here knows the price of an instruction: the machine has charged it. Only what
a call hands over, and what memory costs, is told apart from the rest.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, appendix H.1, memory; EIP-150, all but
   a 64th; EIP-2929, cold and warm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from minichain.evm.message import Outcome, Step
from minichain.kernels.evm_calls import PAYMENT, STIPEND
from minichain.kernels.evm_outside import COLD_ACCOUNT, NEW_ACCOUNT
from minichain.kernels.evm_storage import CHANGE, COLD_READ, FILL, WARM_READ
from minichain.kernels.evm_table import OPCODES
from minichain.units import Gas

Warmth = Literal["", "warm", "cold"]
"""Whether what a step touched had been touched before; empty where nothing counts."""

SLOAD, SSTORE, EXTCODECOPY, CALL, CALLCODE, RETURN, REVERT, SELFDESTRUCT = (
    0x54, 0x55, 0x3C, 0xF1, 0xF2, 0xF3, 0xFD, 0xFF,
)  # fmt: skip
"""Instructions that a trace looks at more closely."""

CREATES = frozenset({0xF0, 0xF5})
"""CREATE and CREATE2."""

PAYING = frozenset({CALL, CALLCODE})
"""The calls that may pay something."""

CALLS = PAYING | {0xF4, 0xFA}
"""These, DELEGATECALL and STATICCALL."""

_LOOKS = frozenset({0x31, 0x3B, EXTCODECOPY, 0x3F})
# BALANCE, EXTCODESIZE, EXTCODECOPY and EXTCODEHASH.

_WRITES = {
    WARM_READ: "warm",
    FILL: "warm",
    CHANGE: "warm",
    COLD_READ + WARM_READ: "cold",
    COLD_READ + FILL: "cold",
    COLD_READ + CHANGE: "cold",
}
# What SSTORE can cost.


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step took from its frame's gas.

    Attributes
    ----------
    own : Gas
        The price of the instruction itself.
    handed : Gas
        What a call handed over on top; what is left of it comes back.
    memory : Gas
        The part of ``own`` that paid for more memory.
    warmth : str
        Whether the slot or account that was touched was warm.
    error : str
        Why it halted its frame, or "revert"; empty if it did neither.
    """

    own: Gas
    handed: Gas
    memory: Gas
    warmth: Warmth
    error: str

    @property
    def total(self) -> Gas:
        """All that left the frame, as EIP-3155 counts it."""
        return Gas(self.own + self.handed)


def price_memory(size: int) -> int:
    """Return the gas that ``size`` bytes of memory cost in all, for a frame."""
    words = (size + 31) // 32
    return 3 * words + words * words // 512


def find_next_in_frame(steps: Sequence[Step]) -> list[int | None]:
    """Return, for each step, the place of the next one of the same frame."""
    found: list[int | None] = [None] * len(steps)
    newest: dict[int, int | None] = {}
    for i in range(len(steps) - 1, -1, -1):
        depth = steps[i].depth
        found[i] = newest.get(depth)
        newest[depth] = i
        # Frames one deeper that ran before this step have ended before it.
        newest[depth + 1] = None
    return found


def compute_costs(steps: Sequence[Step], outcome: Outcome | None) -> list[Cost]:
    """Return what each step cost.

    Parameters
    ----------
    steps : sequence of Step
        All of a message, or its beginning.
    outcome : Outcome or None
        What the message came to; None if the steps were cut off.
    """
    following = find_next_in_frame(steps)
    kept: list[int] = []  # what the callers of the present frame keep meanwhile
    costs = []
    for i, step in enumerate(steps):
        after = steps[i + 1] if i + 1 < len(steps) else None
        same = following[i]
        memory = _grow(step, None if same is None else steps[same])
        if after is None:
            error = outcome.error if outcome else ""
            left: int = outcome.gas_left if outcome else step.gas
            costs.append(_end(step, left, memory, error))
            continue
        if after.depth < step.depth:
            left = after.gas - kept.pop()
            error = after.halt or ("revert" if step.opcode == REVERT else "")
            costs.append(_end(step, left, memory, error))
            continue
        own, handed = _split(step, after, memory)
        if after.depth > step.depth:
            assert after.split is not None
            kept.append(after.split[0])
        costs.append(_cost(step, own, handed, memory))
    return costs


def _split(step: Step, after: Step, memory: int) -> tuple[int, int]:
    """Return the price of a step that did not end its frame, and what it handed over.

    The stipend of a payment is not the caller's: it is in neither.
    """
    opcode, stack = step.opcode, step.stack
    pays = opcode in PAYING and len(stack) > 2 and stack[-3] != 0
    stipend = STIPEND if pays else 0
    if after.split is not None:
        keeps, handed = after.split
        return step.gas - keeps - (handed - stipend), handed - stipend
    if opcode in CREATES:
        # It was refused, and what it handed over came back or is lost.
        words = (stack[-3] + 31) // 32
        own = OPCODES[opcode].gas + OPCODES[opcode].word_gas * words + memory
        left = step.gas - own
        return own, left - left // 64
    own = step.gas - after.gas
    if opcode not in CALLS:
        return own, 0
    # Nothing ran there, and all that was handed over came back, the stipend with it.
    own += stipend
    left = step.gas - own
    return own, min(stack[-1], left - left // 64)


def _grow(step: Step, after: Step | None) -> int:
    """Return what a step paid for memory."""
    if after is not None:
        return price_memory(len(after.memory)) - price_memory(len(step.memory))
    if step.opcode not in (RETURN, REVERT) or len(step.stack) < 2:
        return 0
    opcode = OPCODES[step.opcode]
    offset = step.stack[-1 - opcode.offset_at]
    length = step.stack[-1 - opcode.length_at]
    if length == 0:
        return 0
    size = max(len(step.memory), offset + length)
    return price_memory(size) - price_memory(len(step.memory))


def _end(step: Step, left: int, memory: int, error: str) -> Cost:
    """Return what the last step of a frame cost."""
    if error and error != "revert":
        # A halt takes all that is left.
        return Cost(step.gas, Gas(0), Gas(0), "", error)
    # What a creation pays for keeping its code is no price of RETURN.
    own = memory if step.opcode == RETURN else step.gas - left
    cost = _cost(step, own, 0, memory)
    return Cost(cost.own, cost.handed, cost.memory, cost.warmth, error)


def _cost(step: Step, own: int, handed: int, memory: int) -> Cost:
    price = own - memory
    if step.opcode == EXTCODECOPY:
        # What is copied is paid for on top.
        price -= OPCODES[EXTCODECOPY].word_gas * ((step.stack[-4] + 31) // 32)
    warmth = _tell_warmth(step.opcode, price)
    return Cost(Gas(own), Gas(handed), Gas(memory), warmth, "")


def _tell_warmth(opcode: int, price: int) -> Warmth:
    if opcode == SLOAD:
        return "cold" if price == COLD_READ else "warm"
    if opcode == SSTORE:
        return "cold" if _WRITES.get(price) == "cold" else "warm"
    if opcode in _LOOKS:
        return "cold" if price == COLD_ACCOUNT else "warm"
    if opcode in CALLS:
        rest = price - COLD_ACCOUNT
        return "cold" if rest in (0, PAYMENT, PAYMENT + NEW_ACCOUNT) else "warm"
    if opcode == SELFDESTRUCT:
        rest = price - OPCODES[SELFDESTRUCT].gas
        return "cold" if rest in (COLD_ACCOUNT, COLD_ACCOUNT + NEW_ACCOUNT) else "warm"
    return ""
