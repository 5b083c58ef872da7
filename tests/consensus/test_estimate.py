"""Bands hold the true value as often as they say, and agree with published ones."""

from math import inf, isclose, nan
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.estimate import (
    Estimate,
    InvalidSample,
    mean,
    proportion,
)


# Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
# Medicine 17, 1998, table I, method 3: Wilson's, to four digits.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_newcombes_table_of_wilsons_bands_is_reproduced(successes, trials, low, high):
    found = proportion(successes, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 10**9), st.floats(0, 1), st.floats(0.01, 0.999))
def test_a_band_holds_its_value_and_stays_a_chance(trials, part, confidence):
    found = proportion(int(part * trials), trials, confidence)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.value in found


@given(st.integers(0, 50), st.integers(50, 1000))
def test_failures_are_banded_like_successes_turned_around(successes, trials):
    found = proportion(successes, trials)
    other = proportion(trials - successes, trials)
    assert isclose(found.low, 1 - other.high, abs_tol=1e-12)
    assert isclose(found.high, 1 - other.low, abs_tol=1e-12)


@given(st.integers(0, 100), st.floats(0.05, 0.9))
def test_more_confidence_makes_a_wider_band(successes, confidence):
    narrow = proportion(successes, 100, confidence)
    wide = proportion(successes, 100, confidence + 0.05)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


@pytest.mark.parametrize("chance", [0.02, 0.5, 0.93])
def test_nineteen_bands_of_twenty_hold_the_true_rate(chance):
    draw = Random(1)
    bands = [
        proportion(sum(draw.random() < chance for _ in range(200)), 200)
        for _ in range(1_000)
    ]
    assert 0.92 < sum(chance in band for band in bands) / 1_000 < 0.98


def test_nineteen_bands_of_twenty_hold_the_true_mean():
    draw = Random(2)
    bands = [mean([draw.expovariate(0.5) for _ in range(100)]) for _ in range(1_000)]
    assert 0.91 < sum(2 in band for band in bands) / 1_000 < 0.97


def test_a_mean_of_equal_values_has_no_width():
    assert mean([3.0] * 5) == Estimate(3.0, 3.0, 3.0, 5)
    assert 3.1 not in mean([3.0] * 5)


def test_an_estimate_prints_its_band():
    assert str(Estimate(0.123456, 0.1, 0.15, 9)) == "0.1235 [0.1, 0.15]"


@pytest.mark.parametrize(
    ("successes", "trials"), [(-1, 5), (6, 5), (0, 0), (0, -1), (-2, -1)]
)
def test_counts_that_no_sample_has_are_refused(successes, trials):
    with pytest.raises(InvalidSample, match=f"{successes} successes in {trials}"):
        proportion(successes, trials)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 1.5, nan, inf])
def test_a_confidence_that_is_no_chance_is_refused(confidence):
    for measure in (
        lambda: proportion(1, 2, confidence),
        lambda: mean([1.0, 2.0], confidence),
    ):
        with pytest.raises(InvalidSample, match="not between 0 and 1"):
            measure()


@pytest.mark.parametrize("values", [[], [1.0]])
def test_a_mean_takes_two_values(values):
    with pytest.raises(InvalidSample, match="required 2 or more"):
        mean(values)
