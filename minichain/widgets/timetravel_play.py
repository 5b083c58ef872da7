"""A play is a setup run from its beginning, its call recorded moment by moment.

What compiles contracts is loaded when one is in Vyper: assembly needs none of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minichain.errors import InvalidEncoding
from minichain.evm import Environment, Message, Outcome, execute, record
from minichain.evm.assembly import assemble_program
from minichain.evm.trace import Recording
from minichain.ledger.state import State
from minichain.units import Address, BlockNumber, Gas, Timestamp, Wei
from minichain.widgets.timetravel_setup import MOST_WEI, PEOPLE, Deed, Setup, Source

if TYPE_CHECKING:
    from minichain.contracts import Artifact

STEPS = 20_000
"""Most steps that are kept of a run."""

BLOCK = Environment(number=BlockNumber(20_000_000), time=Timestamp(1_721_000_000))
"""The block that all of it happens in."""

WORDS_LIMIT = 64
"""Most words of input that are written as numbers."""

_HEXADECIMAL = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_NUMBER = re.compile(r"[0-9]{1,78}|0x[0-9a-fA-F]{1,64}")


class InvalidCall(InvalidEncoding):
    """A call that the contract does not understand."""

    rule = "call"


@dataclass(frozen=True)
class Home:
    """A contract in its place.

    Attributes
    ----------
    source : Source
        What it was made of.
    address : Address
        Where it lies.
    lines : mapping of int to int
        Line of the text by place in the code.
    artifact : Artifact or None
        What the compiler made of it; None for assembly.
    """

    source: Source
    address: Address
    lines: Mapping[int, int]
    artifact: Artifact | None


@dataclass(frozen=True)
class Play:
    """A setup that was run.

    Attributes
    ----------
    homes : tuple of Home
        Its contracts.
    recording : Recording
        The call, moment by moment.
    lines : tuple of int or None
        The line that each step was made from; None where the compiler's own code runs.
    """

    homes: tuple[Home, ...]
    recording: Recording
    lines: tuple[int | None, ...]

    def home(self, address: Address) -> Home | None:
        """Return the contract at an address, if it is one of the setup's."""
        return next((home for home in self.homes if home.address == address), None)

    def name(self, address: Address) -> str:
        """Return what an address is called."""
        home = self.home(address)
        if home:
            return home.source.name
        for name, known in PEOPLE.items():
            if known == address:
                return name
        number = int.from_bytes(address, "big")
        if number <= 10:
            return f"precompile {number}"
        return f"0x{address.hex()[:4]}…{address.hex()[-4:]}"

    def function(self, address: Address, data: bytes) -> str:
        """Return what a call is for, as far as the contract's interface says."""
        home = self.home(address)
        if home is None or home.artifact is None:
            return ""
        for function in home.artifact.functions.values():
            if data[:4] == function.selector:
                return function.name
        return "" if data else "default"


def place_of(number: int) -> Address:
    """Return where the contract of a number lies."""
    return Address(bytes([0xC0 + number]) * 20)


@lru_cache(maxsize=6)
def play(setup: Setup) -> Play:
    """Run a setup from its beginning and record the call.

    Raises
    ------
    InvalidAssembly, CompilationFailed
        A text is no program.
    InvalidCall, InvalidArguments
        A call does not fit the contract.
    """
    state = State()
    for address in PEOPLE.values():
        state.set_balance(address, Wei(MOST_WEI))
    names = dict(PEOPLE)
    names |= {s.name: place_of(i) for i, s in enumerate(setup.contracts)}
    homes = tuple(
        _settle(state, source, names[source.name], names) for source in setup.contracts
    )
    gas = Gas(setup.gas)
    for deed in (*setup.earlier, *[setup.deed] * setup.rounds):
        execute(_message(homes, deed, names, gas), state, BLOCK)
    message = _message(homes, setup.deed, names, gas)
    state.commit()
    recording = record(message, state, BLOCK, limit=STEPS)
    return Play(homes, recording, _find_lines(homes, recording))


def _find_lines(
    homes: tuple[Home, ...], recording: Recording
) -> tuple[int | None, ...]:
    """Return each step's line: its own, or the last one of its frame."""
    known = {home.address: home.lines for home in homes}
    newest: dict[int, int] = {}
    found = []
    for step, owner in zip(recording.steps, recording.owners, strict=True):
        lines = known.get(recording.calls[owner].code_address, {})
        line = lines.get(step.pc)
        if line is not None:
            newest[owner] = line
        found.append(newest.get(owner))
    return tuple(found)


def _settle(
    state: State, source: Source, address: Address, names: Mapping[str, Address]
) -> Home:
    if source.language == "assembly":
        program = assemble_program(source.text)
        if program.code:
            state.set_code(address, program.code)
        return Home(source, address, program.lines, None)
    from minichain.contracts import compile_source

    artifact = compile_source(source.text, source.name)
    arguments = read_arguments(source.arguments, names)
    data = artifact.initcode + artifact.constructor.encode_arguments(*arguments)
    message = Message(PEOPLE["Alice"], None, data=data, creates=address)
    outcome = execute(message, state, BLOCK)
    if not outcome.success:
        raise InvalidCall(f"{source.name} is not created: {_reason(outcome)}")
    # The first place belongs to no line: it begins to look for the function.
    lines = {place: line for place, line in artifact.lines.items() if place}
    return Home(source, address, lines, artifact)


def _reason(outcome: Outcome) -> str:
    output = outcome.output
    if output[:4] == bytes.fromhex("08c379a0"):
        return output[68:].rstrip(b"\0").decode(errors="replace")
    return outcome.error


def _message(
    homes: tuple[Home, ...], deed: Deed, names: Mapping[str, Address], gas: Gas
) -> Message:
    home = next((home for home in homes if home.source.name == deed.to), None)
    if home is None:
        raise InvalidCall(f"no contract is called {deed.to}")
    if home.artifact is None:
        data = _read_words(deed.call, names)
    else:
        data = _encode_call(home.artifact, deed.call, names)
    return Message(
        PEOPLE[deed.sender], home.address, value=Wei(deed.value), data=data, gas=gas
    )


def _read_words(text: str, names: Mapping[str, Address]) -> bytes:
    """Return input for assembly: bytes as they are, or words of 32 bytes."""
    text = text.strip()
    if _HEXADECIMAL.fullmatch(text):
        return bytes.fromhex(text[2:])
    words = [part.strip() for part in text.split(",")] if text else []
    if len(words) > WORDS_LIMIT:
        raise InvalidCall(f"{len(words)} words, at most {WORDS_LIMIT}")
    data = b""
    for word in words:
        if word in names:
            data += names[word].rjust(32, b"\0")
        elif _NUMBER.fullmatch(word) and int(word, 0) < 2**256:
            data += int(word, 0).to_bytes(32, "big")
        else:
            raise InvalidCall(f"{word!r} is no number of 256 bits and no name")
    return data


def _encode_call(artifact: Artifact, text: str, names: Mapping[str, Address]) -> bytes:
    text = text.strip()
    if not text:
        return b""
    name, bracket, rest = text.partition("(")
    function = artifact.functions.get(name.strip())
    if function is None:
        known = ", ".join(f.signature for f in {*artifact.functions.values()})
        raise InvalidCall(f"no function is called {name.strip()!r}; there are {known}")
    if not bracket or not rest.endswith(")"):
        raise InvalidCall(f"write it as {function.signature}")
    return function.encode(*read_arguments(rest[:-1], names))


def read_arguments(text: str, names: Mapping[str, Address]) -> list[Any]:
    """Return the values of a list such as ``Bob, 5, "text", [1, 2]``."""
    try:
        tree = ast.parse(f"[{text}]", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InvalidCall(f"{text!r} is no list of values") from error
    value = _read_value(tree.body, names)
    assert isinstance(value, list)
    return value


def _read_value(node: ast.expr, names: Mapping[str, Address]) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | str() as value):
            if isinstance(value, str) and _HEXADECIMAL.fullmatch(value):
                return bytes.fromhex(value[2:])
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
        case ast.Name(id=name) if name in names:
            return f"0x{names[name].hex()}"
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_read_value(item, names) for item in items]
        case ast.Name(id=name):
            raise InvalidCall(f"nobody is called {name}; there are {', '.join(names)}")
    raise InvalidCall(f"{ast.unparse(node)} is no number, text, list or name")
