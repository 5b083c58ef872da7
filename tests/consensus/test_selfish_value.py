"""The exact value of a mining game, against the formula, the simulation and limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.estimate import InvalidShare
from minichain.consensus.selfish import (
    Action,
    Fork,
    InvalidAction,
    Race,
    honest,
    revenue,
    selfish,
    simulate,
    tabulate,
)
from minichain.consensus.selfish_value import compute_value


def stubborn(race: Race) -> Action:
    """Show as many blocks as the others have, but never end the race while ahead."""
    if race.public > race.secret:
        return Action.ADOPT
    if race.public and race.fork is Fork.RELEVANT:
        return Action.MATCH
    return Action.WAIT


@pytest.mark.parametrize("reach", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.3])
def test_selfish_mining_is_worth_what_equation_8_says(share, reach):
    value = compute_value(selfish, share, reach, longest=60)
    assert value.share == pytest.approx(revenue(share, reach), abs=1e-7)


@settings(max_examples=20)
@given(st.floats(0, 0.99), st.floats(0, 1))
def test_honest_mining_is_worth_its_share_and_loses_no_block(share, reach):
    value = compute_value(honest, share, reach, longest=5)
    assert value.share == pytest.approx(share)
    assert value.orphan_rate == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("strategy", [selfish, stubborn])
@pytest.mark.parametrize(("share", "reach"), [(0.35, 0.5), (0.45, 0.0), (0.6, 0.9)])
def test_the_simulated_bands_hold_the_exact_value(strategy, share, reach):
    game = tabulate(strategy, 20)
    value = compute_value(game, share, reach)
    played = simulate(game, share, reach, 1_000_000, seed=5, confidence=0.999)
    assert value.share in played.share
    assert value.gained / value.events in played.per_event
    assert value.orphan_rate == pytest.approx(played.orphan_rate, abs=0.005)


def test_a_band_does_not_hold_the_value_at_another_share():
    played = simulate(selfish, 0.35, 0.5, 1_000_000, seed=5, confidence=0.999)
    assert compute_value(selfish, 0.36, 0.5).share not in played.share


def test_longer_races_are_worth_more_up_to_the_formula():
    values = [compute_value(selfish, 0.4, longest=n).share for n in (10, 20, 40, 80)]
    assert values == sorted(values)
    assert values[0] < values[-1] < revenue(0.4)


@pytest.mark.parametrize(("share", "reach"), [(1.0, 0), (-0.1, 0), (0.3, 1.1)])
def test_impossible_shares_are_refused_by_name(share, reach):
    with pytest.raises(InvalidShare):
        compute_value(selfish, share, reach)


def test_a_strategy_that_breaks_the_rules_is_refused_by_name():
    with pytest.raises(InvalidAction, match="not longer"):
        compute_value(lambda race: Action.OVERRIDE, 0.3)
