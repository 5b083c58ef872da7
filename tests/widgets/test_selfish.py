"""The selfish-mining lab: races, tables of strategies, and what they earn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus import selfish
from minichain.consensus.selfish_value import compute_value
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.prediction import Prediction
from minichain.widgets.selfish import SHARES, SelfishLesson, SelfishState
from minichain.widgets.selfish_race import choose_finder
from minichain.widgets.selfish_table import SIZE, TABLES, allowed, strategy_of
from minichain.widgets.session import Session
from tests.widgets.laws import check_lesson, finish

LESSON = SelfishLesson()

CELLS = st.integers(-1, 5)

ACTIONS = st.one_of(
    st.builds(lambda s: Action.of("share", share=s), st.integers(0, 51)),
    st.builds(lambda r: Action.of("reach", reach=r), st.integers(-1, 101)),
    st.builds(lambda n: Action.of("find", count=n), st.integers(0, 101)),
    st.builds(
        lambda p: Action.of("preset", preset=p), st.sampled_from([*TABLES, "none"])
    ),
    st.builds(
        lambda s, p, x: Action.of("write", secret=s, public=p, letter=x),
        CELLS,
        CELLS,
        st.sampled_from("WAOMX"),
    ),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(0, 51)),
    st.sampled_from([Action(t) for t in ("measure", "stop", "skip", "ask-again")]),
    st.sampled_from([Action(t) for t in ("undo", "redo", "reset", "unheard-of")]),
)


def begin(*actions: Action, **options: object) -> Session:
    session = Session(LESSON, options={"ask": False, **options})
    for action in actions:
        session.act(action)
    return session


@settings(max_examples=30)
@given(st.lists(ACTIONS, max_size=8), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


@pytest.mark.parametrize("name", ["honest", "selfish"])
@pytest.mark.parametrize(("share", "reach"), [(0.2, 0.0), (0.35, 0.5), (0.4, 1.0)])
def test_a_table_earns_what_the_strategy_it_was_made_of_earns(name, share, reach):
    wanted = compute_value(selfish.STRATEGIES[name], share, reach).share
    assert compute_value(strategy_of(TABLES[name]), share, reach).share == wanted


def test_stubbornness_pays_only_where_ties_are_won() -> None:
    def earned(name: str, share: float, reach: float) -> float:
        return compute_value(strategy_of(TABLES[name]), share, reach).share

    assert earned("stubborn", 0.35, 0) < earned("selfish", 0.35, 0)
    assert earned("stubborn", 0.3, 1) > earned("selfish", 0.3, 1)


@pytest.mark.parametrize("letter", "OM")
def test_a_letter_is_allowed_where_the_game_allows_it_and_nowhere_else(letter) -> None:
    for place in range(SIZE * SIZE):
        secret, public = divmod(place, SIZE)
        if not public:
            continue
        table = "W" * place + letter + "W" * (SIZE * SIZE - place - 1)
        before = selfish.Race(secret, public - 1)
        if letter in allowed(secret, public):
            selfish.step(strategy_of(table), before, selfish.Finder.OTHERS)
        else:
            with pytest.raises(selfish.InvalidAction):
                selfish.step(strategy_of(table), before, selfish.Finder.OTHERS)


def test_an_override_without_a_lead_is_refused_by_name() -> None:
    with pytest.raises(InvalidAction, match="'O' is not possible at 1 secret and 1"):
        begin(Action.of("write", secret=1, public=1, letter="O"))


def test_a_changed_cell_makes_the_strategy_the_learners_own() -> None:
    session = begin(Action.of("write", secret=2, public=0, letter="O"))
    assert session.picture["preset"] == "own"
    assert session.picture["cells"][2][0]["letter"] == "O"
    assert session.picture["expected"] < 10_000 * 37


def test_the_answer_is_a_third_and_hidden_before() -> None:
    session = begin(ask=True)
    picture = session.picture
    assert picture["predict"]["answer"] is None
    assert (picture["expected"], picture["curve"], picture["threshold"]) == (
        None,
        [],
        None,
    )
    session.act(Action.of("predict", guess=50))
    assert session.picture["predict"]["answer"] == 33
    assert session.picture["threshold"] == 333_333


def test_who_measures_is_shown_the_answer() -> None:
    session = begin(Action("measure"), ask=True)
    assert session.picture["predict"]["step"] == "skipped"


def test_measurements_agree_with_the_formula() -> None:
    session = begin(Action("measure"))
    finish(session)
    points = session.picture["points"]
    assert [point[0] for point in points] == list(SHARES)
    # Twenty bands of 95 % may miss; three of ten would be a fault.
    missed = [
        share
        for share, _, low, high in points[:-1]
        if not low <= 1e6 * selfish.revenue(share / 100) <= high
    ]
    assert len(missed) < 3


def test_stopping_keeps_what_was_measured() -> None:
    session = begin(Action("measure"))
    session.act(Action.of("tick", revision=session.revision))
    session.act(Action("stop"))
    assert 0 < len(session.picture["points"]) < len(SHARES)
    assert session.envelope()["progress"] is None


def test_every_block_found_is_accounted_for() -> None:
    session = begin(*[Action.of("find", count=100)] * 5)
    picture = session.picture
    held = picture["race"]["secret"] + picture["race"]["public"]
    stayed = picture["gained"] + picture["lost"]
    assert picture["steps"] == 500
    assert stayed + held + picture["orphans"] == 500
    assert picture["orphans"] > 0
    assert picture["earned"] == round(1e6 * picture["gained"] / stayed)


def test_an_honest_miner_earns_each_block_he_finds() -> None:
    session = begin(Action.of("find", count=100), strategy="honest")
    assert session.picture["orphans"] == 0
    found = [choose_finder(0, number, 35, 0).value for number in range(100)]
    assert session.picture["gained"] == found.count(0)


def test_luck_follows_the_shares() -> None:
    tied = [choose_finder(7, number, 30, 50).value for number in range(4000)]
    parts = [tied.count(finder) / 4000 for finder in (0, 1, 2)]
    assert parts == pytest.approx([0.3, 0.35, 0.35], abs=0.03)
    assert 1 not in {choose_finder(7, number, 30, 0).value for number in range(400)}


@pytest.mark.parametrize(
    "changes",
    [
        {"share": 0},
        {"reach": 101},
        {"fork": 3},
        {"table": "W" * 24},
        {"table": "O" + TABLES["selfish"][1:]},
        {"secret": -1},
        {"gained": 5, "steps": 4},
        {"points": ((7, 1, 1, 1),)},
        {"points": ((5, 3, 4, 5),)},
        {"left": 11},
        {"left": 3, "prediction": Prediction()},
    ],
)
def test_states_that_no_action_leads_to_are_refused(changes) -> None:
    state = SelfishState(0, **{"prediction": Prediction("skipped"), **changes})
    with pytest.raises(InvalidAction):
        LESSON.check(state)
