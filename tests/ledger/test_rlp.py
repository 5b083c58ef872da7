"""RLP: the official vectors, the `rlp` library as oracle, and hostile bytes."""

import json
import time

import pytest
import rlp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rlp.exceptions import DecodingError

from minichain.ledger.fields import MAX_DEPTH, MalformedField, read_item, read_list
from tests.vectors import vector_files


def cases(name: str) -> list[tuple[str, object, bytes]]:
    """Return the name, value and bytes of each case in the files that match."""
    return [
        (label, case["in"], bytes.fromhex(case["out"].removeprefix("0x")))
        for path in vector_files(f"ethereum-tests/RLPTests/{name}")
        for label, case in json.loads(path.read_text()).items()
    ]


def value_of(item: object) -> object:
    """Return the bytes and lists that a vector's value in JSON stands for."""
    if isinstance(item, list):
        return [value_of(inner) for inner in item]
    if isinstance(item, str) and not item.startswith("#"):
        return item.encode()
    number = int(item.removeprefix("#")) if isinstance(item, str) else item
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def test_every_valid_vector_is_read_and_written():
    checked = 0
    for label, item, data in cases("rlptest.json"):
        assert read_item(data) == rlp.decode(data) == value_of(item), label
        assert rlp.encode(value_of(item)) == data, label
        checked += 1
    assert checked >= 28


def test_every_invalid_vector_is_refused():
    accepted = []
    checked = 0
    for label, item, data in cases("invalidRLPTest.json"):
        assert item == "INVALID"
        if is_read(data) is not None or library_reads(data) is not None:
            accepted.append(label)
        checked += 1
    assert accepted == []
    assert checked >= 26


def test_the_random_vectors_are_read_as_what_they_encode():
    for label, item, data in cases("RandomRLPTests/*.json"):
        assert item == "VALID"
        assert rlp.encode(read_item(data)) == data, label


items = st.recursive(
    st.binary(max_size=70), lambda inner: st.lists(inner, max_size=5), max_leaves=20
)


@given(items)
@settings(max_examples=200)
def test_what_the_library_writes_is_read_back(item):
    if depth_of(item) <= MAX_DEPTH:
        assert read_item(rlp.encode(item)) == item


def depth_of(item: object) -> int:
    if isinstance(item, bytes):
        return 0
    return 1 + max((depth_of(inner) for inner in item), default=0)


def library_reads(data: bytes) -> object:
    try:
        return rlp.decode(data)
    except (DecodingError, RecursionError):
        return None


def is_read(data: bytes) -> object:
    try:
        return read_item(data)
    except MalformedField as error:
        assert str(error)
        return None


heads = st.sampled_from([0x7F, 0x80, 0x81, 0xB7, 0xB8, 0xBF, 0xC0, 0xC1, 0xF7, 0xF8])


@pytest.mark.oracle
@given(st.one_of(st.binary(max_size=90), st.lists(heads, max_size=12).map(bytes)))
@example(b"\xbf" + b"\xff" * 8)
@example(b"\xff" * 9)
@example(b"\x81")
@example(b"\xb8")
@example(b"\xc2\xb8\x38" + bytes(56))
@example(b"\xc1\x81\x80")
@settings(max_examples=1000)
def test_any_bytes_get_the_librarys_verdict_and_value(data):
    found = library_reads(data)
    if found is None or depth_of(found) <= MAX_DEPTH:
        assert is_read(data) == found


@given(items, st.data())
@settings(max_examples=200)
def test_a_flipped_bit_is_refused_or_is_another_value(item, data):
    encoded = rlp.encode(item)
    bit = data.draw(st.integers(0, 8 * len(encoded) - 1))
    flipped = (int.from_bytes(encoded, "big") ^ 1 << bit).to_bytes(len(encoded), "big")
    found = is_read(flipped)
    assert found is None or found != item
    assert found is None or rlp.encode(found) == flipped


def nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = rlp.codec.length_prefix(len(data), 0xC0) + data
    return data


def test_lists_are_nested_up_to_the_limit_and_no_further():
    assert depth_of(read_item(nested(MAX_DEPTH))) == MAX_DEPTH
    with pytest.raises(MalformedField, match=f"nests more than {MAX_DEPTH} lists"):
        read_item(nested(MAX_DEPTH + 1))
    with pytest.raises(MalformedField, match=f"nests more than {MAX_DEPTH} lists"):
        read_item(nested(50_000))


def wide(size: int) -> bytes:
    return rlp.codec.length_prefix(size, 0xC0) + b"\x01" * size


def seconds_to_read(data: bytes) -> float:
    start = time.process_time()
    read_item(data)
    return time.process_time() - start


def test_sixteen_times_the_items_take_about_sixteen_times_as_long():
    # A reader that copies what it has read at each item takes 256 times as long.
    short, long = wide(2**15), wide(2**19)
    ratio = min(seconds_to_read(long) for _ in range(2)) / min(
        seconds_to_read(short) for _ in range(5)
    )
    assert ratio < 80


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "0 bytes hold 0 items, required 1"),
        ("0102", "2 bytes hold 2 items, required 1"),
        ("8101", "byte 0 announces a byte that stands for itself"),
        ("b90038" + "00" * 56, "byte 0 begins a longer length than needed"),
        ("b837" + "00" * 55, "byte 0 begins a longer length than needed"),
        ("c28301", "the item at byte 1 ends 2 too late"),
        ("c3c28301", "the item at byte 2 ends 2 too late"),
    ],
)
def test_a_refusal_says_where_and_why(data, message):
    with pytest.raises(MalformedField, match=message):
        read_item(bytes.fromhex(data))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("c20102", "a pair of one has 1 fields, found 2"),
        ("01", "a pair of one has 1 fields, found no list"),
        ("c2", "a pair of one is no canonical RLP: the item at byte 0 ends 2 too late"),
    ],
)
def test_a_list_of_another_length_is_refused_by_name(data, message):
    with pytest.raises(MalformedField, match=message):
        read_list(bytes.fromhex(data), 1, "a pair of one")
