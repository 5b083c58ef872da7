"""Networks that ask around tip to one side, and say when they do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.estimate import InvalidSample, proportion
from minichain.consensus.snowball import (
    RULES,
    InvalidPoll,
    Network,
    Setting,
    exact_poll_probability,
    simulate,
)

SMALL = Setting(sample=5, quorum=4, threshold=6)


@pytest.mark.parametrize("rule", RULES)
def test_a_clear_majority_wins(rule):
    network = Network([0] * 80 + [1] * 20, setting=Setting(rule=rule), seed=1)
    assert network.run()
    assert network.decisions == (100, 0)


def test_an_even_split_tips_to_one_side():
    sides = set()
    for seed in range(8):
        network = Network([0, 1] * 20, setting=SMALL, seed=seed)
        assert network.run()
        assert not network.is_split
        sides.add(network.decisions)
    assert sides == {(40, 0), (0, 40)}


@settings(max_examples=25)
@given(st.lists(st.integers(0, 1), min_size=6, max_size=30), st.integers(0, 999))
def test_the_same_seed_tells_the_same_story(colours, seed):
    first, second = (Network(colours, setting=SMALL, seed=seed) for _ in range(2))
    assert [first.step(), first.step()] == [second.step(), second.step()]


def test_all_of_one_colour_decide_after_threshold_rounds():
    network = Network([1] * 21)
    for _ in range(19):
        network.step()
    assert network.decisions == (0, 0)
    network.step()
    assert network.decisions == (0, 21)
    assert network.round == 20


def test_who_has_decided_asks_no_more():
    network = Network([1] * 21)
    network.run()
    assert network.step() == []


def test_each_poll_is_shown_with_what_it_changed():
    seen = []
    network = Network([0] * 30 + [1] * 10, seed=3, on_step=seen.append)
    assert network.step() == seen
    assert sorted(poll.node for poll in seen) == list(range(40))
    for poll in seen:
        assert len(set(poll.asked)) == 20
        assert poll.node not in poll.asked
        assert sum(poll.answers) == 20
        assert (poll.success is not None) == (max(poll.answers) >= 15)
        assert poll.after == network.nodes[poll.node]


@pytest.mark.oracle
def test_polls_succeed_as_often_as_the_urn_says():
    network = Network([0] * 60 + [1] * 41, seed=5)
    start, won, trials = network.nodes[:], 0, 4000
    for _ in range(trials):
        won += network.poll(100).success == 0
        network.nodes = start[:]
    exact = exact_poll_probability(100, 60)
    assert exact in proportion(won, trials, confidence=0.9999)


def test_adversaries_answer_with_what_fewer_prefer():
    network = Network([0] * 12 + [1] * 3, adversaries=9, setting=SMALL, seed=1)
    for _ in range(50):
        poll = network.poll(0)
        ones = sum(network.nodes[p].colour if p < 15 else 1 for p in poll.asked)
        assert poll.answers[1] == ones
        network.nodes[0] = poll.before


def test_many_adversaries_keep_an_even_network_from_deciding():
    setting = Setting(sample=10, quorum=8, threshold=10)
    honest = simulate([0, 1] * 25, 0, setting, trials=10, rounds=60)
    attacked = simulate([0, 1] * 25, 40, setting, trials=10, rounds=60)
    assert honest.decided.value == 1
    assert attacked.decided.value == 0


def test_a_report_counts_what_the_runs_did():
    report = simulate([0] * 35 + [1] * 5, setting=SMALL, trials=20)
    assert report.decided.value == 1
    assert report.split.value == 0
    assert report.majority.value == 1
    assert report.rounds.low > SMALL.threshold - 1


def test_without_care_a_network_does_split():
    # One success decides: that is how small numbers break the promise.
    hasty = Setting(sample=3, quorum=2, threshold=1)
    assert simulate([0, 1] * 10, 0, hasty, trials=20).split.value > 0.5


@pytest.mark.parametrize(
    ("colours", "adversaries"),
    [([], 30), ([0] * 20, 0), ([0] * 30, -1), ([0, 2] * 20, 0)],
)
def test_networks_that_cannot_ask_are_refused(colours, adversaries):
    with pytest.raises(InvalidPoll):
        Network(colours, adversaries)


def test_one_trial_is_no_report():
    with pytest.raises(InvalidSample):
        simulate([0] * 40, trials=1)
