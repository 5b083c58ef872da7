"""A node learns from its polls by the rules of the paper, and polls succeed by law."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.sampling import (
    InvalidPoll,
    Node,
    Setting,
    answer,
    exact_poll_probability,
    poll_probability,
    streak_probability,
)

SUCCESSES = st.lists(st.sampled_from([None, 0, 1]), max_size=60)


def after(successes, rule: str, threshold: int = 99) -> Node:
    """Return what a node that preferred 0 remembers after these polls."""
    node, setting = Node(0), Setting(threshold=threshold, rule=rule)
    for success in successes:
        if not node.decided:
            node = answer(node, success, setting)
    return node


@pytest.mark.parametrize(
    ("share", "chance"), [(0.5, 0.0207), (0.6, 0.1256), (0.75, 0.6172), (0.9, 0.9887)]
)
def test_fifteen_of_twenty_agree_by_the_binomial_law(share, chance):
    assert round(poll_probability(share), 4) == chance


def test_chances_of_nobody_and_of_everybody():
    assert poll_probability(0) == 0
    assert poll_probability(1) == 1


@given(st.integers(21, 400), st.data())
def test_among_few_the_chance_is_exact_and_the_two_colours_exclude_each_other(
    peers, data
):
    supporters = data.draw(st.integers(0, peers))
    one = exact_poll_probability(peers, supporters)
    other = exact_poll_probability(peers, peers - supporters)
    assert 0 <= one + other <= 1 + 1e-12


@pytest.mark.parametrize("threshold", [1, 2, 5])
def test_a_streak_of_luck_is_as_rare_as_all_its_polls_together(threshold):
    # Two of three at an even split: half of all polls find two alike of one colour.
    even, setting = poll_probability(Fraction(1, 2), 3, 2), Setting(3, 2, threshold)
    assert streak_probability(even, setting) == pytest.approx(0.5**threshold)
    assert streak_probability(1, setting) == 1


def test_a_streak_of_no_chance_is_refused():
    with pytest.raises(InvalidPoll, match="not between 0 and 1"):
        streak_probability(1.5, Setting())


def test_a_hand_size_urn():
    # Two of three are asked, both must agree: of 3 pairs, one is of the two supporters.
    assert exact_poll_probability(3, 2, 2, 2) == pytest.approx(1 / 3)
    assert exact_poll_probability(3, 1, 2, 2) == 0


def test_among_very_many_the_urn_is_the_binomial_law():
    many = exact_poll_probability(10**7, 6 * 10**6)
    assert many == pytest.approx(poll_probability(Fraction(6, 10)), rel=1e-4)


def test_slush_follows_every_success():
    assert after([1], "slush").colour == 1
    assert after([1, None, 0], "slush").colour == 0


def test_slush_stops_after_so_many_polls_whatever_they_said():
    assert after([None] * 3, "slush", 3).decided
    assert not after([None] * 2, "slush", 3).decided


def test_snowflake_counts_successes_in_a_row_only():
    assert after([1, 1, 1], "snowflake", 3).decided
    assert not after([1, 1, None, 1], "snowflake", 3).decided
    assert after([1, 1, None, 1], "snowflake", 3).count == 1
    assert not after([1, 1, 0], "snowflake", 3).decided


def test_snowball_changes_its_mind_only_for_more_successes_in_all():
    assert after([0, 0, 1], "snowball").colour == 0
    assert after([0, 0, 1, 1], "snowball").colour == 0
    assert after([0, 0, 1, 1, 1], "snowball").colour == 1
    assert after([0, 0, 1], "snowflake").colour == 1


def test_snowball_starts_counting_anew_with_another_colour():
    assert after([0, 0, 1], "snowball").count == 1
    assert after([0, 0, 1, 1], "snowball").count == 2


@given(SUCCESSES)
def test_confidence_is_the_number_of_successes(successes):
    node = after(successes, "snowball")
    assert node.confidence == (successes.count(0), successes.count(1))
    if node.confidence[0] != node.confidence[1]:
        assert node.colour == int(node.confidence[1] > node.confidence[0])


@pytest.mark.oracle
@given(SUCCESSES, st.integers(1, 5))
def test_a_run_of_successes_decides(successes, threshold):
    text = "".join("-" if s is None else str(s) for s in successes)
    runs = any(c * threshold in text for c in "01")
    assert after(successes, "snowflake", threshold).decided == runs
    assert after(successes, "snowball", threshold).decided == runs


@pytest.mark.parametrize(
    "words",
    [
        {"sample": 20, "quorum": 10}, {"sample": 20, "quorum": 21},
        {"sample": 0, "quorum": 0}, {"threshold": 0}, {"rule": "snowman"},
    ],
)  # fmt: skip
def test_polls_that_could_not_tell_are_refused(words):
    with pytest.raises(InvalidPoll):
        Setting(**words)


def test_chances_of_what_cannot_be_are_refused():
    with pytest.raises(InvalidPoll, match=r"share 1\.1"):
        poll_probability(1.1)
    with pytest.raises(InvalidPoll, match="20 of 19 peers"):
        exact_poll_probability(19, 10)
    with pytest.raises(InvalidPoll, match="31 supporters"):
        exact_poll_probability(30, 31)
