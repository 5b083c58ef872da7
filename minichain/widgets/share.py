"""A share string is a widget's state as a short text to paste, post or put in a link.

It reads ``name.version.body``. The body is base64url, without padding, of four bytes of
checksum and the deflated JSON of the seed and the state's fields in order. Decoding
runs nothing and replays nothing: it reads values of the state's own types, or says by a
named error which rule the text broke.
"""

import base64
import json
import re
import types
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from minichain.crypto.hashing import sha256
from minichain.errors import InvalidEncoding, ProtocolError
from minichain.json_text import InvalidJson, parse_json
from minichain.widgets.lesson import Lesson

LENGTH_LIMIT = 32_768
"""Most characters of a share string."""

SIZE_LIMIT = 262_144
"""Most bytes of JSON in a share string, once inflated."""

SEED_LIMIT = 2**32 - 1
"""The largest seed."""

DEPTH_LIMIT = 16
"""Most lists within lists in the JSON of a share string."""

CHECK_SIZE = 4
"""Bytes of checksum: catches a slip of the hand, not a forger."""

_FORM = re.compile(r"([a-z][a-z0-9-]*)\.([0-9]{1,4})\.([A-Za-z0-9_-]+)")

S = TypeVar("S")


class InvalidShare(InvalidEncoding):
    """Text that is no share string of this lesson."""

    rule = "share-string"


def encode_share(lesson: Lesson[S], seed: int, state: S) -> str:
    """Return the share string of a lesson's state.

    Examples
    --------
    The form, with the body cut short: ``avalanche.1.V8eUuYuuVkrLzElVslLyyEzPUM…``.
    """
    plain = json.dumps([seed, to_plain(state)], separators=(",", ":"))
    squeeze = zlib.compressobj(9, wbits=-15)
    packed = squeeze.compress(plain.encode()) + squeeze.flush()
    head = f"{lesson.name}.{lesson.version}."
    body = base64.urlsafe_b64encode(_checksum(head, packed) + packed)
    return head + body.decode().rstrip("=")


def decode_share(lesson: Lesson[S], text: str) -> tuple[int, S]:
    """Return the seed and the state that a share string holds.

    Raises
    ------
    InvalidShare
        The form, the lesson, the version, the checksum or a value's type is wrong.
    ProtocolError
        The values do not fit each other, by the lesson's own rule.
    """
    text = text.strip()
    if len(text) > LENGTH_LIMIT:
        raise InvalidShare(f"{len(text)} characters, at most {LENGTH_LIMIT}")
    match = _FORM.fullmatch(text)
    if match is None:
        raise InvalidShare("not of the form name.version.letters")
    name, version, body = match.groups()
    if name != lesson.name:
        raise InvalidShare(f"made by {name!r}, this is {lesson.name!r}")
    if version != str(lesson.version):
        raise InvalidShare(f"of version {version}, required {lesson.version}")
    if len(body) % 4 == 1:
        raise InvalidShare("a letter is missing or too many")
    data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != body:
        raise InvalidShare("the last letter carries bits that belong to no byte")
    check, packed = data[:CHECK_SIZE], data[CHECK_SIZE:]
    if check != _checksum(f"{name}.{version}.", packed):
        raise InvalidShare("the checksum does not fit: a letter was changed or lost")
    seed, state = _parse(_inflate(packed), lesson.state_type)
    lesson.check(state)
    return seed, state


def _checksum(head: str, packed: bytes) -> bytes:
    return sha256(head.encode() + packed)[:CHECK_SIZE]


def _inflate(packed: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=-15)
    try:
        plain = inflater.decompress(packed, SIZE_LIMIT + 1)
    except zlib.error as error:
        raise InvalidShare("the body does not inflate") from error
    if len(plain) > SIZE_LIMIT:
        raise InvalidShare(f"inflates to more than {SIZE_LIMIT} bytes")
    if not inflater.eof or inflater.unused_data:
        raise InvalidShare("the body ends too early or too late")
    return plain


def _parse(plain: bytes, state_type: type[S]) -> tuple[int, S]:
    try:
        value = parse_json(plain.decode(), DEPTH_LIMIT, _refuse_constant)
    except UnicodeDecodeError as error:
        raise InvalidShare("the body is no JSON in UTF-8") from error
    except InvalidJson as error:
        raise InvalidShare(f"the body is no JSON: {error}") from error
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidShare("the body is no pair of seed and state")
    seed = from_plain(int, value[0])
    if not 0 <= seed <= SEED_LIMIT:
        raise InvalidShare(f"the seed is not 0 to {SEED_LIMIT}")
    return seed, from_plain(state_type, value[1])


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def to_plain(value: Any) -> Any:
    """Return a value as JSON: bytes as hexadecimal, a dataclass as its fields' list.

    Values are None, booleans, whole numbers, text, bytes, tuples of values, and frozen
    dataclasses with fields of these.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return [to_plain(getattr(value, f.name)) for f in fields(value)]
    raise TypeError(f"{type(value).__name__} cannot be shared")


def from_plain(kind: Any, value: Any) -> Any:
    """Return the value of type ``kind`` that `to_plain` made ``value`` of.

    Raises
    ------
    InvalidShare
        The data has another shape.
    """
    kind = getattr(kind, "__supertype__", kind)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _from_union(kind, value)
    if origin is Literal:
        if not any(type(value) is type(a) and value == a for a in get_args(kind)):
            raise InvalidShare(f"a value is none of {get_args(kind)}")
        return value
    if origin is tuple:
        return _from_tuple(get_args(kind), value)
    if is_dataclass(kind) and isinstance(kind, type):
        return _from_dataclass(kind, value)
    reader = _READERS.get(kind)
    if reader is None:
        raise TypeError(f"{kind} cannot be shared")
    return reader(value)


def _from_union(kind: Any, value: Any) -> Any:
    # Only "a type or None": which of two types was meant could not be told.
    (other,) = (a for a in get_args(kind) if a is not types.NoneType)
    return None if value is None else from_plain(other, value)


def _from_tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise InvalidShare("a list is missing")
    if len(kinds) == 2 and kinds[1] is ...:
        return tuple(from_plain(kinds[0], item) for item in value)
    if len(kinds) != len(value):
        raise InvalidShare(f"a list has {len(value)} items, required {len(kinds)}")
    return tuple(from_plain(k, item) for k, item in zip(kinds, value, strict=True))


def _from_dataclass(kind: Any, value: Any) -> Any:
    hints = get_type_hints(kind)
    named = [(f.name, hints[f.name]) for f in fields(kind)]
    if not isinstance(value, list) or len(value) != len(named):
        raise InvalidShare(f"a {kind.__name__} needs {len(named)} values")
    read = {n: from_plain(k, v) for (n, k), v in zip(named, value, strict=True)}
    try:
        return kind(**read)
    except ProtocolError as error:
        raise InvalidShare(f"no {kind.__name__}: {error}") from error


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise InvalidShare(
                f"a value is {type(value).__name__}, not {kind.__name__}"
            )
        return value

    return read


def _read_text(value: Any) -> str:
    if not isinstance(value, str) or any("\ud800" <= c <= "\udfff" for c in value):
        raise InvalidShare("a value is not a text")
    return value


def _read_bytes(value: Any) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9a-f]{2})*", value):
        raise InvalidShare("a value is not hexadecimal bytes")
    return bytes.fromhex(value)


_READERS: dict[Any, Callable[[Any], Any]] = {
    bool: _exactly(bool),
    int: _exactly(int),
    str: _read_text,
    bytes: _read_bytes,
}
