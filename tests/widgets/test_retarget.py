"""The retarget controller: scenes, rules, and numbers that are the package's own."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.difficulty import PERIOD, retarget
from minichain.consensus.regulation import START_BITS, Course, mine, steady_power
from minichain.ledger.mainnet import load_header
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.prediction import Prediction
from minichain.widgets.retarget import RetargetLesson, RetargetState
from minichain.widgets.retarget_question import tell_answer
from minichain.widgets.retarget_real import HOURS, REAL_TAKEN
from minichain.widgets.retarget_scenes import DAY, SCENES, choose_luck, mine_days
from minichain.widgets.retarget_view import RULES
from minichain.widgets.session import Session
from minichain.widgets.twin import Table, to_text
from tests.widgets.laws import check_lesson, finish

LESSON = RetargetLesson()

ACTIONS = st.one_of(
    st.builds(
        lambda s: Action.of("scene", scene=s),
        st.sampled_from([*SCENES, "hand", "real", "none"]),
    ),
    st.builds(lambda r: Action.of("rule", rule=r), st.sampled_from([*RULES, "none"])),
    st.builds(lambda p: Action.of("power", power=p), st.integers(5, 1100)),
    st.builds(lambda d: Action.of("mine", days=d), st.integers(0, 29)),
    st.builds(lambda h: Action.of("taken", hours=h), st.integers(-2, HOURS + 1)),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(-1, 3)),
    st.builds(lambda x: Action.of("luck", luck=x), st.booleans()),
    st.sampled_from([Action(t) for t in ("run", "stop", "to-change", "skip")]),
    st.sampled_from([Action(t) for t in ("ask-again", "undo", "redo", "unheard-of")]),
)


def begin(*actions: Action, seed: int = 0, **options: Any) -> Session:
    session = Session(LESSON, seed, {"ask": False, "luck": False, **options})
    for action in actions:
        session.act(action)
    finish(session)
    return session


@settings(max_examples=30)
@given(st.lists(ACTIONS, max_size=8), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


def test_the_picture_is_the_course_that_the_package_mines() -> None:
    picture = begin(Action("run"), luck=True, seed=3).picture
    course, blocks, changes = Course("period"), [], []
    for power in SCENES["doubles"].powers:
        power_now = steady_power() * power / 100
        course, times, new = mine(course, DAY, power_now, choose_luck(3))
        blocks.append(len(times))
        changes += new
    assert [minutes for _, minutes in picture["days"]] == [
        round(1440 / found, 2) for found in blocks
    ]
    assert picture["bits"] == f"{course.bits:08x}"
    assert picture["height"] == sum(blocks)
    assert [row["after"] for row in picture["rows"]] == [
        f"{change.after:08x}" for change in changes
    ]


def test_doubled_power_is_met_by_doubled_difficulty_after_a_week() -> None:
    session = begin(Action("to-change"), Action("to-change"))
    picture = session.picture
    assert picture["marks"][-1][0] == pytest.approx(21, abs=0.1)
    assert picture["rows"][-1]["ratio"] == pytest.approx(0.5, abs=0.001)
    assert picture["steps"][-1][1] == pytest.approx(2, abs=0.01)
    assert picture["days"][15][1] == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize(
    ("scene", "held", "step"), [("rented", "short", 4), ("leaves", "long", 0.25)]
)
def test_the_clamp_is_hit_and_marked(scene: str, held: str, step: float) -> None:
    picture = begin(Action("run"), scene=scene).picture
    cut = [row for row in picture["rows"] if row["held"]]
    assert [row["held"] for row in cut] == [held]
    assert cut[0]["now"] / cut[0]["was"] == pytest.approx(step, rel=1e-3)
    assert [place for place, (_, is_cut) in enumerate(picture["marks"]) if is_cut]
    (table,) = [
        part
        for part in LESSON.describe(picture)
        if isinstance(part, Table) and part.caption == "The last adjustments"
    ]
    assert [row[table.head.index("cut")] for row in table.rows].count("yes") == 1


def test_a_steady_chain_shows_the_off_by_one() -> None:
    picture = begin(Action("run"), scene="steady").picture
    first = picture["rows"][0]
    assert (first["height"], first["blocks"]) == (PERIOD, PERIOD)
    assert first["taken"] == round(2015 * 600 / DAY, 3)
    assert first["after"] == f"{retarget(0, 2015 * 600, START_BITS):08x}"
    assert picture["late"] > 0
    assert "2,015 gaps" in to_text(LESSON.describe(picture))


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("doubles", ("after 7.0 days", "2.00 times")),
        ("halves", ("28.0 days",)),
        ("leaves", ("140 days", "to 0.25", "another 35 days")),
        ("swings", ("follows late",)),
        ("rented", ("After 1.4 days", "4.00 times", "51 days")),
        ("steady", ("600.3 seconds, not 600",)),
    ],
)
def test_each_scene_s_answer_is_what_the_rule_computes(scene: str, words) -> None:
    assert all(word in tell_answer(scene) for word in words)


def test_the_answer_and_the_blocks_are_hidden_before_the_guess() -> None:
    session = Session(LESSON)
    picture = session.picture
    assert picture["predict"]["answer"] is None
    assert picture["predict"]["verdict"] == ""
    assert (picture["days"], picture["last"]) == ([], None)
    session.act(Action.of("predict", guess=1))
    assert session.picture["predict"]["answer"] == 1
    assert session.picture["predict"]["verdict"].startswith("Yes. ")
    session.act(Action("ask-again"))
    session.act(Action.of("predict", guess=0))
    assert session.picture["predict"]["verdict"].startswith("No. ")


def test_who_mines_asks_to_be_shown() -> None:
    session = Session(LESSON)
    session.act(Action.of("mine", days=1))
    assert session.picture["predict"]["step"] == "skipped"


def test_block_32256_gets_its_real_bits_and_difficulty() -> None:
    session = Session(LESSON, options={"scene": "real"})
    assert session.picture["last"] is None
    assert "1.1828995" not in str(session.envelope())
    session.act(Action("skip"))
    picture = session.picture
    assert picture["last"]["after"] == "1d00d86a"
    assert f"{load_header(32256).bits:08x}" == "1d00d86a"
    assert picture["real"]["difficulty"] == "1.1828995"
    assert picture["last"]["ratio"] == pytest.approx(REAL_TAKEN / 1_209_600, abs=1e-4)


def test_another_time_for_the_real_period_gives_other_bits_and_hits_the_clamp() -> None:
    session = begin(scene="real")
    session.act(Action.of("taken", hours=24))
    picture = session.picture
    assert (picture["last"]["held"], picture["last"]["now"]) == ("short", 4.0)
    assert "Cut" in picture["real"]["verdict"]
    session.act(Action.of("taken", hours=HOURS))
    assert session.picture["last"]["after"] == "1d00ffff"
    assert "began" in session.picture["real"]["verdict"]
    session.act(Action.of("taken", hours=-1))
    assert session.picture["real"]["exact"]


def test_other_rules_meet_the_loss_of_power_sooner() -> None:
    slow = {}
    for rule in RULES:
        picture = begin(Action("run"), scene="leaves", rule=rule).picture
        slow[rule] = picture["pace"]["slow"]
    assert slow["period"] > 130
    assert slow["window"] < 40
    assert slow["asert"] < 15


def test_the_emergency_rule_is_called_by_its_name_when_it_fires() -> None:
    session = begin(scene="hand", rule="emergency")
    session.act(Action.of("mine", days=2))
    session.act(Action.of("power", power=10))
    # A tenth is ten hours for six blocks: by chance it is sometimes more than twelve.
    session.act(Action.of("luck", luck=True))
    for _ in range(3):
        session.act(Action.of("mine", days=1))
    finish(session)
    picture = session.picture
    assert picture["last"]["meant"] is None
    assert picture["last"]["now"] / picture["last"]["was"] == pytest.approx(
        0.8, abs=1e-3
    )
    assert "six blocks took half a day" in to_text(LESSON.describe(picture))


def test_taking_over_by_hand_keeps_what_is_mined() -> None:
    session = begin(Action.of("mine", days=20))
    before = session.picture["days"]
    session.act(Action.of("scene", scene="hand"))
    assert session.picture["days"] == before
    assert session.picture["plan"] == []
    session.act(Action.of("power", power=400))
    session.act(Action.of("mine", days=7))
    assert session.picture["days"][:20] == before
    assert [power for power, _ in session.picture["days"][20:]] == [400] * 7


def test_slices_of_any_size_end_alike_and_stopping_keeps_the_days() -> None:
    whole = begin(Action("run"), luck=True).picture
    session = Session(LESSON, options={"ask": False})
    session.act(Action("run"))
    state = session.state
    for count in (1, 2, 3, 5, 100):
        state = LESSON.advance(state, count)
    assert LESSON.view(state) == whole
    session.act(Action.of("tick", revision=session.revision))
    session.act(Action("stop"))
    assert 0 < len(session.picture["days"]) < len(whole["days"])
    assert session.envelope()["progress"] is None


def test_another_rule_mines_the_same_days_anew_in_slices() -> None:
    session = begin(Action.of("mine", days=28), Action.of("mine", days=5))
    for action in (Action.of("rule", rule="asert"), Action.of("luck", luck=True)):
        session.act(action)
        assert (session.state.mined, session.state.goal) == (0, 33)
        finish(session)
        assert session.state.mined == 33
    session.act(Action("undo"))
    session.act(Action("undo"))
    finish(session)
    assert session.picture["rule"] == "period"
    assert len(session.picture["days"]) == 33


def test_days_added_by_hand_while_others_are_mined_are_not_lost() -> None:
    session = begin(scene="hand")
    session.act(Action.of("mine", days=10))
    session.act(Action.of("rule", rule="asert"))
    session.act(Action.of("power", power=300))
    session.act(Action.of("mine", days=2))
    finish(session)
    assert [power for power, _ in session.picture["days"]] == [100] * 10 + [300] * 2


def test_the_seed_decides_the_blocks_and_averages_need_none() -> None:
    def days(seed: int, *, lucky: bool) -> Any:
        return begin(Action("run"), seed=seed, luck=lucky).picture["days"]

    assert days(1, lucky=True) == days(1, lucky=True) != days(2, lucky=True)
    assert days(1, lucky=False) == days(2, lucky=False)
    luck = choose_luck(5)
    assert sum(map(luck, range(20_000))) / 20_000 == pytest.approx(1, abs=0.03)


def test_days_are_the_same_mined_at_once_or_one_by_one() -> None:
    powers = (100, 200, 50, 1000, 10)
    for rule in RULES:
        days = mine_days(rule, 9, powers)
        assert days[:3] == mine_days(rule, 9, powers[:3])
        assert [day.power for day in days] == list(powers)


@pytest.mark.parametrize(
    "changes",
    [
        {"powers": (100,)},
        {"mined": -1},
        {"mined": 60, "goal": 60},
        {"mined": 5, "goal": 4},
        {"power": 9},
        {"scene": "hand", "powers": (2000,)},
        {"scene": "hand", "powers": (100,) * 401},
        {"scene": "real", "powers": (), "taken": HOURS * 3600 + 1},
        {"scene": "real"},
        {"goal": 3, "prediction": Prediction()},
        {"scene": "hand", "powers": (), "prediction": Prediction()},
        {"prediction": Prediction("made", 3)},
    ],
)
def test_states_that_no_action_leads_to_are_refused(changes: dict[str, Any]) -> None:
    state = RetargetState(0, **{"prediction": Prediction("skipped"), **changes})
    with pytest.raises(InvalidAction):
        LESSON.check(state)


@pytest.mark.parametrize(
    ("scene", "action"),
    [
        ("real", Action.of("mine", days=1)),
        ("hand", Action("run")),
        ("hand", Action("to-change")),
        ("hand", Action.of("predict", guess=1)),
        ("doubles", Action.of("taken", hours=5)),
        ("asert", Action("to-change")),
        ("doubles", Action.of("scene", scene="triples")),
        ("doubles", Action.of("power", power=1001)),
    ],
)
def test_what_does_not_fit_the_scene_is_refused_by_name(scene, action) -> None:
    options = {"rule": "asert"} if scene == "asert" else {"scene": scene}
    with pytest.raises(InvalidAction, match=action.type):
        begin(action, **options)
