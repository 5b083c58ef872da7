"""The retarget rule, with Bitcoin's own history and its edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.difficulty import TIMESPAN, retarget
from minichain.ledger.target import (
    MAX_TARGET,
    InvalidBits,
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
