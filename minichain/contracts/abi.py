"""The ABI says how a call, its answer, an event and an error are written as bytes.

A call begins with four bytes, the selector, that a hash of the function's name and
types gives. Values follow in words of 32 bytes.

References
----------
.. [1] The Solidity authors, "Contract ABI Specification".
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self, TypeVar

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError, ParseError
from eth_abi.grammar import parse

from minichain.crypto.addresses import parse_address
from minichain.crypto.hashing import keccak256
from minichain.errors import InvalidEncoding, ProtocolError
from minichain.units import Address, Hash32

SELECTOR_SIZE = 4
"""Bytes that name a function or an error."""

WORD = 32
"""Bytes of a word."""

HASHED_TYPES = ("string", "bytes")
"""Types that a topic holds the hash of, besides lists and structs."""


class InvalidArguments(ProtocolError):
    """Values that do not fit the types of a function."""

    rule = "arguments"


class InvalidAnswer(InvalidEncoding):
    """Bytes that do not stand for values of the types wanted."""

    rule = "abi"


@dataclass(frozen=True)
class Parameter:
    """A value's name and type.

    Attributes
    ----------
    name : str
        The name; empty if it has none.
    kind : str
        The type, with structs as tuples: ``(uint256,address)[]``.
    indexed : bool
        Whether an event's value is a topic, to search by.
    """

    name: str
    kind: str
    indexed: bool = False

    @classmethod
    def read(cls, entry: dict[str, Any]) -> "Parameter":
        """Return a parameter from its entry in the JSON form of an ABI."""
        name, kind = entry.get("name", ""), entry["type"]
        if kind.startswith("tuple"):
            members = (cls.read(member).kind for member in entry["components"])
            kind = f"({','.join(members)}){kind.removeprefix('tuple')}"
        return cls(name, kind, entry.get("indexed", False))


@dataclass(frozen=True)
class _Signed:
    """A name with parameters, which together have a hash."""

    name: str
    inputs: tuple[Parameter, ...]

    @cached_property
    def signature(self) -> str:
        """Name and types, as they are hashed."""
        return f"{self.name}({','.join(p.kind for p in self.inputs)})"

    @cached_property
    def selector(self) -> bytes:
        """The first four bytes of the signature's Keccak-256."""
        return keccak256(self.signature.encode())[:SELECTOR_SIZE]


@dataclass(frozen=True)
class Function(_Signed):
    """Something that can be called.

    Attributes
    ----------
    name : str
        Its name.
    inputs, outputs : tuple of Parameter
        What it takes and what it answers.
    mutability : str
        "pure", "view", "nonpayable" or "payable".

    Examples
    --------
    >>> to, value = Parameter("to", "address"), Parameter("value", "uint256")
    >>> Function("transfer", (to, value), (), "nonpayable").selector.hex()
    'a9059cbb'
    """

    kind: ClassVar[str] = "function"
    outputs: tuple[Parameter, ...]
    mutability: str

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Self:
        """Return a function from its entry in the JSON form of an ABI."""
        name = entry.get("name", entry["type"])
        inputs, outputs = (
            tuple(map(Parameter.read, entry.get(side, ())))
            for side in ("inputs", "outputs")
        )
        return cls(name, inputs, outputs, entry["stateMutability"])

    @property
    def reads_only(self) -> bool:
        """Whether it changes nothing, so that it needs no transaction."""
        return self.mutability in ("pure", "view")

    def encode(self, *arguments: Any) -> bytes:
        """Return a call's data: the selector and the arguments.

        Raises
        ------
        InvalidArguments
            They are too few, too many, or of other types.
        """
        return self.selector + self.encode_arguments(*arguments)

    def encode_arguments(self, *arguments: Any) -> bytes:
        """Return the arguments alone, as they follow a contract's initcode."""
        return encode_values(self.signature, self.inputs, arguments)

    def decode(self, output: bytes) -> Any:
        """Return what an answer's bytes say: nothing, a value, or a tuple of them.

        Raises
        ------
        InvalidAnswer
            They do not stand for values of the outputs' types.
        """
        values = decode_values(self.signature, self.outputs, output)
        if not values:
            return None
        return values[0] if len(values) == 1 else values


@dataclass(frozen=True)
class Error(_Signed):
    """A named reason to revert, with values."""

    kind: ClassVar[str] = "error"

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Self:
        """Return an error from its entry in the JSON form of an ABI."""
        return cls(entry["name"], tuple(map(Parameter.read, entry["inputs"])))

    def decode(self, output: bytes) -> tuple[Any, ...]:
        """Return the values behind the selector."""
        return decode_values(self.signature, self.inputs, output[SELECTOR_SIZE:])


@dataclass(frozen=True)
class Event(_Signed):
    """Something that a contract announces.

    Attributes
    ----------
    name : str
        Its name.
    inputs : tuple of Parameter
        Its values; those that are indexed are topics.
    anonymous : bool
        Whether no topic says which event it is.
    """

    kind: ClassVar[str] = "event"
    anonymous: bool = False

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Self:
        """Return an event from its entry in the JSON form of an ABI."""
        inputs = tuple(map(Parameter.read, entry["inputs"]))
        return cls(entry["name"], inputs, entry.get("anonymous", False))

    @cached_property
    def topic(self) -> Hash32:
        """The first topic of its logs: Keccak-256 of the signature."""
        return keccak256(self.signature.encode())

    def decode(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """Return a log's values by name; an indexed text, list or struct as its hash.

        Raises
        ------
        InvalidAnswer
            The log is not one of this event.
        """
        indexed = [p for p in self.inputs if p.indexed]
        shown = list(topics if self.anonymous else topics[1:])
        if len(shown) != len(indexed):
            reason = f"{len(shown)} indexed values, required {len(indexed)}"
            raise InvalidAnswer(f"{self.signature}: {reason}")
        kinds = (Parameter(p.name, _topic_kind(p.kind)) for p in indexed)
        words = decode_values(self.signature, tuple(kinds), b"".join(shown))
        plain = tuple(p for p in self.inputs if not p.indexed)
        rest = decode_values(self.signature, plain, data)
        named = {p.name: v for p, v in zip(indexed, words, strict=True)}
        named |= {p.name: v for p, v in zip(plain, rest, strict=True)}
        return {p.name: named[p.name] for p in self.inputs}


Entry = TypeVar("Entry", Function, Event, Error)


def read_interface(
    interface: Iterable[dict[str, Any]], form: type[Entry], kind: str = ""
) -> tuple[Entry, ...]:
    """Return the entries of one kind from the JSON form of an ABI."""
    wanted = kind or form.kind
    return tuple(form.read(entry) for entry in interface if entry["type"] == wanted)


def encode_values(
    signature: str, parameters: Sequence[Parameter], values: Sequence[Any]
) -> bytes:
    """Return values as words; raises `InvalidArguments` if they do not fit."""
    if len(values) != len(parameters):
        reason = f"{len(values)} arguments, required {len(parameters)}"
        raise InvalidArguments(f"{signature}: {reason}")
    kinds = [parameter.kind for parameter in parameters]
    try:
        plain = [
            _convert(kind, v, _to_text) for kind, v in zip(kinds, values, strict=True)
        ]
        return encode(kinds, plain)
    except (EncodingError, InvalidEncoding, TypeError, ValueError) as error:
        raise InvalidArguments(f"{signature}: {error}") from error


def decode_values(
    signature: str, parameters: Sequence[Parameter], data: bytes
) -> tuple[Any, ...]:
    """Return the values that words stand for; raises `InvalidAnswer` if they do not."""
    kinds = [parameter.kind for parameter in parameters]
    try:
        values = decode(kinds, data)
    except (DecodingError, ParseError, OverflowError, UnicodeDecodeError) as error:
        raise InvalidAnswer(f"{signature}: {error}") from error
    return tuple(
        _convert(kind, v, _to_bytes) for kind, v in zip(kinds, values, strict=True)
    )


def _convert(kind: str, value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a value with every address within it changed."""
    if "address" not in kind:
        return value
    parsed = parse(kind)
    if parsed.arrlist:
        return tuple(_convert(parsed.item_type.to_type_str(), v, change) for v in value)
    if kind == "address":
        return change(value)
    members = (member.to_type_str() for member in parsed.components)
    return tuple(_convert(k, v, change) for k, v in zip(members, value, strict=True))


def _to_text(value: Any) -> str:
    """Return as text what has an address, or is one."""
    address = getattr(value, "address", value)
    if isinstance(address, str):
        address = parse_address(address)
    if not isinstance(address, bytes) or len(address) != 20:
        raise ValueError(f"{value!r} is no address")
    return "0x" + address.hex()


def _to_bytes(value: str) -> Address:
    return Address(bytes.fromhex(value[2:]))


def _topic_kind(kind: str) -> str:
    hashed = kind in HASHED_TYPES or kind.endswith("]") or kind.startswith("(")
    return "bytes32" if hashed else kind
