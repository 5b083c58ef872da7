"""A channel carries calls and plain values between a grader and a confined notebook.

Tests stay in the grader. A notebook's functions stay in a process of their own, where
nothing that it does can reach the tests or the marks: all it can send back are values
and errors. Values are plain data; whatever else is passed stays where it is, and is
called from the other side. Both sides use this module.
"""

import json
import struct
from collections.abc import Callable, Iterator, Mapping
from io import RawIOBase
from typing import IO, Any, NoReturn

from minichain.json_text import InvalidJson, parse_json

LONGEST_FRAME = 4_000_000
"""Bytes of a message; a longer one is no answer."""

DEEPEST = 400
"""Lists within lists in a message."""

MOST_OBJECTS = 10_000
"""Objects that one side keeps for the other."""

LENGTH = struct.Struct(">I")
"""How a message's length stands in front of it."""

PLAIN = (bool, str, float, type(None))
"""Types that travel as they are; integers do too."""

SEQUENCES: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}
"""Types that travel item by item."""

ERRORS = {
    kind.__name__: kind
    for kind in (
        ArithmeticError, AssertionError, AttributeError, IndexError, KeyError,
        LookupError, MemoryError, NameError, NotImplementedError, OverflowError,
        RecursionError, RuntimeError, TypeError, ValueError, ZeroDivisionError,
    )
}  # fmt: skip
"""Errors that keep their kind on the way; any other is an `Exception`."""


class Gone(BaseException):
    """The other side has ended, or sends what is no message.

    No `Exception`, since a test that expects an answer to raise must not take it for
    the answer's own.
    """


class Remote:
    """An object of the other side: calling it or asking for a part goes there."""

    def __init__(self, peer: "Peer", number: int, kind: str) -> None:
        self._peer, self._number, self._kind = peer, number, kind

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the object where it is."""
        return self._peer.request(
            "call",
            self._number,
            [self._peer.encode(value) for value in arguments],
            [[name, self._peer.encode(value)] for name, value in named.items()],
        )

    def __getattr__(self, name: str) -> Any:
        """Ask for a part of the object; double underscores are not asked for."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self._peer.request("part", self._number, name)

    def __repr__(self) -> str:
        """Return what kind of object it is."""
        return f"<an object of type {self._kind}>"


class Peer:
    """One end of a channel.

    Parameters
    ----------
    read : callable
        Returns the next message, or raises `Gone`.
    write : callable
        Sends a message, or raises `Gone`.
    is_open : bool
        Whether the other side may call anything that it was given, and ask for parts.
        A grader's end is closed: only functions that tests pass may be called.
    """

    def __init__(
        self,
        read: Callable[[], bytes],
        write: Callable[[bytes], None],
        is_open: bool = False,
    ) -> None:
        self._read, self._write, self.is_open = read, write, is_open
        self._own: dict[int, Any] = {}

    def request(self, *message: Any) -> Any:
        """Send a request and return its answer; serve the other side meanwhile."""
        self.send(*message)
        while True:
            kind, *rest = self.receive()
            if kind == "value" and len(rest) == 1:
                return self.decode(rest[0])
            if kind == "error" and len(rest) == 3:
                self._raise(*rest)
            self.serve(kind, rest)

    def send(self, *message: Any) -> None:
        """Send a message."""
        data = json.dumps(message).encode()
        if len(data) > LONGEST_FRAME:
            raise ValueError(f"a value of {len(data)} bytes is too long")
        self._write(LENGTH.pack(len(data)) + data)

    def receive(self) -> list[Any]:
        """Return the next message.

        Raises
        ------
        Gone
            There is none, or it is no message.
        """
        try:
            message = parse_json(self._read().decode(), DEEPEST)
        except (UnicodeDecodeError, InvalidJson) as error:
            raise Gone("it sent what is no message") from error
        if not (isinstance(message, list) and message and isinstance(message[0], str)):
            raise Gone("it sent what is no message")
        return message

    def serve(self, kind: str, rest: list[Any]) -> None:
        """Answer a request of the other side.

        Raises
        ------
        Gone
            It is none.
        """
        try:
            answer = ["value", self.encode(self.answer(kind, rest))]
        except Gone:
            raise
        except BaseException as error:
            if not self.is_open and not isinstance(error, Exception):
                raise
            answer = ["error", *self.describe(error)]
        try:
            self.send(*answer)
        except (ValueError, TypeError) as error:
            self.send("error", *self.describe(error))

    def answer(self, kind: str, rest: list[Any]) -> Any:
        """Return the answer to a request, or raise what it raises."""
        if kind == "call" and len(rest) == 3:
            target = self._find(rest[0])
            arguments = [self.decode(value) for value in rest[1]]
            return target(*arguments, **{n: self.decode(v) for n, v in rest[2]})
        if kind == "part" and len(rest) == 2 and self.is_open:
            return getattr(self._find(rest[0]), rest[1])
        raise Gone("it sent what is no message")

    def describe(self, error: BaseException) -> tuple[list[str], str, str]:
        """Return an error's kinds from narrow to wide, its text, and where it was."""
        return [kind.__name__ for kind in type(error).__mro__], str(error)[:2000], ""

    def encode(self, value: Any) -> Any:
        """Return a value as JSON can hold it."""
        if isinstance(value, PLAIN):
            return value
        if isinstance(value, int):
            return int(value)
        if isinstance(value, bytes | bytearray):
            kind = "bytes" if isinstance(value, bytes) else "bytearray"
            return {kind: bytes(value).hex()}
        if isinstance(value, Remote):
            return {"yours": value._number}
        return self._encode_items(value)

    def _encode_items(self, value: Any) -> Any:
        if isinstance(value, dict):
            pairs = [[self.encode(k), self.encode(v)] for k, v in value.items()]
            return {"dict": pairs}
        for kind in (list, tuple, set, frozenset):
            if isinstance(value, kind):
                return {kind.__name__: [self.encode(item) for item in value]}
        return self._export(value)

    def decode(self, data: Any) -> Any:
        """Return the value that `encode` was given.

        Raises
        ------
        Gone
            It is none.
        """
        if not isinstance(data, dict):
            if isinstance(data, list):
                raise Gone("it sent what is no value")
            return data
        try:
            ((kind, held),) = data.items()
            return self._decode(kind, held)
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise Gone("it sent what is no value") from error

    def _decode(self, kind: str, held: Any) -> Any:
        if kind in SEQUENCES:
            return SEQUENCES[kind]([self.decode(item) for item in held])
        if kind == "dict":
            return {self.decode(key): self.decode(value) for key, value in held}
        if kind == "bytes":
            return bytes.fromhex(held)
        if kind == "bytearray":
            return bytearray.fromhex(held)
        if kind == "yours":
            return self._find(held)
        if kind == "mine":
            return Remote(self, int(held[0]), str(held[1])[:80])
        raise ValueError(kind)

    def _export(self, value: Any) -> Any:
        if not self.is_open and not callable(value):
            raise TypeError(f"a test passes {type(value).__name__}, which is no data")
        if len(self._own) >= MOST_OBJECTS:
            raise ValueError(f"more than {MOST_OBJECTS} objects have been passed")
        number = len(self._own)
        self._own[number] = value
        return {"mine": [number, type(value).__name__]}

    def _find(self, number: Any) -> Any:
        if type(number) is not int or number not in self._own:
            raise Gone("it asks for an object that it was never given")
        return self._own[number]

    def _raise(self, kinds: Any, text: Any, where: Any) -> NoReturn:
        names = [str(name)[:80] for name in kinds[:20]] if type(kinds) is list else []
        base = next((ERRORS[name] for name in names if name in ERRORS), Exception)
        name = names[0] if names and names[0].isidentifier() else base.__name__
        said = str(text)[:2000]
        # Made here and now: an error's class of the other side is not known here.
        error = type(name, (base,), {"where": "", "__str__": lambda self: said})(said)
        error.where = str(where)[:500] or "in the notebook"
        raise error from None


class Names(Mapping[str, Any]):
    """The names of a confined notebook; only asking for one is possible."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def __getitem__(self, name: str) -> Any:
        return self._peer.request("name", name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def read_exactly(stream: IO[bytes] | RawIOBase, length: int) -> bytes:
    """Return the next bytes of a stream; none at all where it ends before."""
    parts = bytearray()
    while len(parts) < length:
        part = stream.read(length - len(parts))
        if not part:
            return b""
        parts += part
    return bytes(parts)
