"""Calldata is a call written as bytes: a selector, then words of 32 bytes.

A value of fixed size stands in its place among the heads. Of any other the head is an
offset, counted from where that list of heads begins, and the value stands at its end.

References
----------
.. [1] The Solidity authors, "Contract ABI Specification", "Formal Specification of the
   Encoding".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from eth_abi.exceptions import ParseError
from eth_abi.grammar import normalize, parse
from eth_abi.registry import registry

from minichain.contracts.abi import (
    SELECTOR_SIZE,
    WORD,
    Function,
    InvalidAnswer,
    Parameter,
    decode_values,
)
from minichain.errors import InvalidEncoding

WORDS_LIMIT = 512
"""Most words that a reading follows: offsets may lead to the same place many times."""

Role = Literal["value", "offset", "length", "text"]
"""What a word is: a value itself, where one stands, its length, or bytes of it."""


class InvalidSignature(InvalidEncoding):
    """A text that is no function's name and types."""

    rule = "signature"


@dataclass(frozen=True)
class Word:
    """A word of a call's arguments, as its types say that it is read.

    Attributes
    ----------
    at : int
        Its first byte, counted from behind the selector.
    role : str
        What it is.
    path : str
        Whose: ``to``, ``lines[2].who``.
    kind : str
        The type of what it belongs to.
    is_head : bool
        Whether it stands among the heads of the arguments themselves.
    number : int
        The word as a number.
    target : int
        Of an offset: the byte that it leads to, counted as ``at`` is.
    """

    at: int
    role: Role
    path: str
    kind: str
    is_head: bool
    number: int
    target: int = 0


def parse_signature(text: str) -> Function:
    """Return the function of a name and types, such as ``transfer(address,uint256)``.

    Short forms are written out: ``uint`` is ``uint256``. The answer has no outputs.

    Raises
    ------
    InvalidSignature
        It is no name with types in brackets.
    """
    name, bracket, rest = text.replace(" ", "").partition("(")
    if not (name.isidentifier() and name.isascii() and bracket):
        raise InvalidSignature(f"{text!r}: required a name and types in brackets")
    if rest == ")":
        return Function(name, (), (), "payable")
    try:
        kind: Any = parse(str(normalize(f"({rest}")))  # type: ignore[no-untyped-call]
        kind.validate()
    except (ParseError, ValueError, RecursionError) as error:
        raise InvalidSignature(f"{text!r}: {error}") from error
    if not hasattr(kind, "components") or kind.arrlist:
        raise InvalidSignature(f"{text!r}: required types in one pair of brackets")
    kinds = [component.to_type_str() for component in kind.components]
    for one in kinds:
        if not registry.has_encoder(one):
            raise InvalidSignature(f"{text!r}: there is no type {one}")
    inputs = tuple(Parameter("", one) for one in kinds)
    return Function(name, inputs, (), "payable")


def decode_call(function: Function, data: bytes) -> tuple[Any, ...]:
    """Return the arguments that a call's data hold.

    Raises
    ------
    InvalidAnswer
        They are for another function, or stand for no values of these types.
    """
    if data[:SELECTOR_SIZE] != function.selector:
        found = data[:SELECTOR_SIZE].hex() or "nothing"
        reason = f"selector {found}, required {function.selector.hex()}"
        raise InvalidAnswer(f"{function.signature}: {reason}")
    return decode_values(function.signature, function.inputs, data[SELECTOR_SIZE:])


def read_words(function: Function, data: bytes) -> tuple[Word, ...]:
    """Return the words of a call's data in the order in which they are read.

    A contract reads what it is given: words that no type leads to are left out, and
    where an offset leads beyond the data the reading stops.

    Parameters
    ----------
    function : Function
        Its types.
    data : bytes
        The call, with its selector.
    """
    names = [p.name or f"argument {i + 1}" for i, p in enumerate(function.inputs)]
    types = [parse(parameter.kind) for parameter in function.inputs]
    reader = _Reader(data[SELECTOR_SIZE:])
    found: list[Word] = []
    for word in reader.heads(types, names, 0, is_head=True):
        found.append(word)
        if len(found) == WORDS_LIMIT:
            break
    return tuple(found)


class _Reader:
    """Follows types through words."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        # However many members a type names, no more than this have words.
        self._most = len(data) // WORD + 1

    def heads(
        self, types: Sequence[Any], paths: Sequence[str], base: int, *, is_head: bool
    ) -> Iterator[Word]:
        """Yield a list of values: their heads, and behind each head its tail."""
        at = base
        for kind, path in zip(types, paths, strict=True):
            if not kind.is_dynamic:
                yield from self._fixed(kind, path, at, is_head=is_head)
                at += WORD * _count_words(kind)
                continue
            number = self._read(at)
            if number is None:
                return
            text = kind.to_type_str()
            yield Word(at, "offset", path, text, is_head, number, base + number)
            yield from self._tail(kind, path, base + number)
            at += WORD

    def _fixed(self, kind: Any, path: str, at: int, *, is_head: bool) -> Iterator[Word]:
        if kind.is_array or hasattr(kind, "components"):
            for member, name in islice(_members(kind, path), self._most):
                yield from self._fixed(member, name, at, is_head=is_head)
                at += WORD * _count_words(member)
        elif (number := self._read(at)) is not None:
            yield Word(at, "value", path, kind.to_type_str(), is_head, number)

    def _tail(self, kind: Any, path: str, at: int) -> Iterator[Word]:
        text = kind.to_type_str()
        count = None
        if not hasattr(kind, "components") or kind.is_array:
            if not kind.is_array or not kind.arrlist[-1]:
                count = self._read(at)
                if count is None:
                    return
                yield Word(at, "length", path, text, False, count)
                at += WORD
            if not kind.is_array:
                for place in range(at, at + (count or 0), WORD):
                    number = self._read(place)
                    if number is None:
                        return
                    yield Word(place, "text", path, text, False, number)
                return
        if count is not None and count > len(self._data) // WORD:
            return
        members = list(islice(_members(kind, path, count), self._most))
        yield from self.heads(
            [member for member, _ in members],
            [name for _, name in members],
            at,
            is_head=False,
        )

    def _read(self, at: int) -> int | None:
        word = self._data[at : at + WORD]
        return int.from_bytes(word, "big") if len(word) == WORD else None


def _members(
    kind: Any, path: str, count: int | None = None
) -> Iterator[tuple[Any, str]]:
    """Yield the types and the names of an array's or a tuple's members."""
    if kind.is_array:
        size = kind.arrlist[-1][0] if kind.arrlist[-1] else count or 0
        for place in range(size):
            yield kind.item_type, f"{path}[{place}]"
        return
    for place, member in enumerate(kind.components):
        yield member, f"{path}.{place}"


def _count_words(kind: Any) -> int:
    """Return how many words a type of fixed size takes."""
    if kind.is_array:
        return int(kind.arrlist[-1][0]) * _count_words(kind.item_type)
    if hasattr(kind, "components"):
        return sum(map(_count_words, kind.components))
    return 1
