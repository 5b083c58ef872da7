"""Rules and power play on each other, and the course agrees with hand and law."""

from itertools import pairwise
from math import log
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.difficulty import PERIOD, InvalidTime, retarget
from minichain.consensus.regulation import (
    START_BITS,
    WINDOW,
    Course,
    InvalidPower,
    average_luck,
    mine,
    steady_power,
)
from minichain.ledger.target import compute_difficulty, target_from_bits

DAY = 86_400
ONE = steady_power()
RULES = ("period", "window", "emergency", "asert")


def lottery(seed: int):
    def luck(height: int) -> float:
        return -log(1 - Random(f"{seed} {height}").random())

    return luck


def difficulty(bits: int) -> float:
    start = compute_difficulty(target_from_bits(START_BITS))
    return float(compute_difficulty(target_from_bits(bits)) / start)


@pytest.mark.parametrize("rule", RULES)
def test_the_right_power_makes_a_block_every_ten_minutes(rule):
    course, times, _ = mine(Course(rule), DAY - 1, ONE)
    assert times == tuple(range(600, DAY, 600))
    assert course.height == 143


def test_twice_the_power_needs_one_week_and_then_twice_the_difficulty():
    _, times, changes = mine(Course("period"), 8 * DAY, 2 * ONE)
    (change,) = changes
    assert change.height == PERIOD
    assert change.second == pytest.approx(2015 * 300)
    assert (change.first, change.last) == (0, int(change.second))
    assert change.after == retarget(0, change.last, START_BITS)
    assert difficulty(change.after) == pytest.approx(2 * 2016 / 2015, rel=1e-4)
    assert sum(time <= change.last for time in times) == 2015


def test_the_off_by_one_makes_a_steady_chain_settle_above_ten_minutes():
    course, _, changes = mine(Course("period"), 70 * DAY, ONE)
    assert changes[0].last - changes[0].first == 2015 * 600
    assert difficulty(course.bits) == pytest.approx(2016 / 2015, rel=1e-4)


def test_a_period_follows_on_from_its_own_first_block():
    _, times, changes = mine(Course("period"), 60 * DAY, ONE, lottery(4))
    times = (0, *times)
    for number, change in enumerate(changes):
        assert change.height == (number + 1) * PERIOD
        assert change.first == times[number * PERIOD]
        assert change.last == times[number * PERIOD + PERIOD - 1]
        assert change.after == retarget(change.first, change.last, change.before)


@pytest.mark.parametrize(("factor", "step"), [(100, 4), (0.01, 0.25)])
def test_the_clamp_is_hit_both_ways(factor, step):
    days = 15 if factor > 1 else 1400
    _, _, changes = mine(Course("period"), days * DAY, factor * ONE)
    assert difficulty(changes[0].after) == pytest.approx(step, rel=1e-4)
    assert changes[0].is_clamped
    _, _, within = mine(Course("period"), 15 * DAY, 2 * ONE)
    assert not within[0].is_clamped
    assert within[0].taken == pytest.approx(within[0].timespan / 2, abs=300)


def test_a_short_window_and_asert_follow_a_loss_of_power_sooner():
    def days_until_fit(rule: str) -> float:
        _, _, changes = mine(Course(rule), 400 * DAY, ONE / 20)
        return next(c.second / DAY for c in changes if difficulty(c.after) < 0.07)

    assert days_until_fit("period") > 280
    assert days_until_fit("window") < 40
    assert days_until_fit("asert") < 15


def test_the_emergency_rule_sleeps_while_six_blocks_take_less_than_half_a_day():
    _, _, changes = mine(Course("emergency"), 100 * DAY, ONE / 11.9)
    assert changes == ()


def test_the_emergency_rule_takes_a_fifth_at_each_block_and_overshoots():
    _, _, changes = mine(Course("emergency"), 30 * DAY, ONE / 20)
    eased = [c for c in changes if c.timespan is None]
    for change in eased:
        parts = difficulty(change.after) / difficulty(change.before)
        assert parts == pytest.approx(0.8, abs=1e-4)
    assert difficulty(eased[-1].after) < 1 / 5


def test_asert_owes_a_halving_two_days_of_blocks_and_a_period_two_weeks():
    asert, _, _ = mine(Course("asert"), 120 * DAY, ONE / 2)
    assert asert.height == pytest.approx(120 * 144 - 288, abs=3)
    period, _, _ = mine(Course("period"), 120 * DAY, ONE / 2)
    assert period.height == pytest.approx(120 * 144 - 2016, abs=10)
    assert asert.late == pytest.approx(2 * DAY, rel=0.01)


@settings(max_examples=20)
@given(
    st.sampled_from(RULES),
    st.lists(st.integers(0, 40_000), min_size=1, max_size=4),
    st.integers(0, 5),
)
def test_cutting_the_time_into_pieces_changes_nothing(rule, pieces, seed):
    whole, times, changes = mine(Course(rule), sum(pieces), 3 * ONE, lottery(seed))
    course, cut_times, cut_changes = Course(rule), (), ()
    for seconds in pieces:
        course, more, new = mine(course, seconds, 3 * ONE, lottery(seed))
        cut_times, cut_changes = cut_times + more, cut_changes + new
    assert course.height == whole.height
    assert cut_times == pytest.approx(times, abs=1)
    assert [c.height for c in cut_changes] == [c.height for c in changes]


def test_gaps_of_a_fair_lottery_are_ten_minutes_on_average():
    _, times, _ = mine(Course("asert"), 30 * DAY, ONE, lottery(1))
    gaps = [b - a for a, b in pairwise(times)]
    assert fmean(gaps) == pytest.approx(600, rel=0.02)
    # One in e**6 takes more than an hour.
    assert sum(gap > 3600 for gap in gaps) == pytest.approx(4320 * 0.00248, abs=10)


def test_short_periods_are_a_day_of_blocks():
    _, _, changes = mine(Course("window"), 5 * DAY, ONE)
    assert [c.height for c in changes] == [WINDOW * n for n in range(1, 5)]
    assert average_luck(7) == 1


def test_time_that_runs_backwards_and_no_power_are_refused():
    with pytest.raises(InvalidTime, match="-1 seconds"):
        mine(Course("period"), -1, ONE)
    for power in (0, -ONE, float("nan")):
        with pytest.raises(InvalidPower, match="required above 0"):
            mine(Course("period"), 1, power)
