"""Snowball voting: polls one by one, how votes end, and which assumption broke."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.snowball import Network, Setting, exact_poll_probability
from minichain.errors import ProtocolError
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.prediction import Prediction
from minichain.widgets.session import Session
from minichain.widgets.snowball import PRESETS, RUNS, SnowballLesson, SnowballState
from minichain.widgets.snowball_trail import ROUNDS, Ballot, follow
from minichain.widgets.snowball_view import tell
from minichain.widgets.twin import to_text
from tests.widgets.laws import check_lesson, finish

LESSON = SnowballLesson()

A = Action.of

NUMBERS = ("split", "share", "sample", "quorum", "threshold")

ACTIONS = st.one_of(
    st.sampled_from(
        [Action(t) for t in ("poll", "round", "finish", "again", "measure", "stop")]
    ),
    st.sampled_from([Action(t) for t in ("undo", "redo", "reset", "unheard-of")]),
    st.sampled_from([Action(t) for t in ("skip", "ask-again")]),
    st.builds(
        lambda name, value: A(name, **{name: value}),
        st.sampled_from(NUMBERS),
        st.integers(-1, 101),
    ),
    st.builds(lambda p: A("preset", preset=p), st.sampled_from([*PRESETS, "none"])),
    st.builds(
        lambda r: A("rule", rule=r), st.sampled_from(["slush", "snowflake", "none"])
    ),
    st.builds(lambda g: A("predict", guess=g), st.integers(-1, 101)),
)


def begin(*actions: Action, seed: int = 0, **options: object) -> Session:
    session = Session(LESSON, seed, options={"ask": False, **options})
    for action in actions:
        session.act(action)
    return session


@settings(max_examples=25)
@given(st.lists(ACTIONS, max_size=8), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_the_vote_is_the_networks_and_nothing_else(preset: str) -> None:
    ballot = PRESETS[preset]
    session = begin(Action("finish"), preset=preset, seed=3)
    network = Network(
        ballot.colours,
        ballot.adversaries,
        Setting(ballot.sample, ballot.quorum, ballot.threshold),
        seed=3,
    )
    network.run(ROUNDS)
    picture = session.picture
    assert tuple(picture["prefer"]) == network.preferences
    assert tuple(picture["decided"]) == network.decisions
    assert picture["round"] == network.round
    assert [(n["colour"], n["count"]) for n in picture["crowd"]] == [
        (node.colour, node.count) for node in network.nodes
    ]


def test_polls_one_by_one_come_to_the_same_as_a_round() -> None:
    stepped = begin(*[Action("poll")] * 60)
    assert stepped.state == begin(Action("round")).state
    assert stepped.picture["round"] == 1
    stepped.act(Action("poll"))
    assert stepped.picture["round"] == 2
    assert len(stepped.picture["tide"]) == 2


def test_what_a_poll_changes_is_what_its_node_shows() -> None:
    session = begin()
    for _ in range(80):
        session.act(Action("poll"))
        poll, crowd = session.picture["poll"], session.picture["crowd"]
        circles = sum(crowd[i]["colour"] == 0 for i in poll["asked"])
        assert poll["node"] not in poll["asked"]
        assert poll["answers"] == [circles, 5 - circles]
        quorum = [c for c in (0, 1) if poll["answers"][c] >= 4]
        assert poll["success"] == (quorum[0] if quorum else None)
        assert crowd[poll["node"]]["count"] == poll["after"]["count"]
        assert sum(session.picture["prefer"]) == 60


def test_the_numbers_of_the_main_network_come_after_the_guess() -> None:
    session = begin(ask=True, preset="mainnet")
    picture = session.picture
    assert (picture["chances"], picture["curve"]) == (None, [])
    assert "0.1256" not in to_text(session.twin)
    assert "12.6" not in picture["predict"]["verdict"]
    session.act(A("predict", guess=60))
    picture = session.picture
    assert picture["predict"]["answer"] == 13
    assert [row["mainnet"] for row in picture["chances"]] == [
        "0.0207", "0.1256", "0.6172", "0.9887",
    ]  # fmt: skip
    assert [row["here"] for row in picture["chances"]] == [
        row["mainnet"] for row in picture["chances"]
    ]
    assert dict(map(tuple, picture["curve"]))[60] == 1256


def test_a_quorum_that_luck_can_meet_breaks_safety_and_is_named() -> None:
    session = begin(Action("finish"), preset="lucky")
    verdict = session.picture["verdict"]
    assert verdict["kind"] == "split"
    assert all(session.picture["decided"])
    assert "What broke is the quorum" in verdict["lines"][1]
    assert "chance 0.5000 for each" in verdict["lines"][1]
    # The chance is that of the moment at which the first node decided.
    trail = follow(PRESETS["lucky"], 0)
    first = next(i for i, poll in enumerate(trail.polls) if poll.after.decided)
    still = trail.prefer[first + 1][1 - trail.polls[first].after.colour]
    assert tell(exact_poll_probability(59, still, 5, 3)) in verdict["lines"][0]


def test_too_little_patience_is_named_where_the_quorum_is_sound() -> None:
    actions = [A("split", split=50), A("threshold", threshold=1), Action("finish")]
    for seed in range(20):
        session = begin(*actions, preset="mainnet", seed=seed)
        verdict = session.picture["verdict"]
        if verdict["kind"] == "split":
            break
    assert "What broke is the patience" in verdict["lines"][1]


def test_too_many_who_lie_stall_the_vote_and_are_named() -> None:
    session = begin(Action("finish"), preset="lied-to")
    verdict = session.picture["verdict"]
    assert verdict["kind"] == "stalled"
    assert session.picture["prefer"] == [45, 0]
    assert "enough peers answer honestly" in verdict["lines"][0]
    assert tell(exact_poll_probability(59, 44)) in verdict["lines"][0]


def test_sound_numbers_agree() -> None:
    session = begin(Action("finish"), preset="mainnet")
    assert session.picture["verdict"] == {"kind": "agreed", "colour": 0, "lines": []}
    with pytest.raises(InvalidAction, match="all have decided"):
        session.act(Action("poll"))


def test_a_vote_under_way_has_no_verdict() -> None:
    assert begin(Action("round"), preset="lucky").picture["verdict"] is None


def test_many_votes_are_counted_with_bands() -> None:
    session = begin(Action("measure"), preset="lucky")
    finish(session)
    measured = session.picture["measured"]
    assert measured["runs"] == RUNS == sum(measured["outcomes"])
    rate, low, high = measured["split"]
    assert rate == round(1000 * measured["outcomes"][2] / RUNS) > 500
    assert low < rate < high
    assert sum(votes for _, votes in measured["histogram"]) == RUNS


@pytest.mark.parametrize(
    ("change", "split", "rounds"),
    [
        (A("threshold", threshold=2), 51, 5),
        (A("quorum", quorum=5), 13, 20),
        (A("threshold", threshold=5), 3, 9),
    ],
    ids=["as it is", "unanimity", "patience"],
)
def test_the_section_says_what_mends_a_lucky_quorum(change, split, rounds) -> None:
    session = begin(change, Action("measure"), preset="lucky")
    finish(session)
    assert session.picture["measured"]["outcomes"][2] == split
    assert sum(r for r, _ in session.state.runs) // RUNS in (rounds - 1, rounds)


def test_many_votes_are_the_same_in_any_slices() -> None:
    state = LESSON.apply(begin(preset="lucky").state, Action("measure"))
    whole = LESSON.advance(state, RUNS)
    for _ in range(RUNS):
        state = LESSON.advance(state, 1)
    assert state == whole
    other = LESSON.apply(begin(preset="lucky", seed=1).state, Action("measure"))
    assert LESSON.advance(other, RUNS).runs != whole.runs


def test_stopping_keeps_the_votes_that_were_run() -> None:
    session = begin(Action("measure"), A("tick", revision=1), Action("stop"))
    assert 0 < len(session.state.runs) < RUNS
    assert session.envelope()["progress"] is None


def test_a_quorum_follows_its_sample() -> None:
    session = begin(preset="mainnet")
    session.act(A("sample", sample=10))
    assert session.state.ballot.quorum == 10
    session.act(A("sample", sample=20))
    assert session.state.ballot.quorum == 11
    with pytest.raises(InvalidAction, match="10 is not 11 to 20"):
        session.act(A("quorum", quorum=10))


@pytest.mark.parametrize(
    "changes",
    [
        {"ballot": Ballot(nodes=23)},
        {"ballot": Ballot(sample=20, quorum=10)},
        {"ballot": Ballot(share=51)},
        {"ballot": Ballot(threshold=0)},
        {"polls": -1},
        {"polls": ROUNDS * 60},
        {"polls": 10**9},
        {"runs": ((1, 4),)},
        {"runs": ((61, 0),)},
        {"left": RUNS + 1},
        {"left": -1},
        {"prediction": Prediction("made", 101)},
    ],
)
def test_states_that_no_action_leads_to_are_refused(changes) -> None:
    state = SnowballState(0, **{"prediction": Prediction("skipped"), **changes})
    with pytest.raises(ProtocolError):
        LESSON.check(state)
