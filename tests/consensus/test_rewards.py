"""Rewards are the specification's integers."""

from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.rewards import (
    FLAGS,
    HEAD,
    SOURCE,
    TARGET,
    WEIGHTS,
    annual_issuance,
    annual_yield,
    base_reward,
    base_reward_per_increment,
    flag_penalty,
    flag_reward,
    proposer_reward,
    timely_flags,
)
from minichain.consensus.stake import InvalidStake, NoValidators

ETHER = 10**9
MAIN = 32_000_000 * ETHER


def test_the_weights_add_up_to_64():
    assert WEIGHTS == 64
    assert [flag.weight for flag in FLAGS] == [14, 26, 14]


def test_a_million_validators_earn_two_point_nine_three_per_cent_a_year():
    assert round(100 * annual_yield(MAIN), 2) == 2.93
    assert annual_issuance(MAIN) == pytest.approx(938_900, rel=1e-3)


def test_four_times_the_stake_earns_half_as_much_each():
    assert annual_yield(4 * MAIN) == pytest.approx(annual_yield(MAIN) / 2, rel=0.005)


@given(st.integers(ETHER, 10**18))
def test_the_base_reward_is_rounded_down_twice(total):
    each = base_reward_per_increment(total)
    assert each == 64 * ETHER // isqrt(total)
    assert base_reward(32 * ETHER + 5, total) == 32 * each


def test_rewards_of_the_main_network_in_gwei():
    reward = base_reward(32 * ETHER, MAIN)
    assert reward == 11_424
    assert [flag_reward(reward, f, MAIN, MAIN) for f in FLAGS] == [2499, 4641, 2499]
    assert [flag_penalty(reward, f) for f in FLAGS] == [2499, 4641, 0]


def test_half_the_participation_halves_the_reward_but_not_the_penalty():
    assert flag_reward(11_424, TARGET, MAIN // 2, MAIN) == 4641 // 2
    assert flag_penalty(11_424, TARGET) == 4641


def test_a_proposer_gets_a_seventh_of_what_its_voters_get():
    votes = 11_424 * (14 + 26 + 14)
    assert proposer_reward(votes) == votes // 448
    assert proposer_reward(votes) == pytest.approx((2499 + 4641 + 2499) / 7, abs=1)


@pytest.mark.parametrize(
    ("delay", "right", "flags"),
    [
        (1, (True, True, True), [SOURCE, TARGET, HEAD]),
        (2, (True, True, True), [SOURCE, TARGET]),
        (5, (True, True, True), [SOURCE, TARGET]),
        (6, (True, True, True), [TARGET]),
        (63, (True, True, True), [TARGET]),
        (1, (True, True, False), [SOURCE, TARGET]),
        (1, (True, False, True), [SOURCE]),
        (1, (False, True, True), []),
    ],
)
def test_each_flag_needs_those_before_it_and_its_time(delay, right, flags):
    assert timely_flags(delay, *right) == sum(flag.bit for flag in flags)


def test_nobody_and_less_than_nothing_are_refused():
    with pytest.raises(NoValidators):
        base_reward_per_increment(0)
    with pytest.raises(NoValidators):
        annual_yield(-1)
    with pytest.raises(InvalidStake):
        base_reward(-1, MAIN)
