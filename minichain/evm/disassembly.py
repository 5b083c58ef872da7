"""Disassembly is code turned back into assembly, which assembles to the same bytes.

Bytes do not say which of them are data, so all are read as instructions from the first
one on, as the machine marks its jump targets.
"""

from dataclasses import dataclass
from itertools import pairwise

from minichain.evm.assembly import INVALID, PUSH0, WIDEST
from minichain.kernels.evm_table import OPCODES

JUMPDEST, JUMP, JUMPI = 0x5B, 0x56, 0x57
"""Where a jump may lead, and the two that jump."""

LABEL = "at_"
"""What a label is called, before its place."""

_COLUMN = 27


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction in its place.

    Attributes
    ----------
    place : int
        Where in the code it stands.
    opcode : int
        Its first byte.
    data : bytes
        What follows a PUSH, as far as the code goes.
    is_cut : bool
        Whether the code ends before its bytes do; the machine reads zeros there.
    """

    place: int
    opcode: int
    data: bytes = b""
    is_cut: bool = False

    @property
    def name(self) -> str:
        """The standard's name; ``INVALID`` for each byte that is no instruction."""
        return name_opcode(self.opcode)

    @property
    def size(self) -> int:
        """Bytes in the code."""
        return 1 + len(self.data)

    @property
    def words(self) -> str:
        """The instruction as assembly."""
        if self.is_cut or (self.name == "INVALID" and self.opcode != INVALID):
            return f"DATA 0x{bytes([self.opcode]).hex()}{self.data.hex()}"
        return f"{self.name} 0x{self.data.hex()}" if self.data else self.name


def name_opcode(number: int) -> str:
    """Return the name of an instruction; ``INVALID`` if there is none."""
    opcode = OPCODES.get(number)
    return opcode.name if opcode else "INVALID"


def read_instructions(code: bytes) -> tuple[Instruction, ...]:
    """Return all instructions of some code.

    Examples
    --------
    >>> [step.words for step in read_instructions(bytes.fromhex("6002600301"))]
    ['PUSH1 0x02', 'PUSH1 0x03', 'ADD']
    """
    found = []
    place = 0
    while place < len(code):
        opcode = code[place]
        width = opcode - PUSH0 if PUSH0 < opcode <= PUSH0 + WIDEST else 0
        data = code[place + 1 : place + 1 + width]
        found.append(Instruction(place, opcode, data, len(data) < width))
        place += 1 + width
    return tuple(found)


def list_targets(instructions: tuple[Instruction, ...]) -> frozenset[int]:
    """Return the places that may be jumped to."""
    return frozenset(i.place for i in instructions if i.opcode == JUMPDEST)


def find_jumps(instructions: tuple[Instruction, ...]) -> dict[int, int]:
    """Return where the jumps lead whose target is pushed right before them.

    Returns
    -------
    dict of int to int
        The target, by the place of the PUSH.
    """
    targets = list_targets(instructions)
    jumps = {}
    for push, jump in pairwise(instructions):
        target = int.from_bytes(push.data, "big")
        is_push = PUSH0 <= push.opcode <= PUSH0 + WIDEST
        if is_push and jump.opcode in (JUMP, JUMPI) and target in targets:
            jumps[push.place] = target
    return jumps


def disassemble(code: bytes) -> str:
    """Return some code as assembly, a line for each instruction, its place behind it.

    Every place that may be jumped to has a label. What is no instruction is ``DATA``.

    Examples
    --------
    >>> print(disassemble(bytes.fromhex("5b600056")))
    :at_0
        JUMPDEST                ; 0
        PUSH1 @at_0             ; 1
        JUMP                    ; 3
    """
    instructions = read_instructions(code)
    targets, jumps = list_targets(instructions), find_jumps(instructions)
    lines = []
    for step in instructions:
        if step.place in targets:
            lines.append(f":{LABEL}{step.place}")
        words = step.words
        # PUSH0 can name the first place only, and that needs no label's help.
        if step.place in jumps and step.data:
            words = f"{step.name} @{LABEL}{jumps[step.place]}"
        note = f", {step.name} cut off" if step.is_cut else ""
        lines.append(f"{f'    {words}':<{_COLUMN}} ; {step.place}{note}")
    return "\n".join(lines)
