"""The retarget rule, with Bitcoin's own history and its edges."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.difficulty import (
    CLAMP,
    PERIOD,
    TIMESPAN,
    longer_gap_probability,
    next_bits,
    retarget,
    shorter_gap_probability,
)
from minichain.ledger.mainnet import load_header
from minichain.ledger.target import (
    MAX_TARGET,
    InvalidBits,
    bits_from_target,
    compute_difficulty,
    target_from_bits,
)

EASIEST = 0x1D00FFFF


def test_block_32256_got_the_first_harder_target():
    # Times of blocks 30240 and 32255.
    bits = retarget(1261130161, 1262152739, EASIEST)
    assert bits == 0x1D00D86A
    assert f"{float(compute_difficulty(target_from_bits(bits))):.7f}" == "1.1828995"


# Bitcoin Core, src/test/pow_tests.cpp: times, bits before, bits after.
CORE = [
    (1261130161, 1262152739, 0x1D00FFFF, 0x1D00D86A),
    (1231006505, 1233061996, 0x1D00FFFF, 0x1D00FFFF),
    (1279008237, 1279297671, 0x1C05A3F4, 0x1C0168FD),
    (1263163443, 1269211443, 0x1C387F6F, 0x1D00E1FD),
]


@pytest.mark.parametrize(("first", "last", "before", "after"), CORE)
def test_bitcoin_cores_own_cases_are_reproduced(first, last, before, after):
    assert retarget(first, last, before) == after


@given(st.integers(0, 2**31), st.integers(-(2**31), 2**31))
def test_the_target_moves_by_at_most_a_factor_of_four(first, gap):
    bits = 0x1B0404CB
    old, new = (
        target_from_bits(bits),
        target_from_bits(retarget(first, first + gap, bits)),
    )
    # Rounding down to three bytes costs at most one part in 2**15.
    assert old // 4 * (1 - 2**-14) <= new <= old * 4
    assert new <= MAX_TARGET


def test_the_right_pace_changes_nothing_and_the_easiest_target_holds():
    assert retarget(0, TIMESPAN, 0x1B0404CB) == 0x1B0404CB
    assert retarget(0, 4 * TIMESPAN, EASIEST) == EASIEST


def test_bits_that_stand_for_no_target_are_refused():
    with pytest.raises(InvalidBits):
        retarget(0, TIMESPAN, 0)


def test_bits_change_at_multiples_of_2016_alone():
    first, parent = load_header(30240), load_header(32255)
    assert next_bits(32256, parent, first) == 0x1D00D86A
    for height in (32255, 32257, 1, PERIOD - 1, PERIOD + 1):
        assert next_bits(height, parent, first) == parent.bits


def test_a_period_is_measured_over_one_gap_too_few():
    # Blocks exactly ten minutes apart take 2015 gaps, and get a harder target.
    taken = (PERIOD - 1) * 600
    bits = 0x1B0404CB
    assert target_from_bits(retarget(0, taken, bits)) < target_from_bits(bits)
    assert retarget(0, taken + 600, bits) == bits


def test_the_clamp_holds_at_its_edges_and_gives_way_within():
    bits = 0x1B0404CB
    fast, slow = TIMESPAN // CLAMP, TIMESPAN * CLAMP
    assert retarget(0, fast - 1, bits) == retarget(0, fast, bits)
    assert retarget(0, fast + 600, bits) != retarget(0, fast, bits)
    assert retarget(0, slow + 1, bits) == retarget(0, slow, bits)
    assert retarget(0, slow - 6000, bits) != retarget(0, slow, bits)


@pytest.mark.oracle
@given(st.integers(1, 2**256 - 1), st.integers(-(10**7), 10**7))
def test_any_retarget_agrees_with_exact_fractions(target, taken):
    bits = bits_from_target(target)
    ratio = Fraction(min(max(taken, TIMESPAN // 4), TIMESPAN * 4), TIMESPAN)
    scaled = min(MAX_TARGET, floor(target_from_bits(bits) * ratio))
    assert retarget(0, taken, bits) == bits_from_target(max(1, scaled))


def test_gaps_between_blocks_are_exponential():
    assert f"{longer_gap_probability(3600):.7f}" == "0.0024788"
    assert f"{shorter_gap_probability(60):.7f}" == "0.0951626"
    assert longer_gap_probability(0) == 1
    assert shorter_gap_probability(0) == 0


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(1, 1e4))
def test_waiting_does_not_bring_the_next_block_nearer(waited, more, spacing):
    both = longer_gap_probability(waited + more, spacing)
    apart = longer_gap_probability(waited, spacing) * longer_gap_probability(
        more, spacing
    )
    assert both == pytest.approx(apart, abs=1e-12)
    shorter = shorter_gap_probability(more, spacing)
    assert shorter + longer_gap_probability(more, spacing) == pytest.approx(1)
