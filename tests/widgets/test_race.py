"""The double-spend race: block by block, thousands at once, and beside two formulas."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.double_spend import (
    blocks_while_waiting,
    break_even,
    confirmations_needed,
    exact_probability,
    nakamoto_probability,
)
from minichain.consensus.estimate import proportion
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.prediction import Prediction
from minichain.widgets.race import (
    GIVE_UP,
    SHARES,
    TRIALS_LIMIT,
    UNIT,
    WAITS,
    RaceLesson,
    RaceState,
    is_attackers,
)
from minichain.widgets.race_view import tell_chance, tell_large
from minichain.widgets.session import Session
from minichain.widgets.twin import to_text
from tests.widgets.laws import check_lesson, finish

LESSON = RaceLesson()

ACTIONS = st.one_of(
    st.builds(lambda s: Action.of("share", share=s), st.integers(0, 46)),
    st.builds(lambda w: Action.of("wait", wait=w), st.integers(0, 61)),
    st.builds(lambda e: Action.of("step", end=e), st.booleans()),
    st.builds(lambda r: Action.of("measure", races=r), st.sampled_from([1, 500, 2000])),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(0, 31)),
    st.sampled_from([Action(t) for t in ("next", "step", "stop", "skip")]),
    st.sampled_from([Action(t) for t in ("ask-again", "undo", "redo", "unheard-of")]),
)


def begin(*actions: Action, seed: int = 0, **options: Any) -> Session:
    session = Session(LESSON, seed, {"ask": False, **options})
    for action in actions:
        session.act(action)
    finish(session)
    return session


@settings(max_examples=30)
@given(st.lists(ACTIONS, max_size=8), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


@pytest.mark.parametrize(("share", "wait"), [(10, 6), (30, 3), (45, 60), (1, 60)])
def test_the_picture_s_numbers_are_those_of_the_package(share: int, wait: int) -> None:
    picture = begin(share=share, wait=wait).picture
    q = share / 100
    assert picture["chances"] == {
        "exact": exact_probability(q, wait),
        "paper": nakamoto_probability(q, wait),
        "needed": confirmations_needed(q, 0.001),
        "paper_needed": confirmations_needed(q, 0.001, nakamoto_probability),
        "limit": 0.001,
    }
    assert picture["price"]["blocks"] == blocks_while_waiting(q, wait)
    assert picture["price"]["payment"] == break_even(q, wait)
    assert picture["curve"]["width"] > picture["chances"]["needed"]
    for z, exact, paper in picture["curve"]["points"]:
        assert exact == exact_probability(q, z)
        assert paper == nakamoto_probability(q, z)


@pytest.mark.parametrize(
    ("share", "paper", "exact"), [(10, 5, 6), (30, 24, 32), (45, 340, 539)]
)
def test_the_published_waits_are_shown(share: int, paper: int, exact: int) -> None:
    chances = begin(share=share).picture["chances"]
    assert (chances["paper_needed"], chances["needed"]) == (paper, exact)


def test_the_measured_band_holds_the_exact_chance_and_not_the_paper_s() -> None:
    session = begin(Action.of("measure", races=100_000), share=30)
    picture = session.picture
    band = proportion(picture["wins"], 100_000)
    measured = picture["measured"]
    assert (measured["value"], measured["low"], measured["high"]) == (
        band.value, band.low, band.high,
    )  # fmt: skip
    assert exact_probability(0.3, 6) in band
    assert nakamoto_probability(0.3, 6) not in band
    assert (measured["holds_exact"], measured["holds_paper"]) == (True, False)
    twin = to_text(LESSON.describe(picture))
    assert "exact chance lies in the measured band, Nakamoto's does not lie" in twin


def test_nineteen_of_twenty_seeds_measure_within_the_band() -> None:
    held = [
        begin(Action.of("measure", races=2_000), share=30, wait=2, seed=seed).picture[
            "measured"
        ]["holds_exact"]
        for seed in range(60)
    ]
    assert sum(held) >= 52


def test_slices_of_any_size_count_the_same_races() -> None:
    whole = begin(Action.of("measure", races=10_000)).picture
    session = Session(LESSON, options={"ask": False})
    session.act(Action.of("measure", races=10_000))
    state = session.state
    for count in (1, 2, 3, 100):
        state = LESSON.advance(state, count)
    assert LESSON.view(state) == whole
    session.act(Action.of("tick", revision=session.revision))
    session.act(Action("stop"))
    assert session.picture["trials"] == UNIT
    session.act(Action.of("measure", races=10_000))
    finish(session)
    assert session.picture["trials"] == 10_000 + UNIT


def test_a_race_goes_block_by_block_to_its_end() -> None:
    session = begin(share=30, wait=3)
    counted = {"H": 0, "A": 0}
    while not session.picture["over"]:
        session.act(Action.of("step", end=False))
        picture = session.picture
        counted[picture["finders"][-1]] += 1
        assert (picture["honest"], picture["attacker"]) == tuple(counted.values())
        assert picture["delivered"] == (picture["honest"] >= 3)
    assert picture["taken"] != picture["given"]
    with pytest.raises(InvalidAction, match="decided"):
        session.act(Action.of("step", end=True))
    steps = picture["steps"]
    assert begin(Action.of("step", end=True), share=30, wait=3).picture["steps"] == (
        steps
    )


def test_both_ends_come_up_and_are_counted() -> None:
    session = begin(share=40, wait=2)
    ends = []
    for _ in range(30):
        session.act(Action.of("step", end=True))
        picture = session.picture
        ends.append(picture["taken"])
        if picture["taken"]:
            assert picture["attacker"] >= picture["honest"]
        else:
            assert picture["honest"] - picture["attacker"] == GIVE_UP
        session.act(Action("next"))
    assert (session.picture["won"], session.picture["lost"]) == (
        sum(ends), 30 - sum(ends),
    )  # fmt: skip
    assert 0 < sum(ends) < 30


def test_luck_follows_the_share() -> None:
    found = [is_attackers(7, 0, step, 30) for step in range(5_000)]
    assert sum(found) / 5_000 == pytest.approx(0.3, abs=0.02)
    assert found != [is_attackers(8, 0, step, 30) for step in range(5_000)]
    assert found != [is_attackers(7, 1, step, 30) for step in range(5_000)]


def test_the_answer_is_six_and_nothing_tells_it_before() -> None:
    session = Session(LESSON)
    picture = session.picture
    hidden = [picture[name] for name in ("chances", "curve", "measured", "price")]
    assert hidden == [None] * 4
    assert picture["predict"]["answer"] is None
    session.act(Action.of("predict", guess=3))
    verdict = session.picture["predict"]["verdict"]
    assert session.picture["predict"]["answer"] == 6
    assert "After 3 it is 1.71 %. It takes 6." in verdict
    assert "5 would do, but there the true chance is 0.178 %" in verdict
    assert session.picture["chances"]["needed"] == 6


def test_who_measures_asks_to_be_shown() -> None:
    session = Session(LESSON)
    session.act(Action.of("measure", races=UNIT))
    assert session.picture["predict"]["step"] == "skipped"


def test_another_wait_begins_anew() -> None:
    session = begin(Action.of("measure", races=UNIT), Action.of("step", end=True))
    session.act(Action.of("wait", wait=7))
    picture = session.picture
    assert (picture["steps"], picture["trials"], picture["measured"]) == (0, 0, None)


def test_numbers_are_told_with_the_digits_that_count() -> None:
    assert tell_chance(0.1773523) == "17.7 %"
    assert tell_chance(0.0005914) == "0.0591 %"
    assert tell_chance(3e-9) == "3.0 × 10⁻⁷ %"
    assert tell_large(1.06e15) == "1.1 × 10¹⁵"


@pytest.mark.parametrize(
    "changes",
    [
        {"share": SHARES[1] + 1},
        {"wait": WAITS[0] - 1},
        {"steps": -1},
        {"steps": 1_500},
        {"number": 3, "won": 1, "lost": 1},
        {"number": 1, "won": 2, "lost": -1},
        {"trials": UNIT, "goal": 0},
        {"trials": UNIT, "goal": UNIT, "wins": UNIT + 1},
        {"trials": 3, "goal": UNIT},
        {"goal": TRIALS_LIMIT + UNIT},
        {"goal": UNIT, "prediction": Prediction()},
        {"prediction": Prediction("made", 31)},
    ],
)
def test_states_that_no_action_leads_to_are_refused(changes: dict[str, Any]) -> None:
    state = RaceState(0, **{"prediction": Prediction("skipped"), **changes})
    with pytest.raises(InvalidAction):
        LESSON.check(state)
