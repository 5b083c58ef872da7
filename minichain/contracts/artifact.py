"""An artifact is what the compiler makes of a contract's source.

It is kept as JSON, so that a source is compiled once and not once a program.
"""

import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from minichain.contracts.abi import Error, Event, Function, read_interface
from minichain.crypto.hashing import keccak256
from minichain.units import Hash32

PLACES = "lines", "reasons", "creation_lines", "creation_reasons"
"""Fields that are by place in the code."""


@dataclass(frozen=True)
class Artifact:
    """A compiled contract.

    Attributes
    ----------
    name : str
        What it is called.
    source : str
        Its source.
    interface : tuple of dict
        Its ABI: what can be called, in the form that all tools read.
    initcode : bytes
        The code that a creating transaction carries, without arguments.
    runtime : bytes
        The code that will lie at the address, without immutable values behind it.
    lines : dict of int to int
        Line of the source, counted from 1, by place in ``runtime``.
    reasons : dict of int to str
        What a revert at a place in ``runtime`` guards against, as the compiler says.
    slots : dict of str to int
        Storage slot of each variable.
    creation_lines, creation_reasons : dict of int
        The same as ``lines`` and ``reasons``, by place in ``initcode``.
    """

    name: str
    source: str
    interface: tuple[dict[str, Any], ...]
    initcode: bytes
    runtime: bytes
    lines: dict[int, int] = field(default_factory=dict, repr=False)
    reasons: dict[int, str] = field(default_factory=dict, repr=False)
    slots: dict[str, int] = field(default_factory=dict, repr=False)
    creation_lines: dict[int, int] = field(default_factory=dict, repr=False)
    creation_reasons: dict[int, str] = field(default_factory=dict, repr=False)

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Functions by name; one with the name of another by its signature too."""
        found: dict[str, Function] = {}
        for function in read_interface(self.interface, Function):
            found.setdefault(function.name, function)
            found[function.signature] = function
        return found

    @cached_property
    def constructor(self) -> Function:
        """What runs once, at creation; without inputs if the source has none."""
        return next(
            iter(read_interface(self.interface, Function, kind="constructor")),
            Function("constructor", (), (), "nonpayable"),
        )

    @cached_property
    def events(self) -> dict[Hash32, Event]:
        """Events by the first topic of their logs."""
        events = read_interface(self.interface, Event)
        return {event.topic: event for event in events if not event.anonymous}

    @cached_property
    def errors(self) -> dict[bytes, Error]:
        """Named errors by selector."""
        return {e.selector: e for e in read_interface(self.interface, Error)}

    @cached_property
    def code_hash(self) -> Hash32:
        """Keccak-256 of ``runtime``."""
        return keccak256(self.runtime)

    def line_at(self, place: int) -> tuple[int, str] | None:
        """Return the number and the text of the line that compiled to a place."""
        number = self.lines.get(place)
        return None if number is None else (number, self.text_of(number))

    def text_of(self, line: int) -> str:
        """Return the text of a line of the source, counted from 1."""
        return self.source.splitlines()[line - 1].strip()

    def to_json(self) -> str:
        """Return the artifact as JSON text."""
        fields = asdict(self)
        fields["initcode"] = self.initcode.hex()
        fields["runtime"] = self.runtime.hex()
        return json.dumps(fields, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Artifact":
        """Return the artifact that `to_json` wrote.

        Raises
        ------
        ValueError, TypeError, KeyError
            The text is not what `to_json` writes.
        """
        fields = json.loads(text)
        for name in ("initcode", "runtime"):
            fields[name] = bytes.fromhex(fields[name])
        for name in PLACES:
            fields[name] = {int(place): what for place, what in fields[name].items()}
        fields["interface"] = tuple(fields["interface"])
        return cls(**fields)
