"""Share strings: any text ends in a state or a named error."""

import base64
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minichain.crypto.hashing import sha256
from minichain.errors import ProtocolError
from minichain.widgets.avalanche import AvalancheLesson, AvalancheState
from minichain.widgets.keys import KeysLesson
from minichain.widgets.lesson import Action, Lesson
from minichain.widgets.merkle import MerkleLesson
from minichain.widgets.share import (
    LENGTH_LIMIT,
    SIZE_LIMIT,
    InvalidShare,
    decode_share,
    encode_share,
    from_plain,
    to_plain,
)

LESSONS: list[Lesson[Any]] = [AvalancheLesson(), KeysLesson(), MerkleLesson()]
AVALANCHE = AvalancheLesson()


def seal(plain: str | bytes, head: str = "avalanche.1.") -> str:
    """Return a share string with a right checksum over any JSON at all."""
    data = plain.encode() if isinstance(plain, str) else plain
    squeeze = zlib.compressobj(9, wbits=-15)
    packed = squeeze.compress(data) + squeeze.flush()
    return seal_packed(packed, head)


def seal_packed(packed: bytes, head: str = "avalanche.1.") -> str:
    check = sha256(head.encode() + packed)[:4]
    return head + base64.urlsafe_b64encode(check + packed).decode().rstrip("=")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_first_states_travel_in_url_safe_text(lesson: Lesson[Any]) -> None:
    state = lesson.initial(5, lesson.options)
    text = encode_share(lesson, 5, state)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", text)
    assert len(text) < 600
    assert decode_share(lesson, text) == (5, state)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
@given(text=st.text(max_size=60))
@example(text="avalanche.1.")
@example(text="avalanche.1.A")
@example(text="avalanche.1.====")
def test_any_text_ends_in_a_named_error(lesson: Lesson[Any], text: str) -> None:
    with pytest.raises(InvalidShare):
        decode_share(lesson, text)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
@given(plain=JSON)
def test_any_json_ends_in_a_state_or_a_named_error(
    lesson: Lesson[Any], plain: Any
) -> None:
    text = seal(json.dumps(plain), f"{lesson.name}.{lesson.version}.")
    try:
        _, state = decode_share(lesson, text)
    except ProtocolError as error:
        assert error.rule
    else:
        lesson.view(state)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
@given(data=st.data())
def test_states_with_values_swapped_end_in_a_state_or_a_named_error(
    lesson: Lesson[Any], data: Any
) -> None:
    fields = to_plain(lesson.initial(0, lesson.options))
    place = data.draw(st.integers(0, len(fields) - 1))
    fields[place] = data.draw(JSON | st.sampled_from(fields))
    text = seal(json.dumps([0, fields]), f"{lesson.name}.{lesson.version}.")
    try:
        _, state = decode_share(lesson, text)
    except ProtocolError as error:
        assert error.rule
    else:
        # What is let in can be drawn, told and shared again.
        picture = lesson.view(state)
        lesson.describe(picture)
        lesson.summarize(picture)
        assert decode_share(lesson, encode_share(lesson, 0, state))[1] == state


@given(data=st.data())
def test_any_changed_letter_is_noticed(data: Any) -> None:
    text = encode_share(AVALANCHE, 1, AVALANCHE.initial(1, AVALANCHE.options))
    place = data.draw(st.integers(0, len(text) - 1))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    letter = data.draw(st.sampled_from([c for c in letters if c != text[place]]))
    with pytest.raises(InvalidShare):
        decode_share(AVALANCHE, text[:place] + letter + text[place + 1 :])


def test_the_error_says_whose_string_it_is() -> None:
    text = encode_share(KeysLesson(), 0, KeysLesson().initial(0, KeysLesson.options))
    with pytest.raises(InvalidShare, match="made by 'keys', this is 'avalanche'"):
        decode_share(AVALANCHE, text)


def test_an_older_version_is_refused() -> None:
    with pytest.raises(InvalidShare, match="of version 2, required 1"):
        decode_share(AVALANCHE, seal("[0,[]]", "avalanche.2."))


def test_a_bomb_is_not_inflated() -> None:
    with pytest.raises(InvalidShare, match=f"more than {SIZE_LIMIT} bytes"):
        decode_share(AVALANCHE, seal(b" " * 20_000_000))


def test_a_text_too_long_is_not_read() -> None:
    with pytest.raises(InvalidShare, match=f"at most {LENGTH_LIMIT}"):
        decode_share(AVALANCHE, "avalanche.1." + "A" * LENGTH_LIMIT)


@pytest.mark.parametrize(
    "plain",
    [
        "[" * 100_000,
        '["\\"",' * 50_000,
        "[0,NaN]",
        "[0,1e999]",
        "[0," + "9" * 5000 + "]",
        "\ud800",
        "[0",
    ],
    ids=[
        "deep",
        "deep among strings",
        "nan",
        "infinite",
        "endless",
        "half a character",
        "cut short",
    ],
)
def test_json_made_to_hurt_is_refused(plain: str) -> None:
    text = seal(plain.encode("utf-8", "surrogatepass"))
    with pytest.raises(InvalidShare):
        decode_share(AVALANCHE, text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_json_in_another_encoding_is_refused(encoding: str) -> None:
    state = AVALANCHE.initial(0, AVALANCHE.options)
    plain = json.dumps([0, to_plain(state)]).encode(encoding)
    with pytest.raises(InvalidShare, match="UTF-8"):
        decode_share(AVALANCHE, seal(plain))


def test_bytes_after_the_end_are_refused() -> None:
    state = AVALANCHE.initial(0, AVALANCHE.options)
    squeeze = zlib.compressobj(9, wbits=-15)
    plain = json.dumps([0, to_plain(state)]).encode()
    packed = squeeze.compress(plain) + squeeze.flush()
    assert decode_share(AVALANCHE, seal_packed(packed)) == (0, state)
    with pytest.raises(InvalidShare, match="too early or too late"):
        decode_share(AVALANCHE, seal_packed(packed + b"\0"))
    with pytest.raises(InvalidShare, match="too early or too late"):
        decode_share(AVALANCHE, seal_packed(packed[:-1]))


@pytest.mark.parametrize("seed", [-1, 2**32, True, "0", None])
def test_a_seed_out_of_bounds_is_refused(seed: object) -> None:
    state = to_plain(AVALANCHE.initial(0, AVALANCHE.options))
    with pytest.raises(InvalidShare):
        decode_share(AVALANCHE, seal(json.dumps([seed, state])))


def test_a_tally_that_does_not_add_up_is_refused() -> None:
    state = AvalancheState(b"a", b"b", trials=5, tally=(6,) + (0,) * 256)
    text = encode_share(AVALANCHE, 0, state)
    with pytest.raises(ProtocolError, match="tally"):
        decode_share(AVALANCHE, text)


@dataclass(frozen=True)
class Everything:
    """One field of each type that can be shared."""

    flag: bool
    number: int
    text: str
    data: bytes
    word: Literal["a", "b", 1]
    maybe: int | None
    many: tuple[int, ...]
    pair: tuple[str, bytes]
    inner: "Inner"


@dataclass(frozen=True)
class Inner:
    """A value within."""

    number: int


@given(st.from_type(Everything))
def test_every_type_of_value_comes_back(value: Everything) -> None:
    plain = json.loads(json.dumps(to_plain(value)))
    assert from_plain(Everything, plain) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (int, True),
        (int, 1.0),
        (bool, 1),
        (str, None),
        (str, "\udfff"),
        (bytes, "abc"),
        (bytes, "AB"),
        (bytes, "zz"),
        (Literal["a", 1], True),
        (Literal["a", 1], "b"),
        (tuple[int, ...], {"0": 1}),
        (tuple[int, int], [1]),
        (Inner, [1, 2]),
        (Inner, {"number": 1}),
        (int | None, "x"),
    ],
)
def test_a_value_of_another_type_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(InvalidShare):
        from_plain(kind, value)


def test_what_cannot_be_shared_is_the_authors_mistake() -> None:
    with pytest.raises(TypeError, match="float cannot be shared"):
        to_plain(1.5)
    with pytest.raises(TypeError, match="cannot be shared"):
        from_plain(float, 1.5)


def test_restoring_runs_no_action(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = AvalancheLesson()
    text = encode_share(lesson, 0, lesson.initial(0, lesson.options))

    def refuse(*_: Any) -> Any:
        raise AssertionError("an action was replayed")

    monkeypatch.setattr(lesson, "apply", refuse)
    monkeypatch.setattr(lesson, "advance", refuse)
    assert decode_share(lesson, text)[0] == 0
    assert Action("x")
