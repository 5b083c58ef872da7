"""The leak takes the stake of the absent at the pace of the specification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.inactivity import (
    ejection_epoch,
    inactivity_penalty,
    is_leaking,
    leak,
    next_score,
    recovery_epoch,
)
from minichain.consensus.stake import MAINNET, SMALL, InvalidStake

ETHER = 10**9


def test_an_absent_validator_is_ejected_in_epoch_4685_after_20_8_days():
    assert ejection_epoch() == 4685
    assert round(MAINNET.days(4685), 1) == 20.8
    *_, last = leak()
    assert last.effective == 16 * ETHER
    assert last.score == 4 * 4685


def test_missed_votes_bring_the_ejection_three_epochs_nearer():
    assert ejection_epoch(total=32_000_000 * ETHER) == 4682


def test_four_times_the_quotient_takes_twice_as_long():
    assert ejection_epoch(SMALL) == pytest.approx(4685 * (2**8 / 2**24) ** 0.5, rel=0.1)


@given(st.integers(1, 200))
def test_in_the_first_epochs_the_loss_grows_with_the_square_of_time(epochs):
    steps = leak()
    lost = sum(next(steps).penalty for _ in range(epochs))
    assert lost == sum(32 * ETHER * 4 * n // 2**26 for n in range(1, epochs + 1))


def test_the_leak_starts_after_four_epochs():
    assert not is_leaking(4)
    assert is_leaking(5)


@pytest.mark.parametrize(
    ("score", "took_part", "leaking", "after"),
    [
        (0, True, True, 0), (0, False, True, 4), (8, True, True, 7),
        (8, False, True, 12), (100, True, False, 83), (100, False, False, 88),
        (3, True, False, 0), (0, False, False, 0),
    ],
)  # fmt: skip
def test_scores_rise_by_four_and_fall_by_one_or_seventeen(
    score, took_part, leaking, after
):
    assert next_score(score, took_part, leaking) == after


def test_the_penalty_is_rounded_down():
    assert inactivity_penalty(32 * ETHER, 4) == 32 * ETHER * 4 // 2**26 == 1907
    assert inactivity_penalty(32 * ETHER, 0) == 0


@pytest.mark.parametrize(("stake", "score"), [(-1, 4), (1, -1)])
def test_less_than_nothing_is_refused(stake, score):
    with pytest.raises(InvalidStake):
        inactivity_penalty(stake, score)


def test_a_third_may_be_absent_and_no_more():
    assert recovery_epoch(1 / 3) == 0
    assert recovery_epoch(0.34) > 0
    assert recovery_epoch(0.4) < recovery_epoch(0.5)


def test_from_a_half_on_only_the_ejection_brings_finality_back():
    assert recovery_epoch(0.5) == recovery_epoch(0.9) == 4685


@pytest.mark.parametrize("absent", [-0.1, 1, 1.5])
def test_more_than_everybody_cannot_be_absent(absent):
    with pytest.raises(InvalidStake):
        recovery_epoch(absent)
