"""The proof-of-stake board: what was done, what became final, who is guilty."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.pos import Beacon
from minichain.errors import ProtocolError
from minichain.widgets import stakeboard_run
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.prediction import Prediction
from minichain.widgets.session import Session
from minichain.widgets.stakeboard import SLOTS_LIMIT, StakeLesson, StakeState
from minichain.widgets.stakeboard_log import Deed
from minichain.widgets.stakeboard_run import replay
from minichain.widgets.twin import to_text
from tests.widgets.laws import check_lesson, finish

LESSON = StakeLesson()

A = Action.of

PLAIN = (
    "slot", "epoch", "epoch", "epoch", "back", "wait", "leave", "return", "double",
    "surround", "split", "heal", "skip", "ask-again", "undo", "redo", "reset", "stop",
    "unheard-of",
)  # fmt: skip

ACTIONS = st.one_of(
    st.sampled_from([Action(name) for name in PLAIN]),
    st.builds(lambda n: A("mark-first", count=n), st.integers(-1, 33)),
    st.builds(lambda n: A("mark", validator=n), st.integers(-1, 33)),
    st.builds(lambda n: A("look", slot=n), st.integers(-1, 60)),
    st.builds(lambda n: A("side", side=n), st.integers(-1, 2)),
    st.builds(lambda n: A("predict", guess=n), st.integers(-1, 4)),
)


def begin(*actions: Action, **options: object) -> Session:
    session = Session(LESSON, options={"ask": False, **options})
    for action in actions:
        session.act(action)
    return session


def epochs(count: int) -> list[Action]:
    return [Action("epoch")] * count


def gone(count: int, *, after: int = 3) -> Session:
    """Return a board some of whose validators went offline after some epochs."""
    return begin(*epochs(after), A("mark-first", count=count), Action("leave"))


@settings(max_examples=25)
@given(st.lists(ACTIONS, max_size=10), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


def test_the_board_is_the_beacon_and_nothing_else() -> None:
    session = gone(11)
    for action in epochs(12):
        session.act(action)
    beacon = Beacon(32)
    beacon.run(epochs=3)
    beacon.take_offline(range(11))
    # The board stops at the first slot of an epoch, a run of epochs does so too.
    beacon.run(epochs=12)
    known = beacon.state().justification
    [side] = session.picture["sides"]
    assert (side["justified"], side["final"]) == (
        str(known.current),
        str(known.finalized),
    )
    stakes = [v["stake"] for v in session.picture["validators"]]
    assert stakes == [balance // 10**6 for balance in beacon.state().balances]


@pytest.mark.parametrize(("absent", "holds"), [(10, True), (11, False)])
def test_a_third_is_where_the_line_is(absent: int, holds: bool) -> None:
    session = gone(absent)
    for action in epochs(5):
        session.act(action)
    row = session.picture["rows"][2]
    assert row["votes"] == 1000 * 32 * (32 - absent)
    assert row["enough"] is holds
    assert (3 * row["votes"] >= 2 * row["total"]) is holds
    assert row["stand"] in (("final", "justified") if holds else ("missed",))


def test_the_leak_brings_finality_back() -> None:
    session = gone(11)
    for action in epochs(3):
        session.act(action)
    before = session.state.slot
    session.act(Action("wait"))
    finish(session)
    picture = session.picture
    assert picture["sides"][0]["final_epoch"] >= 6
    # Past the four epochs in which nothing leaks.
    assert session.state.slot > before + 5 * 8
    assert any(point["leaking"] for point in picture["history"][0])
    left = [p["left"] for p in picture["history"][0] if p["left"] is not None]
    assert left == sorted(left, reverse=True)
    assert left[-1] < 950
    assert picture["validators"][0]["stake"] < 31_000
    assert picture["validators"][20]["stake"] > 32_000


def test_waiting_for_nothing_in_good_times_takes_two_epochs() -> None:
    session = begin(*epochs(3), Action("wait"))
    finish(session)
    assert session.state.slot == 5 * 8


def test_waiting_ends_where_all_are_gone() -> None:
    session = gone(32)
    session.act(Action("wait"))
    finish(session)
    assert session.envelope()["progress"] is None
    with pytest.raises(ProtocolError, match="no validator with a stake is active"):
        session.act(Action("epoch"))


def test_stopping_keeps_the_epochs_that_passed() -> None:
    session = gone(16)
    session.act(Action("wait"))
    session.act(A("tick", revision=session.revision))
    session.act(Action("stop"))
    assert session.envelope()["progress"] is None
    assert session.state.slot > 3 * 8


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("double", "Two votes for epoch 5: only one is allowed."),
        ("surround", "The vote from epoch 0 to 6 goes around the one from 2 to 3."),
    ],
)
def test_a_false_vote_is_named_and_slashed_by_the_next_block(kind, rule) -> None:
    session = begin(*epochs(6), A("mark", validator=7), Action(kind))
    [proof] = session.picture["evidence"]
    assert (proof["validator"], proof["kind"]) == (7, kind)
    assert rule in proof["rule"]
    assert proof["votes"][0] != proof["votes"][1]
    assert proof["slashed"] is None
    session.act(Action("slot"))
    [proof] = session.picture["evidence"]
    assert proof["slashed"]["block"] == "49"
    # A thirty-second part of 32 at once, by the small rules.
    assert proof["slashed"]["at_once"] == 1000
    assert session.picture["validators"][7]["status"] == "slashed"
    assert rule in to_text(session.twin)


def test_the_second_loss_grows_with_how_many_are_guilty() -> None:
    def together(count: int) -> int:
        session = begin(*epochs(5), A("mark-first", count=count), Action("double"))
        session.act(Action("slot"))
        return session.picture["evidence"][0]["slashed"]["together"]

    assert together(1) == 3 * 1000
    assert together(11) == 32 * 1000


@pytest.mark.parametrize(("guilty", "stuck"), [(10, None), (11, "1@8")])
def test_a_third_slashed_under_a_checkpoint_catches_the_chain_on_it(
    guilty, stuck
) -> None:
    actions = [*epochs(2), A("mark-first", count=guilty), Action("double")]
    session = begin(*actions, *epochs(3))
    assert session.picture["sides"][0]["stuck"] == stuck
    assert ("The chain is caught" in to_text(session.twin)) is bool(stuck)


def test_more_may_have_voted_than_are_left() -> None:
    # A caught chain ejects all it has, several an epoch.
    actions = [*epochs(2), A("mark-first", count=13), Action("double")]
    session = begin(*actions, Action("slot"), Action("wait"))
    finish(session)
    rows = session.picture["rows"]
    assert any(row["votes"] > row["total"] and row["enough"] for row in rows)
    assert max(point["part"] for point in session.picture["history"][0]) == 1000


def test_a_vote_that_contradicts_nothing_is_no_offence() -> None:
    session = begin(*epochs(2), A("mark", validator=0))
    with pytest.raises(ProtocolError, match="no vote to surround") as refused:
        session.act(Action("surround"))
    assert refused.value.rule == "evidence"
    assert session.picture["evidence"] == []


def test_a_long_cut_ends_in_two_truths_and_nobody_is_guilty() -> None:
    session = begin(*epochs(3), A("mark-first", count=16), Action("split"))
    for action in epochs(26):
        session.act(action)
    session.act(Action("heal"))
    picture = session.picture
    assert picture["agreed"] is False
    assert len(picture["sides"]) == 2
    finals = [side["final"] for side in picture["sides"]]
    assert finals[0] != finals[1]
    assert picture["evidence"] == []
    assert "cannot agree" in to_text(session.twin)
    session.act(A("side", side=1))
    left = session.picture["validators"][:16]
    assert {v["status"] for v in left} == {"ejected", "cut off"}
    assert all(v["stake"] < 17_000 for v in left)


def test_a_short_cut_heals() -> None:
    session = begin(*epochs(3), A("mark-first", count=16), Action("split"))
    for action in [*epochs(2), A("side", side=1), Action("heal"), *epochs(4)]:
        session.act(action)
    picture = session.picture
    assert picture["agreed"] is True
    assert (len(picture["sides"]), picture["side"]) == (1, 0)
    assert picture["sides"][0]["final_epoch"] == picture["epoch"] - 2


@pytest.mark.parametrize("count", [0, 32])
def test_a_cut_needs_two_sides(count: int) -> None:
    session = begin(*epochs(1), A("mark-first", count=count))
    with pytest.raises(InvalidAction):
        session.act(Action("split"))


def test_a_slot_back_is_the_slot_before_and_on_again_the_same() -> None:
    session = begin(*epochs(2), A("mark", validator=3), Action("slot"))
    there = session.share
    session.act(Action("leave"))
    session.act(Action("back"))
    assert session.state.slot == 16
    assert session.picture["sides"][0]["acting"] == 32
    session.act(Action("slot"))
    assert session.share == there
    with pytest.raises(InvalidAction, match="no slot has passed"):
        begin(Action("back"))


def test_a_run_is_the_same_from_anywhere() -> None:
    log = (
        Deed("pass", 30),
        Deed("leave", 0, (1, 2, 3)),
        Deed("pass", 11),
        Deed("double", 0, (4,)),
        Deed("pass", 9),
    )
    stakeboard_run._kept.clear()
    cold = replay(5, 32, log).beacon.state()
    stakeboard_run._kept.clear()
    for fewer in range(8, -1, -1):
        stepped = replay(5, 32, (*log[:-1], Deed("pass", 9 - fewer)))
    assert stepped.beacon.state() == cold
    stakeboard_run._kept.clear()
    other = replay(6, 32, log).beacon.state()
    assert other.balances != cold.balances


def test_who_is_called_in_a_slot_is_known_before_it() -> None:
    session = begin(*epochs(2), A("look", slot=20))
    look = session.picture["look"]
    assert look["ahead"]
    called = {m["index"] for m in look["members"]}
    [turn] = [v["index"] for v in session.picture["validators"] if v["proposes"]]
    for _ in range(4):
        session.act(Action("slot"))
    cell = session.picture["rows"][-1]["cells"][4]
    assert (cell["slot"], cell["proposer"], cell["votes"]) == (20, turn, len(called))
    assert {m["index"] for m in session.picture["look"]["members"]} == called
    with pytest.raises(InvalidAction):
        session.act(A("look", slot=24))


def test_the_real_numbers_come_after_the_guess() -> None:
    session = begin(ask=True)
    assert session.picture["mainnet"] is None
    assert session.picture["predict"]["answer"] is None
    assert "4,685" not in to_text(session.twin)
    session.act(A("predict", guess=0))
    assert session.picture["predict"]["answer"] == 2
    mainnet = session.picture["mainnet"]
    assert (mainnet["ejected"], mainnet["ejected_days"]) == (4685, 208)
    assert mainnet["recovered"] == 0


def test_who_plays_it_out_is_shown_the_answer() -> None:
    session = begin(*epochs(3), A("mark-first", count=11), Action("leave"), ask=True)
    assert session.picture["predict"]["step"] == "open"
    session.act(Action("slot"))
    assert session.picture["predict"]["step"] == "skipped"
    assert session.picture["mainnet"]["recovered_days"] == 52


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 7},
        {"marked": (3, 2)},
        {"marked": (32,)},
        {"log": (Deed("pass"),)},
        {"log": (Deed("pass", 1), Deed("pass", 1))},
        {"log": (Deed("pass", SLOTS_LIMIT + 1),)},
        {"log": (Deed("leave"),)},
        {"log": (Deed("leave", 0, (40,)),)},
        {"log": (Deed("heal"),)},
        {"log": (Deed("surround", 0, (1,)),)},
        {"side": 1},
        {"look": 8},
        {"wait": 31},
        {"goal": 2},
    ],
)
def test_states_that_no_action_leads_to_are_refused(changes) -> None:
    state = StakeState(0, **{"prediction": Prediction("skipped"), **changes})
    with pytest.raises(ProtocolError):
        LESSON.check(state)


def test_time_ends_somewhere() -> None:
    session = begin()
    session.act(Action("epoch"))
    state = StakeState(0, 8, (Deed("pass", SLOTS_LIMIT),))
    assert LESSON.view(state)["limit"]
    with pytest.raises(InvalidAction, match="at most 480 slots"):
        LESSON.apply(state, Action("slot"))
