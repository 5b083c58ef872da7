"""ASERT, with the vectors that came with its specification."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.asert import HALF_LIFE, Anchor, asert_bits
from minichain.consensus.difficulty import InvalidTime
from minichain.ledger.target import (
    MAX_TARGET,
    InvalidBits,
    InvalidTarget,
    target_from_bits,
)

# Bitcoin Cash Node, qa-assets, test_vectors/aserti3-2d: for each run the anchor's
# height, its parent's time and its bits; then rows of height, time and bits.
LIMIT, REAL = 0x1D00FFFF, 0x1802AEE8
RUNS = {
    "run1": ((1, 0, LIMIT), [(2, 1200, LIMIT), (7, 4200, LIMIT), (11, 6600, LIMIT)]),
    "run2": ((1, 0, 0x1A2B3C4D), [(2, 1200, 0x1A2B3C4D), (11, 6600, 0x1A2B3C4D)]),
    "run3": ((1, 0, 0x01010000), [(2, 1200, 0x01010000), (11, 6600, 0x01010000)]),
    "run4": ((1, 0, 0x01010000), [
        (2, 174000, 0x01020000), (3, 347400, 0x01040000), (8, 1214400, 0x02008000),
        (16, 2601600, 0x03008000), (100, 17167200, 0x0D080000),
        (224, 38668800, 0x1D008000), (225, 38842200, LIMIT), (226, 39015600, LIMIT),
    ]),
    "run5": ((1, 0, LIMIT), [
        (2, 0, 0x1D00FEC5), (290, 0, 0x1C7F62C0), (578, 0, 0x1C3FB160),
        (2306, 0, 0x1C00FEC5), (2594, 0, 0x1B7F62C0), (59906, 0, 0x0300FEC5),
        (60194, 0, 0x027F6200), (62210, 0, 0x0200FE00), (63938, 0, 0x01030000),
        (64226, 0, 0x01010000), (64514, 0, 0x01010000),
    ]),
    "run6": ((1, 0, REAL), [
        (2, 1200, 0x1802AEE8), (3, 1310, 0x1802AD91), (4, 1327, 0x1802ABF8),
        (5, 1739, 0x1802AB73), (6, 2219, 0x1802AB20), (7, 2604, 0x1802AA89),
        (8, 2746, 0x1802A94B), (9, 7099, 0x1802B39C), (10, 7099, 0x1802B1F2),
        (101, 63201, 0x1802B620), (500, 299790, 0x1802AE55),
        (620, 378438, 0x1802C0EC),
    ]),
    "run7": ((1, 0, REAL), [
        (12, 8141, 0x1802B181), (101, 20372, 0x18024899), (500, 29547, 0x1800E81F),
        (637, 31014, 0x1800A7EE),
    ]),
    "run9": ((2147483642, 1234567290, REAL), [
        (2147483643, 1234568190, 0x1802AE16), (2147483647, 1234569390, 0x1802AACD),
        (2147483652, 1234570890, 0x1802A6B7),
    ]),
    "run10": ((9223372036854775802, 2147483047, REAL), [
        (9223372036854775803, 2147484547, 0x1802AFBB),
        (9223372036854775812, 2147492647, 0x1802B73D),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_the_published_vectors_are_reproduced(name):
    anchor, rows = RUNS[name]
    found = [asert_bits(Anchor(*anchor), height, time) for height, time, _ in rows]
    assert [hex(bits) for bits in found] == [hex(bits) for *_, bits in rows]


@pytest.mark.oracle
@given(st.integers(-20 * HALF_LIFE, 20 * HALF_LIFE), st.integers(1, 10**6))
def test_the_target_follows_a_power_of_two(late, height):
    start = 600 * height + 20 * HALF_LIFE
    anchor = Anchor(1, start - 600 * height, 0x1A008000)
    target = target_from_bits(asert_bits(anchor, height, start + late))
    exact = target_from_bits(0x1A008000) * 2.0 ** (late / HALF_LIFE)
    assert target <= MAX_TARGET
    # The cubic is off by 0.013 % at most, the rounding of bits by 2**-15.
    if exact < MAX_TARGET:
        assert float(Fraction(target) / Fraction(exact)) == pytest.approx(1, abs=2e-4)


def test_one_block_more_or_a_later_clock_moves_the_target_the_right_way():
    anchor = Anchor(0, 0, 0x1B010000)
    on_time = target_from_bits(asert_bits(anchor, 9, 6000))
    assert target_from_bits(asert_bits(anchor, 10, 6000)) < on_time
    assert target_from_bits(asert_bits(anchor, 9, 6600)) > on_time


def test_no_target_is_easier_than_the_easiest_or_zero():
    anchor = Anchor(0, 0, 0x1B010000)
    assert asert_bits(anchor, 1, 10**12) == LIMIT
    assert asert_bits(anchor, 1, 10**12, easiest=MAX_TARGET // 2) == 0x1C7FFF80
    assert asert_bits(anchor, 10**9, 0) == 0x01010000


def test_impossible_times_bits_and_targets_are_refused():
    with pytest.raises(InvalidTarget, match="target 0"):
        asert_bits(Anchor(0, 0, LIMIT), 1, 0, easiest=0)
    with pytest.raises(InvalidTime, match="required 0, 0 up"):
        asert_bits(Anchor(0, -1, LIMIT), 1, 0)
    with pytest.raises(InvalidTime, match="required 0, 0 up"):
        asert_bits(Anchor(0, 0, LIMIT), 1, -1)
    with pytest.raises(InvalidBits):
        asert_bits(Anchor(0, 0, 0), 1, 0)
