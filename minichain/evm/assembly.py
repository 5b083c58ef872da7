"""Assembly is a contract's code in words: an instruction a word, a label for a place.

``PUSH1 2 PUSH1 3 ADD`` may stand on one line or on three. ``PUSH`` alone takes the
narrowest form that holds its value. ``:loop`` names the place where it stands and adds
nothing to the code; ``PUSH @loop`` puts that place on the stack, ``PUSH @end-@data``
the bytes between two. ``DATA`` is followed by bytes as they are. Numbers are decimal
or ``0x…``, texts stand in double quotes; ``;``, ``#`` or ``//`` begin a comment.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from minichain.evm.assembly_errors import (
    InvalidAssembly,
    LabelTwice,
    UnknownLabel,
    UnknownOpcode,
    UnreadableValue,
    ValueTooWide,
)
from minichain.kernels.evm_table import OPCODES

PUSH0 = 0x5F
"""The instruction that puts zero on the stack; those with n bytes come n behind it."""

WIDEST = 32
"""Most bytes of a PUSH."""

INVALID = 0xFE
"""The one byte that is no instruction and has a name all the same (EIP-141)."""

NUMBERS = {opcode.name: opcode.number for opcode in OPCODES.values()} | {
    "INVALID": INVALID
}
"""The byte of each instruction, by its name."""

LENGTH_LIMIT = 1 << 20
"""Most characters of a text."""

_COMMENT = re.compile(r";|#|//")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"]+|"')
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_LABEL = re.compile(rf":({_NAME})")
_PLACE = re.compile(rf"@({_NAME})(?:-@({_NAME}))?")
_DECIMAL = re.compile(r"[0-9]{1,78}")
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]+")
_PUSH = re.compile(r"PUSH([0-9]*)")


@dataclass(frozen=True, slots=True)
class Program:
    """A text assembled.

    Attributes
    ----------
    code : bytes
        What the machine runs.
    lines : dict of int to int
        Line of the text, counted from 1, by place in the code.
    labels : dict of str to int
        Place in the code of each label.
    """

    code: bytes
    lines: dict[int, int]
    labels: dict[str, int]


@dataclass(slots=True)
class _Item:
    """A piece of code: an opcode if there is one, then bytes or what labels say."""

    line: int
    opcode: int | None
    data: bytes = b""
    end: str | None = None
    start: str | None = None
    is_free: bool = False

    @property
    def size(self) -> int:
        return (self.opcode is not None) + len(self.data)


def assemble(text: str) -> bytes:
    """Return the code that an assembly text stands for.

    Raises
    ------
    InvalidAssembly
        The text is no program; the error names the line and the rule.

    Examples
    --------
    >>> assemble("PUSH1 2 PUSH1 3 ADD").hex()
    '6002600301'
    >>> assemble("PUSH 10 :loop JUMPDEST PUSH 1 SWAP1 SUB DUP1 PUSH @loop JUMPI").hex()
    '600a5b6001900380600257'
    """
    return assemble_program(text).code


def assemble_program(text: str) -> Program:
    """Return the code of an assembly text, and where its lines and labels went.

    Raises
    ------
    InvalidAssembly
        The text is no program; the error names the line and the rule.
    """
    if len(text) > LENGTH_LIMIT:
        raise InvalidAssembly(1, f"{len(text)} characters, at most {LENGTH_LIMIT}")
    items, marks = _read(text)
    places = _settle(items, marks)
    code, lines = bytearray(), {}
    for item in items:
        if item.size:
            lines[len(code)] = item.line
        if item.opcode is not None:
            code.append(item.opcode)
        code += item.data
    return Program(bytes(code), lines, {name: places[i] for name, i in marks.items()})


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        place = 0
        while match := _TOKEN.search(line, place):
            token, place = match[0], match.end()
            if not token.startswith('"') and (comment := _COMMENT.search(token)):
                if comment.start():
                    yield number, token[: comment.start()]
                break
            yield number, token


def _read(text: str) -> tuple[list[_Item], dict[str, int]]:
    """Return the pieces of a text, and before which of them each label stands."""
    items: list[_Item] = []
    marks: dict[str, int] = {}
    tokens = _tokens(text)
    for line, token in tokens:
        if label := _LABEL.fullmatch(token):
            if label[1] in marks:
                raise LabelTwice(line, f"the label :{label[1]} stands above already")
            marks[label[1]] = len(items)
            continue
        word = token.upper()
        push = _PUSH.fullmatch(word)
        if word == "DATA":
            items.append(
                _Item(line, None, _read_bytes(word, *next(tokens, (line, ""))))
            )
        elif push and (word == "PUSH" or (word in NUMBERS and word != "PUSH0")):
            items.append(_read_push(line, push[1], *next(tokens, (line, ""))))
        elif word in NUMBERS:
            items.append(_Item(line, NUMBERS[word]))
        else:
            raise _explain(line, token)
    return items, marks


def _read_push(line: int, width: str, at: int, token: str) -> _Item:
    name = f"PUSH{width}"
    size = int(width or 0)
    if place := _PLACE.fullmatch(token):
        opcode = PUSH0 + size
        return _Item(line, opcode, bytes(size), place[1], place[2], not width)
    data = _read_bytes(name, at, token)
    data = data.lstrip(b"\0").rjust(size, b"\0")
    if len(data) > (size if width else WIDEST):
        raise ValueTooWide(
            at, f"{token} takes {len(data)} bytes, {name} holds {size or WIDEST}"
        )
    return _Item(line, PUSH0 + len(data), data)


def _read_bytes(name: str, line: int, token: str) -> bytes:
    """Return a value as bytes: as many as are written, or as a number needs."""
    if _HEXADECIMAL.fullmatch(token):
        digits = token[2:]
        return bytes.fromhex(digits.rjust(len(digits) + len(digits) % 2, "0"))
    if _DECIMAL.fullmatch(token):
        number = int(token)
        return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")
    if len(token) > 1 and token.startswith('"'):
        return re.sub(r"\\(.)", r"\1", token[1:-1]).encode()
    if not token or token.upper() in NUMBERS or token.startswith(":"):
        raise UnreadableValue(line, f"{name} lacks its value")
    if token == '"':
        raise UnreadableValue(line, "a text does not end on its line")
    raise UnreadableValue(
        line, f"{token!r} after {name} is no number, no text in quotes and no @label"
    )


def _explain(line: int, token: str) -> InvalidAssembly:
    """Return the error of a word that stands where an instruction should."""
    if token.startswith('"') or token[0].isdigit() or token.startswith("@"):
        complaint = f"{token} belongs to no instruction; PUSH or DATA take values"
        return UnreadableValue(line, complaint)
    close = difflib.get_close_matches(token.upper(), NUMBERS, 1)
    hint = f"; is {close[0]} meant?" if close else ""
    return UnknownOpcode(line, f"no instruction is called {token!r}{hint}")


def _settle(items: list[_Item], marks: dict[str, int]) -> list[int]:
    """Fill in what labels say, and widen each PUSH until all fit; return all places.

    Widths only grow, so this ends, and with the narrowest code that fits.
    """
    while True:
        places = [0]
        for item in items:
            places.append(places[-1] + item.size)
        has_grown = False
        for item in items:
            if item.end is None:
                continue
            number = _locate(item, item.end, marks, places)
            if item.start is not None:
                number -= _locate(item, item.start, marks, places)
            size = (number.bit_length() + 7) // 8
            if number < 0:
                words = f"@{item.end} stands before @{item.start}"
                raise UnreadableValue(item.line, f"{words}: the difference is negative")
            if size > len(item.data):
                if not item.is_free:
                    raise ValueTooWide(
                        item.line,
                        f"@{item.end} is {number} and takes {size} bytes, "
                        f"PUSH{len(item.data)} holds {len(item.data)}",
                    )
                item.data, item.opcode = bytes(size), PUSH0 + size
                has_grown = True
            else:
                item.data = number.to_bytes(len(item.data), "big")
        if not has_grown:
            return places


def _locate(item: _Item, label: str, marks: dict[str, int], places: list[int]) -> int:
    if label not in marks:
        close = difflib.get_close_matches(label, marks, 1)
        hint = f"; is @{close[0]} meant?" if close else ""
        raise UnknownLabel(item.line, f"no label :{label} stands anywhere{hint}")
    return places[marks[label]]
