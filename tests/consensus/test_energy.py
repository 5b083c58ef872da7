"""Estimates of energy: products that anyone can take apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.energy import (
    InvalidAssumption,
    from_hashes,
    from_income,
    from_machines,
    hashes_that_pay,
)

NUMBERS = st.floats(0.01, 1e6)


def test_one_machine_of_one_kilowatt_burns_its_hours():
    # A kilowatt for a year is 8,760 kilowatt-hours.
    assert from_machines(1, 1000) == pytest.approx(8_760e3 / 1e12)


def test_hashes_of_a_hand_size_network():
    # 600 terahashes a block are one terahash a second: at one joule, one watt.
    assert from_hashes(600e12, 1, 1) == pytest.approx(8_760 / 1e12)


def test_income_of_a_hand_size_network():
    # A dollar a block is 52,560 dollars a year, and buys as many kilowatt-hours.
    assert from_income(1, 1, 1, 1) == pytest.approx(52_560e3 / 1e12)


def test_the_two_ways_agree_with_the_survey_on_the_size():
    # Cambridge's report of 2025: 138 TWh a year.
    for energy in (from_hashes(), from_income(60_000)):
        assert 138 / 2 < energy < 138 * 2


def test_stake_is_thousands_of_times_below_and_near_its_study():
    # CCRI, 2022: 0.0026 TWh a year after the change, 23 before.
    assert from_hashes() / from_machines() > 10_000
    assert 0.0026 / 3 < from_machines() < 0.0026 * 3


@given(NUMBERS, NUMBERS, st.floats(1, 2))
def test_hashes_that_pay_burn_what_is_paid(energy, joules, overhead):
    hashes = hashes_that_pay(energy, joules, overhead)
    assert from_hashes(hashes, joules, overhead) == pytest.approx(energy)


@given(NUMBERS)
def test_better_machines_save_nothing_once_miners_have_settled(joules):
    paid = from_income(60_000)
    before, after = hashes_that_pay(paid, joules), hashes_that_pay(paid, joules / 2)
    assert after == pytest.approx(2 * before)
    assert from_hashes(after, joules / 2) == pytest.approx(from_hashes(before, joules))


@pytest.mark.parametrize(
    "estimate",
    [
        lambda: from_hashes(-1),
        lambda: from_hashes(1, float("nan")),
        lambda: from_income(1, -1),
        lambda: from_income(1, 1, 0),
        lambda: from_machines(1, -60),
        lambda: hashes_that_pay(-1),
        lambda: hashes_that_pay(1, 0),
    ],
)
def test_what_nothing_can_be_is_refused(estimate):
    with pytest.raises(InvalidAssumption):
        estimate()
