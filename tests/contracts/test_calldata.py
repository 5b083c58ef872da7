"""Calldata is read word by word, as another library writes it."""

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_abi.grammar import parse
from eth_utils.abi import function_signature_to_4byte_selector
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.contracts.abi import Function, InvalidAnswer
from minichain.contracts.calldata import (
    WORDS_LIMIT,
    InvalidSignature,
    Word,
    decode_call,
    parse_signature,
    read_words,
)
from minichain.errors import ProtocolError

LEAVES = ["uint256", "uint8", "address", "bool", "bytes4", "bytes32", "string", "bytes"]


def grow(kinds: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        kinds.map(lambda k: f"{k}[]"),
        st.tuples(kinds, st.integers(1, 3)).map(lambda t: f"{t[0]}[{t[1]}]"),
        st.lists(kinds, min_size=1, max_size=3).map(lambda ks: f"({','.join(ks)})"),
    )


KINDS = st.recursive(st.sampled_from(LEAVES), grow, max_leaves=4)


def values_of(function: Function) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(*(value_of(parse(p.kind)) for p in function.inputs))


def value_of(kind: Any) -> st.SearchStrategy[Any]:
    if kind.is_array:
        size = kind.arrlist[-1]
        low, high = (size[0], size[0]) if size else (0, 3)
        return st.lists(value_of(kind.item_type), min_size=low, max_size=high)
    if hasattr(kind, "components"):
        return st.tuples(*map(value_of, kind.components))
    text = kind.to_type_str()
    return {
        "uint256": st.integers(0, 2**256 - 1),
        "uint8": st.integers(0, 255),
        "address": st.binary(min_size=20, max_size=20).map(lambda b: "0x" + b.hex()),
        "bool": st.booleans(),
        "bytes4": st.binary(min_size=4, max_size=4),
        "bytes32": st.binary(min_size=32, max_size=32),
        "string": st.text(max_size=40),
        "bytes": st.binary(max_size=70),
    }[text]


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("transfer(address,uint256)", "a9059cbb"),
        ("transfer(address, uint)", "a9059cbb"),
        ("balanceOf(address)", "70a08231"),
        ("many_msg_babbage(bytes1)", "a9059cbb"),
        ("sam(bytes,bool,uint256[])", "a5643bf2"),
        ("f(uint256,uint32[],bytes10,bytes)", "8be65246"),
    ],
)
def test_selectors_are_the_published_ones(signature, selector) -> None:
    assert parse_signature(signature).selector.hex() == selector


@pytest.mark.parametrize(
    "text",
    ["", "f", "f(", "f)", "(uint256)", "f(uint257)", "f(foo)", "f(uint8)[]", "f(())",
     "f(uint8)x",
     "2f()", "f(uint8,)", "f((uint8)", "f(address to)", "é()", "f(bytes33)"],
)  # fmt: skip
def test_what_is_no_signature_is_refused(text) -> None:
    with pytest.raises(InvalidSignature):
        parse_signature(text)


def test_the_standards_example_is_read_as_it_explains() -> None:
    """The call of "f" in the specification's "Use of Dynamic Types"."""
    function = parse_signature("f(uint256,uint32[],bytes10,bytes)")
    arguments = (0x123, [0x456, 0x789], b"1234567890", b"Hello, world!")
    words = read_words(function, function.encode(*arguments))
    told = {word.at: (word.role, word.number) for word in words}
    assert told[0x00] == ("value", 0x123)
    assert told[0x20] == ("offset", 0x80)
    assert told[0x60] == ("offset", 0xE0)
    assert told[0x80] == ("length", 2)
    assert told[0xA0] == ("value", 0x456)
    assert told[0xC0] == ("value", 0x789)
    assert told[0xE0] == ("length", 0x0D)
    assert told[0x100][0] == "text"
    assert sorted(word.at for word in words if word.is_head) == [0, 0x20, 0x40, 0x60]


@settings(deadline=None)
@given(st.data(), st.lists(KINDS, max_size=3))
def test_every_word_that_another_library_writes_is_read_once(
    data: st.DataObject, kinds: list[str]
) -> None:
    function = parse_signature(f"f({','.join(kinds)})")
    selector = function_signature_to_4byte_selector(function.signature)
    values = data.draw(values_of(function))
    call = selector + encode([p.kind for p in function.inputs], values)
    words = read_words(function, call)
    assert sorted(word.at for word in words) == list(range(0, len(call) - 4, 32))
    for word in words:
        start = 4 + word.at
        assert word.number == int.from_bytes(call[start : start + 32], "big")
    assert function.encode(*decode_call(function, call)) == call
    leaves = [word for word in words if word.role == "value"]
    for word in leaves:
        [again] = decode_call(
            one := parse_signature(f"g({word.kind})"),
            one.selector + word.number.to_bytes(32, "big"),
        )
        assert one.encode(again)[4:] == word.number.to_bytes(32, "big")


@settings(deadline=None)
@given(KINDS, st.binary(max_size=200))
def test_whatever_the_bytes_a_reading_ends(kind: str, data: bytes) -> None:
    function = parse_signature(f"f({kind})")
    words = read_words(function, function.selector + data)
    assert len(words) <= WORDS_LIMIT
    assert all(0 <= word.at <= len(data) - 32 for word in words)
    try:
        decode_call(function, function.selector + data)
    except ProtocolError as error:
        assert isinstance(error, InvalidAnswer)


def test_offsets_that_all_lead_to_one_place_are_not_followed_for_ever() -> None:
    function = parse_signature("f(uint8[][][][])")
    word = (32).to_bytes(32, "big")
    assert len(read_words(function, function.selector + word * 60)) == WORDS_LIMIT


@pytest.mark.parametrize("kind", ["uint8[999999999]", "string[999999999][9999999]"])
def test_a_type_of_countless_members_is_read_as_far_as_there_are_words(kind) -> None:
    function = parse_signature(f"f({kind})")
    words = read_words(function, function.selector + bytes(320))
    assert 1 <= len(words) <= WORDS_LIMIT
    with pytest.raises(InvalidAnswer):
        decode_call(function, function.selector + bytes(320))


def test_an_offset_beyond_the_end_stops_the_reading() -> None:
    function = parse_signature("f(string,uint8)")
    call = function.selector + (10**6).to_bytes(32, "big") + (7).to_bytes(32, "big")
    first, second = read_words(function, call)
    assert first == Word(0, "offset", "argument 1", "string", True, 10**6, 10**6)
    assert (second.role, second.number) == ("value", 7)


def test_another_functions_call_is_not_decoded() -> None:
    call = parse_signature("f(uint8)").encode(5)
    with pytest.raises(InvalidAnswer, match="required 01ffc9a7"):
        decode_call(parse_signature("supportsInterface(bytes4)"), call)
