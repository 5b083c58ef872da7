"""Bitcoin's sizes have one form each, and reading never goes past the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.ledger.stream import (
    MAX_SIZE,
    InvalidSize,
    NumberOutOfRange,
    Stream,
    TrailingBytes,
    Truncated,
    write_number,
    write_size,
    write_text,
)

# The first and the last size of each form.
FORMS = [
    (0, "00"),
    (252, "fc"),
    (253, "fdfd00"),
    (0xFFFF, "fdffff"),
    (0x10000, "fe00000100"),
    (MAX_SIZE, "fe00000002"),
]


@pytest.mark.parametrize(("size", "encoded"), FORMS)
def test_sizes_take_the_shortest_form(size, encoded):
    assert write_size(size).hex() == encoded
    assert Stream(bytes.fromhex(encoded)).read_size() == size


@pytest.mark.parametrize(
    ("encoded", "size"),
    [("fdfc00", 252), ("feffff0000", 0xFFFF), ("ff0000010000000000", 0x10000)],
)
def test_a_longer_form_is_refused(encoded, size):
    with pytest.raises(InvalidSize, match="shortest") as error:
        Stream(bytes.fromhex(encoded)).read_size()
    assert (error.value.size, error.value.bytes_used) == (size, len(encoded) // 2)


@pytest.mark.parametrize("size", [MAX_SIZE + 1, 2**32, 2**64 - 1])
def test_a_size_above_any_message_is_refused(size):
    with pytest.raises(InvalidSize, match="limit"):
        Stream(write_size(size)).read_size()


def test_a_size_that_fits_no_form_cannot_be_written():
    for size in (-1, 2**64):
        with pytest.raises(NumberOutOfRange, match=f"{size} does not fit 8 bytes"):
            write_size(size)


def test_reading_past_the_end_says_what_is_missing():
    stream = Stream(b"abcde")
    assert stream.read(3) == b"abc"
    with pytest.raises(Truncated) as error:
        stream.read(3)
    assert (error.value.place, error.value.found, error.value.required) == (3, 2, 3)
    assert str(error.value) == "2 bytes are left at byte 3, required 3"
    assert stream.read(2) == b"de"
    stream.finish()


def test_bytes_left_over_are_refused():
    stream = Stream(b"abc")
    stream.read(1)
    with pytest.raises(TrailingBytes, match="2 bytes follow"):
        stream.finish()


@given(st.binary(max_size=400), st.binary(max_size=9))
def test_texts_survive_their_encoding(data, rest):
    stream = Stream(write_text(data) + rest)
    assert stream.read_text() == data
    assert stream.read(len(rest)) == rest


@given(st.integers(-(2**70), 2**70), st.sampled_from([1, 4, 8]), st.booleans())
def test_numbers_survive_or_do_not_fit(number, size, signed):
    low = -(256**size) // 2 if signed else 0
    high = 256**size // 2 if signed else 256**size
    if low <= number < high:
        data = write_number(number, size, signed=signed)
        assert Stream(data).read_number(size, signed=signed) == number
    else:
        with pytest.raises(NumberOutOfRange, match="does not fit"):
            write_number(number, size, signed=signed)
