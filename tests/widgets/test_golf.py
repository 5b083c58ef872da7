"""Gas golf: right is called right, wrong by its input, and gas counted to the unit."""

import json
from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.errors import ProtocolError
from minichain.evm import assemble, disassemble
from minichain.evm.assembly_errors import InvalidAssembly
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.golf import (
    BOARD_LIMIT,
    CALLS_LIMIT,
    Entry,
    GolfLesson,
    GolfState,
)
from minichain.widgets.golf_score import Score, find_gas_by_line, score
from minichain.widgets.golf_tasks import RANDOM_CASES, list_tasks
from minichain.widgets.prediction import Prediction
from minichain.widgets.session import Session
from minichain.widgets.share import decode_share
from minichain.widgets.timetravel import TimeTravelLesson
from tests.widgets.laws import check_lesson

LESSON = GolfLesson()
TASKS = list_tasks()

TRICK = """PUSH1 32 CALLDATALOAD PUSH0 CALLDATALOAD
LT PUSH1 5 SHL CALLDATALOAD
PUSH0 MSTORE MSIZE PUSH0 RETURN"""
"""The greater of two words: the comparison itself says where it lies."""

TEXTS = st.sampled_from(
    [TRICK, "STOP", "ADDD", "", TASKS["max"].start, TASKS["power"].pars[0], "INVALID"]
)

ACTIONS = st.one_of(
    st.builds(lambda t: Action.of("text", text=t), TEXTS),
    st.builds(lambda w: Action.of("task", task=w), st.sampled_from([*TASKS, "no"])),
    st.builds(lambda n: Action.of("calls", calls=n), st.integers(0, CALLS_LIMIT + 1)),
    st.builds(lambda p: Action.of("load", place=p), st.integers(-1, 3)),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(-1, 4)),
    st.sampled_from([Action(t) for t in ("submit", "submit", "show", "start")]),
    st.sampled_from(
        [Action(t) for t in ("undo", "redo", "reset", "skip", "ask-again")]
    ),
)


def begin(task: str = "max", **options: object) -> Session:
    return Session(LESSON, options={"task": task, "ask": False, **options})


def submit(session: Session, text: str) -> dict:
    session.act(Action.of("text", text=text))
    session.act(Action("submit"))
    return session.picture["result"]


@settings(max_examples=60)
@given(st.lists(ACTIONS, max_size=10), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.word)
@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_every_start_and_reference_is_right_on_every_seed(task, seed) -> None:
    for text in (task.start, *task.pars):
        assert score(task, text, seed).failure is None


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.word)
def test_a_program_to_begin_with_leaves_much_to_gain(task) -> None:
    start = score(task, task.start, 0)
    assert min(score(task, text, 0).cost(100) for text in task.pars) < start.cost(100)


@settings(max_examples=200)
@given(st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1))
def test_answers_are_those_of_their_definitions(a: int, b: int) -> None:
    assert TASKS["max"].expect((a, b)) == (a if a > b else b)
    assert TASKS["mean"].expect((a, b)) == int(Fraction(a + b, 2))
    assert TASKS["sum"].expect((a, b, 5)) == (a + b + 5) & (2**256 - 1)
    assert TASKS["power"].expect((a,)) == (a != 0 and a & (a - 1) == 0)
    assert TASKS["count"].expect((a,)) == bin(a).count("1")
    root = TASKS["root"].expect((a,))
    assert root * root <= a < (root + 1) ** 2
    assert root == isqrt(a)
    low, high = a >> 128, b >> 128
    packed = TASKS["pack"].expect((low, high))
    assert packed.to_bytes(32, "big") == high.to_bytes(16, "big") + low.to_bytes(
        16, "big"
    )


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.word)
def test_inputs_are_words_and_another_seed_has_others(task) -> None:
    cases = task.cases(0)
    assert len(cases) == len(task.edges) + RANDOM_CASES
    assert all(0 <= word < 2**256 for words in cases for word in words)
    assert cases == task.cases(0)
    assert cases != task.cases(1)
    answers = [task.expect(words) for words in cases]
    assert len(set(answers)) > 1


def test_gas_and_bytes_are_counted_to_the_unit() -> None:
    result = score(TASKS["max"], TRICK, 0)
    # 5 and 6 for the words, 3, 6 and 3, then 2, 6, 2 and 2 to give it back.
    assert result == Score(15, 22, 22 * (11 + 3 + 6 + 3 + 2 + 6 + 2 + 2), None)
    assert result.cost(100) == 200 * 15 + 100 * 35
    assert len(assemble(TRICK)) == 15


def test_a_program_under_par_is_told_so_and_remembered() -> None:
    session = begin()
    result = submit(session, TRICK)
    assert result["failure"] is None
    assert result["over"] < 0
    assert session.state.board == (Entry("max", TRICK),)
    assert "under par" in session.lesson.summarize(session.picture)


def test_a_wrong_program_is_told_its_input_and_not_remembered() -> None:
    session = begin()
    result = submit(session, "PUSH1 32 CALLDATALOAD PUSH0 MSTORE MSIZE PUSH0 RETURN")
    failure = result["failure"]
    assert (failure["words"], failure["expected"], failure["found"]) == (
        ["1", "0"], "1", "0",
    )  # fmt: skip
    assert session.state.board == ()
    assert "required 1" in session.lesson.summarize(session.picture)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("STOP", "0 bytes returned, required 32"),
        ("PUSH1 33 PUSH0 RETURN", "33 bytes returned, required 32"),
        ("INVALID", "invalid-opcode"),
        ("ADD", "stack-underflow"),
        (":l JUMPDEST PUSH @l JUMP", "out-of-gas"),
        ("PUSH0 PUSH0 REVERT", "revert"),
    ],
)
def test_a_program_that_does_not_answer_is_told_why(text: str, reason: str) -> None:
    failure = submit(begin(), text)["failure"]
    assert (failure["found"], failure["reason"]) == (None, reason)


def test_a_program_that_knows_the_edges_by_heart_is_found_out() -> None:
    """It is right for words below 256 and for the greatest, and wrong in general."""
    text = "PUSH1 32 CALLDATALOAD PUSH0 CALLDATALOAD OR PUSH0 MSTORE MSIZE PUSH0 RETURN"
    task = TASKS["max"]
    edges = [words for words in task.edges if max(words) == words[0] | words[1]]
    assert len(edges) == len(task.edges)
    assert score(task, text, 0).failure is not None


def test_what_is_stored_in_the_wrong_half_is_wrong() -> None:
    text = "PUSH1 32 CALLDATALOAD PUSH0 CALLDATALOAD PUSH1 128 SHL ADD PUSH0 SSTORE"
    failure = submit(begin("pack"), text)["failure"]
    assert failure["words"] == ["1", "0"]
    assert failure["found"] == hex(2**128)


def test_the_failing_run_opens_in_the_time_machine() -> None:
    text = "PUSH1 32 CALLDATALOAD PUSH0 MSTORE MSIZE PUSH0 RETURN"
    trace = submit(begin(), text)["failure"]["trace"]
    _, state = decode_share(TimeTravelLesson(), trace)
    assert state.setup.contracts[0].text == text
    picture = TimeTravelLesson().view(state)
    assert picture["run"]["outcome"]["said"] == "0"


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.word)
def test_every_task_can_fail_and_be_traced(task) -> None:
    trace = submit(begin(task.word), "PUSH1 3 PUSH0 MSTORE8")["failure"]["trace"]
    decode_share(TimeTravelLesson(), trace)


def test_gas_by_line_adds_up_to_the_gas_of_the_run() -> None:
    lines = find_gas_by_line(TASKS["max"], TRICK, 0)
    assert lines == {1: 11, 2: 12, 3: 12}
    assert sum(lines.values()) == 35


def test_who_wins_depends_on_the_calls() -> None:
    session = begin("count")
    for text in TASKS["count"].pars:
        submit(session, text)
    session.act(Action.of("calls", calls=1))
    few = [row["size"] for row in session.picture["board"]]
    session.act(Action.of("calls", calls=1_000))
    many = [row["size"] for row in session.picture["board"]]
    assert few == many[::-1]
    assert few[0] < few[1]


def test_the_question_is_answered_by_the_scores_themselves() -> None:
    session = Session(LESSON)
    asked = session.picture["predict"]
    assert asked["answer"] is None
    session.act(Action.of("predict", guess=0))
    asked = session.picture["predict"]
    fast, short = (score(TASKS["count"], text, 0) for text in TASKS["count"].pars)
    assert asked["choices"][asked["answer"]] == "5 calls"
    assert fast.cost(5) < short.cost(5)
    assert fast.cost(4) > short.cost(4)
    assert asked["verdict"].startswith("Not so. It is 5:")


def test_a_reference_is_hidden_until_it_is_asked_for() -> None:
    session = begin("mean")
    reference = TASKS["mean"].pars[0]
    assert reference not in json.dumps(session.envelope())
    session.act(Action("show"))
    assert session.picture["reference"] == [reference]
    session.act(Action.of("task", task="power"))
    assert session.picture["reference"] == []


def test_a_text_that_is_no_program_is_refused_with_its_line() -> None:
    session = begin()
    session.act(Action.of("text", text="PUSH1 1\nADDD"))
    with pytest.raises(InvalidAssembly, match="line 2"):
        session.act(Action("submit"))
    assert session.state.tried is None


def test_a_change_after_a_try_is_marked() -> None:
    session = begin()
    submit(session, TRICK)
    assert not session.picture["changed"]
    session.act(Action.of("text", text=f"{TRICK} STOP"))
    assert session.picture["changed"]


def test_coming_back_to_a_task_finds_the_best_program() -> None:
    session = begin()
    submit(session, TRICK)
    submit(session, TASKS["max"].start)
    session.act(Action.of("task", task="sum"))
    session.act(Action.of("task", task="max"))
    assert session.state.text == TRICK


def test_a_full_board_gives_up_the_dearest_of_the_same_task() -> None:
    session = begin()
    for extra in range(BOARD_LIMIT + 2):
        submit(session, f"{TRICK} {'STOP ' * extra}")
    sizes = sorted(row["size"] for row in session.picture["board"])
    assert sizes == list(range(15, 15 + BOARD_LIMIT))


def test_a_loaded_program_is_the_one_of_the_board() -> None:
    session = begin()
    submit(session, TRICK)
    submit(session, TASKS["max"].start)
    session.act(Action.of("load", place=0))
    assert session.state.text == TRICK


@pytest.mark.parametrize(
    "changes",
    [
        {"task": "no"}, {"calls": 0}, {"calls": CALLS_LIMIT + 1},
        {"text": "S" * 3_001}, {"tried": "ADDD"},
        {"board": (Entry("max", "STOP"),)}, {"board": (Entry("no", TRICK),)},
        {"board": (Entry("max", TRICK), Entry("max", TRICK))},
        {"shown": ("no",)}, {"shown": ("sum", "max")},
    ],
)  # fmt: skip
def test_states_that_no_action_leads_to_are_refused(changes: dict) -> None:
    skipped = Prediction("skipped")
    LESSON.check(GolfState(0, "max", TRICK, prediction=skipped))
    with pytest.raises(ProtocolError):
        LESSON.check(GolfState(0, **{"task": "max", "text": TRICK, **changes}))


def test_a_board_is_shared_with_its_programs() -> None:
    session = begin()
    submit(session, TRICK)
    assert decode_share(LESSON, session.share)[1] == session.state
    other = Session(LESSON, share=session.share)
    assert other.picture["board"][0]["size"] == 15


def test_loading_from_an_empty_board_is_refused() -> None:
    with pytest.raises(InvalidAction, match="no program is on the board"):
        begin().act(Action.of("load", place=0))


def test_code_taken_apart_may_be_handed_in() -> None:
    result = submit(begin(), disassemble(assemble(TRICK)))
    assert result["failure"] is None
    assert result["size"] == 15
