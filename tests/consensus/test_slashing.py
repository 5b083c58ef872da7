"""Slashing costs little alone and everything together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.slashing import (
    correlation_penalty,
    initial_penalty,
    whistleblower_reward,
)
from minichain.consensus.stake import MAINNET, SMALL, InvalidStake, NoValidators

ETHER = 10**9
MAIN = 32_000_000 * ETHER


def test_the_first_penalty_is_1_4096th_since_electra():
    assert initial_penalty(32 * ETHER) == 32 * ETHER // 4096 == 7_812_500
    assert whistleblower_reward(32 * ETHER) == 7_812_500
    assert initial_penalty(32 * ETHER, SMALL) == ETHER


@pytest.mark.parametrize(
    ("slashed", "lost"),
    [
        # Three times the part that was slashed: nothing to speak of for one alone.
        (32 * ETHER, 96_000), (320_000 * ETHER, 960_000_000),
        (MAIN // 100, 960_000_000), (MAIN // 10, 9_600_000_000),
        (MAIN // 3, 32 * 999_999_999), (MAIN // 3 + ETHER, 32 * ETHER),
        (MAIN, 32 * ETHER),
    ],
)  # fmt: skip
def test_the_second_penalty_is_three_times_the_slashed_part(slashed, lost):
    assert correlation_penalty(32 * ETHER, slashed, MAIN) == lost


@given(st.integers(0, 32), st.integers(0, 10**18), st.integers(ETHER, 10**18))
def test_nobody_loses_more_than_it_has_but_for_an_increments_rounding(own, cut, total):
    lost = correlation_penalty(own * ETHER, cut, total)
    assert 0 <= lost <= own * 2 * ETHER
    if total % ETHER == 0:
        assert lost <= own * ETHER


def test_negative_stakes_and_no_validators_are_refused():
    with pytest.raises(InvalidStake):
        initial_penalty(-1)
    with pytest.raises(InvalidStake):
        correlation_penalty(1, -1, MAIN)
    with pytest.raises(NoValidators):
        correlation_penalty(1, 1, MAINNET.increment - 1)
