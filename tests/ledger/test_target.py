"""Compact bits: Bitcoin Core's own cases, a slow reference, and every edge."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.ledger.target import (
    EASIEST_BITS,
    MAX_TARGET,
    InvalidBits,
    InvalidTarget,
    bits_from_target,
    compute_difficulty,
    compute_work,
    target_from_bits,
)

# Bitcoin Core, src/test/arith_uint256_tests.cpp, bignum_SetCompact: bits, the number
# they stand for, and the bits that number is written in.
CORE = [
    (0x01123456, 0x12, 0x01120000),
    (0x02123456, 0x1234, 0x02123400),
    (0x03123456, 0x123456, 0x03123456),
    (0x04123456, 0x12345600, 0x04123456),
    (0x05009234, 0x92340000, 0x05009234),
    (0x20123456, 0x123456 << 232, 0x20123456),
]

CORE_ZERO = [
    *(0x00000000, 0x00123456, 0x01003456, 0x02000056, 0x03000000, 0x04000000),
    *(0x00923456, 0x01803456, 0x02800056, 0x03800000, 0x04800000),
]

CORE_NEGATIVE = [0x01FEDCBA, 0x04923456]

# The two largest sizes hold a number only where its first bytes are zero.
OVERFLOW = [0xFF123456, 0x23000001, 0x22000100, 0x21010000]
JUST_FITS = [(0x22000001, 2**248), (0x21000100, 2**248), (0x20010000, 2**248)]


@pytest.mark.parametrize(("bits", "target", "canonical"), CORE)
def test_bitcoin_cores_numbers_are_read_and_written_alike(bits, target, canonical):
    assert target_from_bits(bits) == target
    assert bits_from_target(target) == canonical


@pytest.mark.parametrize("bits", CORE_ZERO)
def test_bitcoin_cores_zeros_are_no_target(bits):
    with pytest.raises(InvalidBits, match="zero") as error:
        target_from_bits(bits)
    assert error.value.bits == bits
    assert str(error.value).startswith(f"bits {bits:#010x} stand for zero")


@pytest.mark.parametrize("bits", CORE_NEGATIVE)
def test_bitcoin_cores_negative_numbers_are_no_target(bits):
    with pytest.raises(InvalidBits, match="negative"):
        target_from_bits(bits)


@pytest.mark.parametrize("bits", OVERFLOW)
def test_numbers_above_256_bits_are_no_target(bits):
    with pytest.raises(InvalidBits, match="bits"):
        target_from_bits(bits)


@pytest.mark.parametrize(("bits", "target"), JUST_FITS)
def test_the_largest_sizes_hold_what_just_fits(bits, target):
    assert target_from_bits(bits) == target


def test_a_first_digit_that_would_be_a_sign_takes_one_byte_more():
    assert bits_from_target(0x80) == 0x02008000
    assert bits_from_target(0x7F) == 0x017F0000


def reference(bits):
    """Read bits as OpenSSL's MPI, which they come from; None where there is none."""
    size = bits >> 24
    data = bits.to_bytes(4, "big")[1:] + bytes(256)
    data = data[:size]
    if not data or not any(data[:1] + data[1:]):
        return None
    number = int.from_bytes(bytes([data[0] & 0x7F]) + data[1:], "big")
    if data[0] & 0x80 or number == 0 or number >= 2**256:
        return None
    return number


@pytest.mark.oracle
@given(st.integers(0, 2**32 - 1) | st.integers(0x01000000, 0x22FFFFFF))
def test_all_bits_mean_what_openssls_form_means(bits):
    try:
        target = target_from_bits(bits)
    except InvalidBits:
        target = None
    assert target == reference(bits)


@given(st.integers(1, 2**256 - 1))
def test_writing_rounds_down_by_less_than_a_part_in_2_to_the_15(target):
    written = target_from_bits(bits_from_target(target))
    assert written <= target
    assert (target - written) * 2**15 <= target


@given(st.integers(1, 2**256 - 1))
def test_what_was_written_once_is_written_the_same_again(target):
    bits = bits_from_target(target)
    assert bits_from_target(target_from_bits(bits)) == bits


@pytest.mark.parametrize("target", [0, -1, 2**256])
def test_targets_outside_the_range_have_no_bits_and_no_difficulty(target):
    for function in (bits_from_target, compute_difficulty):
        with pytest.raises(InvalidTarget, match=f"target {target} is not between 1"):
            function(target)


@pytest.mark.parametrize("target", [-1, 2**256])
def test_targets_that_no_hash_or_every_hash_is_below_take_no_work(target):
    with pytest.raises(InvalidTarget, match=f"target {target} is not between 0"):
        compute_work(target)
    assert compute_work(0) == 2**256
    assert compute_work(2**256 - 1) == 1


@pytest.mark.parametrize("bits", [-1, 2**32])
def test_bits_of_more_than_four_bytes_are_refused(bits):
    with pytest.raises(InvalidBits, match="four bytes"):
        target_from_bits(bits)


def test_the_easiest_block_of_the_main_network_takes_two_to_the_32_hashes():
    assert target_from_bits(0x1D00FFFF) == MAX_TARGET
    assert compute_work(MAX_TARGET) == 0x100010001
    assert compute_work(target_from_bits(EASIEST_BITS)) == 2
    assert compute_work(2**256 - 1) == 1
    assert compute_work(1) == 2**255


@given(st.integers(1, 2**256 - 1))
def test_work_is_one_over_the_share_of_good_hashes(target):
    # Hashes 0 to target are good: target + 1 of 2**256.
    share = Fraction(target + 1, 2**256)
    assert compute_work(target) <= 1 / share < compute_work(target) + 1


def test_difficulty_is_exact():
    assert compute_difficulty(MAX_TARGET) == 1
    assert compute_difficulty(MAX_TARGET // 4) == Fraction(MAX_TARGET, MAX_TARGET // 4)
    # Block 100000's, as explorers print it.
    hard = compute_difficulty(target_from_bits(0x1B04864C))
    assert f"{float(hard):.8f}" == "14484.16236123"
