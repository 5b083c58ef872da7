"""A scene is a setup to begin from, with a question that its run answers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from minichain.evm.trace import Recording
from minichain.units import ETHER
from minichain.widgets.timetravel_setup import Deed, Setup, Source

SSTORE = 0x55
"""The instruction that writes storage."""

LENGTHS = (5, 50, 500)
"""Numbers of instructions to choose from."""


@dataclass(frozen=True)
class Scene:
    """A setup with a question.

    Attributes
    ----------
    title : str
        What it is called.
    build : callable
        Returns what runs.
    question : str
        What the learner is asked before it does.
    choices : tuple of int
        Answers to pick from.
    unit : str
        What they count; may be empty.
    answer : callable
        Reads the right answer off the recording.
    lesson : str
        What it teaches, said afterwards.
    """

    title: str
    build: Callable[[], Setup]
    question: str
    choices: tuple[int, ...]
    unit: str
    answer: Callable[[Recording], int]
    lesson: str

    @property
    def setup(self) -> Setup:
        """What runs."""
        return self.build()


def _assembly(
    text: str, other: str = "", *, call: str = "", gas: int = 100_000
) -> Setup:
    contracts: tuple[Source, ...] = (Source("Program", "assembly", text.strip("\n")),)
    if other:
        contracts += (Source("Other", "assembly", other.strip("\n")),)
    return Setup(contracts, Deed("Alice", "Program", call), gas=gas)


def _output(recording: Recording) -> int:
    assert recording.outcome is not None
    return int.from_bytes(recording.outcome.output, "big")


def _second_write(recording: Recording) -> int:
    writes = [i for i, s in enumerate(recording.steps) if s.opcode == SSTORE]
    return recording.costs[writes[1]].own


def _slot_of_first(recording: Recording) -> int:
    """Return what slot 0 of the contract that was called holds at the end."""
    own = recording.calls[0].address
    cells = recording.storage(len(recording))
    return next((c.now for c in cells if c.slot[:2] == (own, 0)), 0)


def _slot_of_other(recording: Recording) -> int:
    cells = recording.storage(len(recording))
    own = recording.calls[0].address
    return next((c.now for c in cells if c.slot.address != own), 0)


def _payments(recording: Recording) -> int:
    """Return how often the contract that was called has been paid."""
    own = recording.calls[0].address
    return sum(c.value > 0 and c.address == own for c in recording.calls[1:])


def _changed_slots(recording: Recording) -> int:
    return sum(cell.first != cell.now for cell in recording.storage(len(recording)))


def _nearest_length(recording: Recording) -> int:
    return min(LENGTHS, key=lambda length: abs(length - len(recording)))


_WORDS = """
; Three minus two? The top of the stack comes first.
PUSH1 2
PUSH1 3
SUB

; Give back the word on top of the stack.
PUSH0
MSTORE          ; memory at 0
PUSH1 32
PUSH0
RETURN          ; 32 bytes from 0
"""

_LOOP = """
; The factorial of the first word of the input.
    PUSH1 1             ; the product so far
    PUSH0 CALLDATALOAD  ; the factor, on top
:loop JUMPDEST
    DUP1 PUSH @end SWAP1 ISZERO SWAP1 JUMPI
    SWAP1 DUP2 MUL SWAP1
    PUSH1 1 SWAP1 SUB
    PUSH @loop JUMP
:end JUMPDEST
    POP
    PUSH0 MSTORE
    PUSH1 32 PUSH0 RETURN
"""

_STORAGE = """
; Write slot 0 twice, then read it.
PUSH1 7
PUSH0
SSTORE

PUSH1 8
PUSH0
SSTORE

PUSH0
SLOAD
STOP
"""

_MEMORY = """
; A word at byte 0, then another at byte 1: they overlap.
PUSH1 1
PUSH0
MSTORE

PUSH1 2
PUSH1 1
MSTORE

; Give back the first byte that is not zero: bytes 31 and 32.
PUSH1 2
PUSH1 31
RETURN
"""

_CALLER = """
; Call the other contract, and go on whatever becomes of it.
PUSH1 5  PUSH0  SSTORE      ; slot 0 of this contract

PUSH0 PUSH0 PUSH0 PUSH0     ; no output, no input
PUSH0                       ; no payment
PUSH 0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1
GAS
CALL                        ; 0 if it failed

STOP
"""

_FAILING = """
PUSH1 7  PUSH0  SSTORE      ; slot 0 of its own
PUSH0 PUSH0 REVERT          ; and it thinks better of it
"""

_DELEGATE = """
; Run the other's code here.
PUSH0 PUSH0 PUSH0 PUSH0
PUSH 0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1
GAS
DELEGATECALL
STOP
"""

_WRITING = """
PUSH1 7  PUSH0  SSTORE      ; slot 0, but whose?
STOP
"""


def _read(name: str) -> str:
    """Return the text of a contract of the library, which is loaded for it."""
    from minichain.contracts import read_source

    return read_source(name)


@cache
def _counter() -> Setup:
    source = Source("Counter", "vyper", _read("basics/counter"), "41")
    return Setup((source,), Deed("Bob", "Counter", "increment()"))


@cache
def _token() -> Setup:
    text = _read("tokens/erc20")
    source = Source("Token", "vyper", text, '"Gold", "GLD", 1000')
    return Setup((source,), Deed("Alice", "Token", "transfer(Bob, 5)"))


@cache
def _vault() -> Setup:
    vault = Source("Vault", "vyper", _read("vaults/vulnerable"))
    thief = Source("Thief", "vyper", _read("vaults/attacker"))
    paid = Deed("Bob", "Vault", "deposit()", 3 * ETHER)
    deed = Deed("Alice", "Thief", "attack(Vault)", ETHER)
    return Setup((vault, thief), deed, (paid,))


def list_scenes() -> dict[str, Scene]:
    """Return all scenes by the word that names them."""
    return _SCENES


_SCENES = {
    "words": Scene(
        "Words", lambda: _assembly(_WORDS),
        "The program puts 2 on the stack, then 3, then runs SUB. What does it return?",
        (1, 5, 2**256 - 1), "", _output,
        "SUB takes the top word first: 3 - 2.",
    ),
    "loop": Scene(
        "Loop", lambda: _assembly(_LOOP, call="5"),
        "The loop multiplies 1 by 5, 4, 3, 2 and 1. How many steps does the machine "
        "take?", (24, 97, 500), "", len,
        "A turn is sixteen instructions: whatever a program says, all of it is paid.",
    ),
    "memory": Scene(
        "Memory", lambda: _assembly(_MEMORY),
        "1 is written as a word at byte 0, then 2 as a word at byte 1. What do bytes "
        "31 and 32 say, read as one number?", (2, 258, 513), "", _output,
        "A word is 32 bytes, its last byte the lowest. The second word overwrote the "
        "byte that held the 1 with one of its zeros.",
    ),
    "storage": Scene(
        "Storage", lambda: _assembly(_STORAGE),
        "Slot 0 holds nothing. The first SSTORE costs 22,100 gas. What does the second "
        "cost, which changes the same slot again?", (100, 2_900, 20_000, 22_100),
        "gas", _second_write,
        "The slot is warm, and this transaction has paid for its change already.",
    ),
    "call": Scene(
        "Call", lambda: _assembly(_CALLER, _FAILING),
        "The program calls another, which writes 7 into its slot 0 and then reverts. "
        "The program goes on. What is in that slot at the end?", (0, 5, 7), "",
        _slot_of_other,
        "A frame that fails takes its own changes with it, and nobody else's.",
    ),
    "delegate": Scene(
        "Delegate", lambda: _assembly(_DELEGATE, _WRITING),
        "The program runs the other contract's code by DELEGATECALL, and that code "
        "writes 7 into slot 0. What is then in slot 0 of the program?", (0, 7), "",
        _slot_of_first,
        "Code that is delegated to works on the caller's storage.",
    ),
    "counter": Scene(
        "Counter", _counter,
        "A counter written in Vyper stands at 41. How many instructions does "
        "increment() take, about?", LENGTHS, "", _nearest_length,
        "Finding the function, checking for overflow, writing the slot, the log.",
    ),
    "token": Scene(
        "Token", _token,
        "Alice has 1,000 tokens and pays Bob 5 of them. How many slots of storage does "
        "that change?", (1, 2, 3), "", _changed_slots,
        "Two balances. A token is a table, and a payment is two entries of it.",
    ),
    "vault": Scene(
        "Vault", _vault,
        "Bob has put 3 ether into the vault. A thief deposits 1 and withdraws it. How "
        "often is the thief paid?", (1, 2, 4), "", _payments,
        "The vault pays before it notes that it has paid, and who is paid can call "
        "again. Find the slot that is written too late.",
    ),
}  # fmt: skip
