"""Double-spend odds: the published tables, exact fractions, and a simulation."""

import random
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.double_spend import (
    InvalidShare,
    InvalidWait,
    Race,
    blocks_while_waiting,
    break_even,
    confirmations_needed,
    exact_probability,
    nakamoto_probability,
    simulate,
)
from minichain.consensus.estimate import InvalidSample

SHARES = (0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45)


def test_nakamotos_table_for_a_tenth_is_reproduced():
    # Nakamoto 2008, section 11, q = 0.1, z = 0 to 10.
    table = [
        "1.0000000",
        "0.2045873",
        "0.0509779",
        "0.0131722",
        "0.0034552",
        "0.0009137",
        "0.0002428",
        "0.0000647",
        "0.0000173",
        "0.0000046",
        "0.0000012",
    ]
    assert [f"{nakamoto_probability(0.1, z):.7f}" for z in range(11)] == table


def test_nakamotos_table_for_three_tenths_is_reproduced():
    # Nakamoto 2008, section 11, q = 0.3, z = 0, 5, ... 50.
    table = [
        "1.0000000",
        "0.1773523",
        "0.0416605",
        "0.0101008",
        "0.0024804",
        "0.0006132",
        "0.0001522",
        "0.0000379",
        "0.0000095",
        "0.0000024",
        "0.0000006",
    ]
    assert [f"{nakamoto_probability(0.3, z):.7f}" for z in range(0, 51, 5)] == table


def test_rosenfelds_exact_values_are_reproduced():
    # Rosenfeld 2012, section 4, q = 0.1, z = 1 to 6.
    table = [
        "0.2000000",
        "0.0560000",
        "0.0171200",
        "0.0054560",
        "0.0017818",
        "0.0005914",
    ]
    assert [f"{exact_probability(0.1, z):.7f}" for z in range(1, 7)] == table


def test_the_paper_needs_fewer_confirmations_than_the_truth():
    paper = [confirmations_needed(q, 0.001, nakamoto_probability) for q in SHARES]
    exact = [confirmations_needed(q, 0.001) for q in SHARES]
    assert paper == [5, 8, 11, 15, 24, 41, 89, 340]
    assert exact == [6, 9, 13, 20, 32, 58, 133, 539]


@pytest.mark.oracle
@given(st.integers(1, 49), st.integers(0, 40))
def test_floats_agree_with_exact_fractions(percent, z):
    q, p = Fraction(percent, 100), Fraction(100 - percent, 100)
    missed = sum(
        comb(k + z - 1, k) * (p**z * q**k - p**k * q**z) for k in range(z + 1) if z
    )
    assert exact_probability(percent / 100, z) == pytest.approx(
        float(1 - missed), rel=1e-11
    )


def test_a_simulated_race_falls_into_the_exact_value_s_band():
    generator, q, z, runs, won = random.Random(7), 0.3, 3, 20_000, 0
    for _ in range(runs):
        lead = -z
        honest = 0
        while honest < z:
            if generator.random() < q:
                lead += 1
            else:
                honest += 1
        while -40 < lead < 0:
            lead += 1 if generator.random() < q else -1
        won += lead >= 0
    exact = exact_probability(q, z)
    deviation = (exact * (1 - exact) / runs) ** 0.5
    assert abs(won / runs - exact) < 4 * deviation


@given(st.floats(0, 1), st.integers(0, 60))
def test_every_chance_is_a_probability_and_falls_with_waiting(share, z):
    for probability in (nakamoto_probability, exact_probability):
        assert (
            0 <= probability(share, z + 1) <= probability(share, z) + 1e-12 <= 1 + 1e-9
        )


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_outside_zero_to_one_is_refused(share):
    with pytest.raises(InvalidShare, match="not between 0 and 1"):
        exact_probability(share, 1)


def test_half_of_the_power_needs_no_luck_and_no_wait_is_enough():
    assert exact_probability(0.5, 100) == 1
    assert nakamoto_probability(0.6, 100) == 1
    with pytest.raises(InvalidShare, match="no wait is long enough"):
        confirmations_needed(0.5, 0.001)


@pytest.mark.parametrize(("z", "limit"), [(-1, 0.1), (0, 0.0), (0, -1.0)])
def test_impossible_arguments_are_refused(z, limit):
    with pytest.raises(InvalidWait, match=r"required 0 or more|not above 0"):
        nakamoto_probability(0.1, z) and confirmations_needed(0.1, limit)


def test_a_share_close_to_half_is_answered_at_once():
    # Rosenfeld's law needs 1.35 million blocks here; the sum takes about 1,000 terms.
    needed = confirmations_needed(0.499, 0.001)
    assert (
        exact_probability(0.499, needed) < 0.001 <= exact_probability(0.499, needed - 1)
    )


@pytest.mark.parametrize(("share", "confirmations"), [(0.1, 1), (0.1, 6), (0.3, 6)])
def test_the_measured_chance_s_band_holds_the_exact_one(share, confirmations):
    measured = simulate(share, confirmations, 400_000, seed=1, confidence=0.999)
    assert exact_probability(share, confirmations) in measured


def test_the_measured_chance_tells_the_paper_s_formula_from_the_exact_one():
    measured = simulate(0.3, 6, 400_000, seed=2, confidence=0.999)
    assert nakamoto_probability(0.3, 6) < measured.low


def test_nineteen_bands_of_twenty_hold_the_exact_chance():
    exact = exact_probability(0.25, 3)
    bands = [simulate(0.25, 3, 2_000, seed) for seed in range(0, 200_000, 1_000)]
    assert 0.89 < sum(exact in band for band in bands) / 200 < 0.99


def test_the_same_seed_runs_the_same_races_and_another_does_not():
    assert simulate(0.3, 3, 5_000, seed=1) == simulate(0.3, 3, 5_000, seed=1)
    assert simulate(0.3, 3, 5_000, seed=1) != simulate(0.3, 3, 5_000, seed=2)


def test_races_without_wait_or_power_end_at_once():
    assert simulate(0.0, 1, 100).value == 0
    assert simulate(0.0, 0, 100).value == 1
    assert simulate(1.0, 6, 100).value == 1


def test_an_impatient_attacker_wins_less():
    assert simulate(0.4, 1, 100_000, patience=1).value < simulate(0.4, 1, 100_000).value


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((1.1, 1), InvalidShare, "not between 0 and 1"),
        ((-0.1, 1), InvalidShare, "not between 0 and 1"),
        ((0.1, -1), InvalidWait, "-1 confirmations"),
        ((0.1, 1, 0), InvalidSample, "0 trials, required 1"),
        ((0.1, 1, 9, 0, 0), InvalidWait, "patience of 0 blocks"),
        ((0.1, 1, 9, 0, 9, 1.0), InvalidSample, "confidence 1.0"),
    ],
)
def test_a_race_that_cannot_be_run_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        simulate(*arguments)


def play(race: Race, found: str) -> Race:
    for who in found:
        race = race.step(by_attacker=who == "A")
    return race


def test_a_race_is_won_by_drawing_level_once_the_goods_are_handed_over():
    race = play(Race(2), "HAA")
    assert not race.is_delivered
    assert not race.is_won
    assert play(race, "H").is_won
    assert not play(Race(2), "HAH").is_won
    assert play(Race(2), "HAHA").is_won
    assert play(Race(2), "HHHHA") == Race(2, honest=4, attacker=1)


def test_a_race_is_given_up_after_delivery_alone():
    assert play(Race(3), "HHH").is_given_up(3)
    assert not play(Race(3), "HHH").is_given_up(4)
    assert not play(Race(9), "HHH").is_given_up(3)


def test_races_played_by_step_are_won_as_often_as_those_the_kernel_runs():
    generator, wins = random.Random(11), 0
    for _ in range(4_000):
        race = Race(2)
        while not race.is_won and not race.is_given_up(60):
            race = race.step(by_attacker=generator.random() < 0.3)
        wins += race.is_won
    exact = exact_probability(0.3, 2)
    assert abs(wins / 4_000 - exact) < 4 * (exact * (1 - exact) / 4_000) ** 0.5


def test_the_attacker_s_blocks_while_waiting_follow_the_negative_binomial_mean():
    assert blocks_while_waiting(0.1, 6) == pytest.approx(6 / 9)
    generator, found = random.Random(3), 0
    for _ in range(5_000):
        honest = 0
        while honest < 4:
            if generator.random() < 0.3:
                found += 1
            else:
                honest += 1
    assert found / 5_000 == pytest.approx(blocks_while_waiting(0.3, 4), rel=0.05)
    assert blocks_while_waiting(0.3, 0) == 0
    assert blocks_while_waiting(1, 1) == float("inf")


@given(st.integers(1, 49), st.integers(1, 20))
def test_at_the_break_even_payment_a_try_earns_nothing(percent, wait):
    share = percent / 100
    chance, payment = exact_probability(share, wait), break_even(share, wait)
    profit = chance * payment - (1 - chance) * blocks_while_waiting(share, wait)
    assert profit == pytest.approx(0, abs=1e-9)


def test_a_break_even_is_nothing_for_a_majority_and_never_without_power():
    assert break_even(0.5, 6) == 0
    assert break_even(0.0, 6) == float("inf")
    assert break_even(0.1, 5) < break_even(0.1, 6) == pytest.approx(1126.58, abs=0.01)
    for function in (break_even, blocks_while_waiting):
        with pytest.raises(InvalidShare, match="not between 0 and 1"):
            function(1.1, 1)
        with pytest.raises(InvalidWait, match="-1 confirmations"):
            function(0.1, -1)
