"""The time machine: any moment is what the machine saw, whichever way one came."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.errors import ProtocolError
from minichain.evm import Environment, Message, execute
from minichain.evm.assembly_errors import InvalidAssembly
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.session import Session
from minichain.widgets.share import decode_share
from minichain.widgets.timetravel import TimeTravelLesson, TimeTravelState
from minichain.widgets.timetravel_play import STEPS, InvalidCall, place_of, play
from minichain.widgets.timetravel_scenes import list_scenes
from minichain.widgets.timetravel_setup import PEOPLE, Deed, Setup, Source
from tests.widgets.laws import check_lesson

LESSON = TimeTravelLesson()
SCENES = tuple(list_scenes())
BY = st.sampled_from([-1, 1, 1, 0])

ACTIONS = st.one_of(
    st.builds(lambda by, kind: Action.of(kind, by=by), BY,
              st.sampled_from(["step", "over", "seek"])),
    st.builds(lambda m: Action.of("jump", moment=m), st.integers(-1, 30)),
    st.builds(lambda k, i: Action.of("origin", kind=k, index=i),
              st.sampled_from(["slot", "stack", "memory", "gas"]), st.integers(0, 3)),
    st.builds(lambda p: Action.of("enter", place=p), st.integers(0, 3)),
    st.builds(lambda r: Action.of("memory", row=r), st.integers(-1, 3)),
    st.builds(lambda n: Action.of("break", name="Program", line=n), st.integers(0, 14)),
    st.builds(lambda t: Action.of("text", text=t),
              st.sampled_from(["PUSH1 1", "PUSH 1 PUSH0 SSTORE", "ADDD", ""])),
    st.builds(lambda t: Action.of("call", call=t), st.sampled_from(["5", "0x1", "x"])),
    st.builds(lambda t: Action.of("arguments", arguments=t), st.just("1")),
    st.builds(lambda t: Action.of("to", to=t), st.sampled_from(["Other", "No"])),
    st.builds(lambda v: Action.of("value", value=v), st.sampled_from(["0", "7", "-1"])),
    st.builds(lambda g: Action.of("gas", gas=g), st.sampled_from([0, 50, 100_000, -1])),
    st.builds(lambda s: Action.of("sender", sender=s), st.sampled_from(["Bob", "Eve"])),
    st.builds(lambda s: Action.of("scene", scene=s),
              st.sampled_from(["words", "call", "loop", "no"])),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(-1, 4)),
    st.builds(lambda c: Action.of("open", contract=c), st.integers(-1, 2)),
    st.sampled_from([Action("run"), Action("again"), Action("reset-storage")]),
    st.sampled_from([Action("discard"), Action("skip"), Action("ask-again")]),
    st.sampled_from([Action.of("edit", on=True), Action.of("edit", on=False)]),
    st.sampled_from([Action(t) for t in ("undo", "redo", "reset")]),
)  # fmt: skip


def begin(scene: str = "storage", **options: object) -> Session:
    return Session(LESSON, options={"ask": False, "scene": scene, **options})


def program(text: str, call: str = "") -> Session:
    return Session(LESSON, options={"text": text, "call": call})


def go(session: Session, what: str, **fields: object) -> dict:
    session.act(Action(what, fields))
    return session.picture["run"]


@settings(max_examples=60)
@given(st.lists(ACTIONS, max_size=12), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


@pytest.mark.parametrize("word", SCENES)
def test_every_scene_runs_and_answers_its_own_question(word: str) -> None:
    session = Session(LESSON, options={"scene": word})
    scene = list_scenes()[word]
    assert session.picture["run"] is None
    assert session.picture["predict"]["answer"] is None
    session.act(Action.of("predict", guess=0))
    asked = session.picture["predict"]
    recording = play(scene.setup).recording
    assert scene.choices[asked["answer"]] == scene.answer(recording)
    assert recording.outcome.success
    assert session.picture["run"]["length"] == len(recording)
    LESSON.check(session.state)


@pytest.mark.parametrize("word", SCENES)
def test_all_moments_of_a_scene_can_be_looked_at(word: str) -> None:
    session = begin(word)
    length = session.picture["run"]["length"]
    for moment in range(0, length + 1, max(1, length // 40)):
        run = go(session, "jump", moment=moment)
        assert len(json.dumps(session.envelope())) < 60_000
        assert run["moment"] == moment
        assert (run["step"] is None) == (moment == length)
        assert session.lesson.summarize(session.picture)


def test_the_answer_is_not_in_the_picture_before_the_guess() -> None:
    session = Session(LESSON)
    text = json.dumps(session.envelope())
    assert "It is 100 gas" not in text
    assert '"warmth"' not in text
    session.act(Action.of("predict", guess=3))
    assert "Not so. It is 100 gas." in session.picture["predict"]["verdict"]


def test_going_on_without_a_guess_asks_to_be_shown() -> None:
    session = Session(LESSON)
    session.act(Action.of("step", by=1))
    assert session.state.prediction.step == "skipped"
    assert session.picture["run"]["moment"] == 1


def test_going_back_shows_what_was_there() -> None:
    session = begin("vault")
    forwards = [go(session, "step", by=1) for _ in range(60)]
    backwards = [go(session, "step", by=-1) for _ in range(60)]
    assert backwards[:-1] == forwards[-2::-1]
    assert backwards[-1]["moment"] == 0


def test_a_program_of_ones_own_computes_what_the_machine_computes() -> None:
    text = (
        "PUSH0 CALLDATALOAD PUSH 32 CALLDATALOAD MUL PUSH0 MSTORE PUSH 32 PUSH0 RETURN"
    )
    session = program(text, "6, 7")
    run = go(session, "jump", moment=session.picture["run"]["length"])
    assert run["outcome"]["said"] == "42"
    assert run["outcome"]["success"]


def test_a_call_may_name_people_and_carry_bytes() -> None:
    session = program("PUSH0 CALLDATALOAD PUSH0 MSTORE PUSH 32 PUSH0 RETURN", "Bob")
    assert session.picture["run"]["outcome"]["said"] == "Bob"
    session.act(Action.of("call", call="0xff"))
    session.act(Action("run"))
    assert session.picture["run"]["outcome"]["output"] == "0xff" + "00" * 31


def test_the_origin_of_a_slot_is_the_step_that_wrote_it() -> None:
    session = begin("storage")
    run = go(session, "jump", moment=8)
    assert run["storage"]["rows"][0]["now"] == "8"
    run = go(session, "origin", kind="slot", index=0)
    assert (run["step"]["name"], run["moment"]) == ("SSTORE", 5)
    run = go(session, "origin", kind="slot", index=0)
    assert (run["step"]["name"], run["moment"]) == ("SSTORE", 2)


def test_the_origin_of_a_word_and_of_memory_is_the_step_before_they_changed() -> None:
    session = program("PUSH 5 PUSH 6 DUP2 PUSH 64 MSTORE PUSH 1 POP STOP")
    run = go(session, "jump", moment=5)
    assert [word["said"] for word in run["stack"]["words"]] == ["6", "5"]
    run = go(session, "origin", kind="memory", index=2)
    assert (run["moment"], run["step"]["name"]) == (4, "MSTORE")
    run = go(session, "origin", kind="stack", index=3)
    assert (run["moment"], run["step"]["name"]) == (0, "PUSH1")


def test_an_untouched_slot_has_no_origin() -> None:
    session = program("PUSH 3 SLOAD STOP")
    session.act(Action.of("jump", moment=2))
    with pytest.raises(InvalidAction, match="as it was before the call"):
        session.act(Action.of("origin", kind="slot", index=0))


def test_the_text_and_its_line_go_with_the_step() -> None:
    session = begin("words")
    run = go(session, "jump", moment=2)
    (line,) = [row for row in run["lines"]["rows"] if row["now"]]
    assert (line["number"], line["text"]) == (4, "SUB")
    assert run["step"]["effect"] == "takes 3 and 2, puts 1"


def test_a_vyper_step_shows_its_line_and_its_slot_by_name() -> None:
    session = begin("token")
    length = session.picture["run"]["length"]
    run = go(session, "jump", moment=length)
    names = {row["name"]: (row["first"], row["now"]) for row in run["storage"]["rows"]}
    assert names == {
        "balanceOf[Alice]": ("1,000", "995"), "balanceOf[Bob]": ("0", "5"),
    }  # fmt: skip
    index = next(r["index"] for r in run["storage"]["rows"] if "Bob" in r["name"])
    run = go(session, "origin", kind="slot", index=index)
    (line,) = [row["text"] for row in run["lines"]["rows"] if row["now"]]
    assert line.strip() == "self.balanceOf[to] += amount"
    assert go(session, "jump", moment=3)["lines"]["stray"]


def test_breakpoints_stop_the_way_both_ways() -> None:
    session = begin("loop")
    session.act(Action.of("break", name="Program", line=5))
    stops = [go(session, "seek", by=1)["moment"] for _ in range(6)]
    assert len(set(stops)) == 6
    assert session.picture["run"]["step"]["name"] == "DUP1"
    assert go(session, "seek", by=-1)["moment"] == stops[-2]
    assert go(session, "seek", by=1)["moment"] == stops[-1]
    assert go(session, "seek", by=1)["step"] is None
    session.act(Action.of("break", name="Program", line=5))
    assert session.state.stops == ()
    assert go(session, "seek", by=-1)["moment"] == 0


def test_a_call_is_entered_stepped_over_and_shown_in_the_tree() -> None:
    session = begin("call")
    rows = session.picture["run"]["calls"]["rows"]
    assert [row["kind"] for row in rows] == ["MESSAGE", "CALL"]
    assert rows[1]["error"] == "revert"
    run = go(session, "enter", place=1)
    assert run["step"]["contract"] == "Other"
    inside = run["moment"]
    session.act(Action.of("step", by=-1))
    over = go(session, "over", by=1)
    assert over["moment"] > inside + 3
    assert over["step"]["contract"] == "Program"
    assert go(session, "over", by=-1)["moment"] == inside - 1


def test_an_edit_runs_only_when_asked_and_a_wrong_one_is_refused() -> None:
    session = begin("words")
    session.act(Action.of("edit", on=True))
    session.act(Action.of("text", text="PUSH1 1\nADDD"))
    assert session.picture["changed"]
    assert session.picture["run"]["length"] == 8
    with pytest.raises(InvalidAssembly, match="line 2: no instruction"):
        session.act(Action("run"))
    assert session.state.draft is not None
    session.act(Action.of("text", text="PUSH1 1\nPUSH1 9\nADD"))
    session.act(Action("run"))
    assert session.picture["run"]["length"] == 4
    assert session.state.scene == ""
    assert session.picture["predict"] is None


def test_the_editor_opens_the_contract_that_runs() -> None:
    session = begin("vault")
    assert go(session, "jump", moment=430)["step"]["contract"] == "Vault"
    session.act(Action.of("edit", on=True))
    assert session.state.open == 0
    session.act(Action.of("edit", on=False))
    assert go(session, "jump", moment=0)["step"]["contract"] == "Thief"
    session.act(Action.of("edit", on=True))
    assert session.state.open == 1


def test_a_contract_may_be_created_with_something_else_and_another_called() -> None:
    session = begin("counter")
    session.act(Action.of("arguments", arguments="99"))
    session.act(Action("run"))
    run = go(session, "jump", moment=session.picture["run"]["length"])
    (row,) = [r for r in run["storage"]["rows"] if r["name"] == "count"]
    assert (row["first"], row["now"]) == ("99", "100")
    session = begin("vault")
    session.act(Action.of("to", to="Vault"))
    session.act(Action.of("call", call="deposit()"))
    session.act(Action("run"))
    assert session.picture["run"]["calls"]["size"] == 1
    with pytest.raises(InvalidAction, match="to is not one of Vault, Thief"):
        session.act(Action.of("to", to="Bank"))


def test_a_vyper_program_of_ones_own_runs() -> None:
    text = "n: uint256\n@deploy\ndef __init__(x: uint256):\n    self.n = x\n"
    text += "@external\ndef twice() -> uint256:\n    return 2 * self.n\n"
    options = {"text": text, "language": "vyper", "arguments": "21", "call": "twice()"}
    session = Session(LESSON, options=options)
    assert session.picture["run"]["outcome"]["said"] == "42"


def test_assembly_runs_without_what_compiles_contracts() -> None:
    program = (
        "import sys\n"
        "from minichain.widgets import GasGolf, TimeTravel\n"
        "GasGolf().act('submit')\n"
        "TimeTravel().act('step', by=1)\n"
        "print([m for m in sys.modules if m.startswith(('eth_abi', 'vyper'))])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


def test_a_dropped_edit_leaves_the_run_alone() -> None:
    session = begin("words")
    before = session.state
    session.act(Action.of("text", text="STOP"))
    session.act(Action("discard"))
    assert session.state == before


def test_a_second_call_finds_the_storage_of_the_first_until_it_is_reset() -> None:
    session = begin("counter")

    def count() -> tuple[str, str]:
        run = go(session, "jump", moment=session.picture["run"]["length"])
        (row,) = [r for r in run["storage"]["rows"] if r["name"] == "count"]
        return row["first"], row["now"]

    assert count() == ("41", "42")
    session.act(Action("again"))
    assert session.picture["rounds"] == 1
    assert count() == ("42", "43")
    session.act(Action("reset-storage"))
    assert count() == ("41", "42")


def test_a_run_without_end_is_cut_off_and_says_so() -> None:
    session = program(":l JUMPDEST PUSH @l JUMP")
    run = go(session, "jump", moment=STEPS)
    assert not run["whole"]
    assert run["outcome"]["success"] is None
    assert "the recording ends here" in session.lesson.summarize(session.picture)
    assert len(json.dumps(session.envelope())) < 40_000


def test_a_step_in_a_long_run_is_answered_quickly() -> None:
    import time

    session = program("PUSH 2000 :l JUMPDEST PUSH 1 SWAP1 SUB DUP1 PUSH @l JUMPI")
    session.act(Action.of("gas", gas=1_000_000))
    session.act(Action("run"))
    spans = []
    for _ in range(9):
        start = time.perf_counter()
        session.act(Action.of("jump", moment=9_000 + len(spans)))
        session.envelope()
        spans.append(time.perf_counter() - start)
    # The quickest: a busy machine slows the rest.
    assert min(spans) < 0.1


@pytest.mark.parametrize(
    ("call", "words"),
    [("grow()", "no function is called 'grow'"), ("set_count", "write it as"),
     ("set_count(x)", "nobody is called x"), ("set_count(1+1)", "is no number"),
     ("set_count(", "write it as"), ("set_count(1)(", "write it as")],
)  # fmt: skip
def test_a_call_that_the_contract_lacks_is_refused(call: str, words: str) -> None:
    session = begin("counter")
    session.act(Action.of("call", call=call))
    with pytest.raises(
        InvalidCall, match=words.replace("(", r"\(").replace("+", r"\+")
    ):
        session.act(Action("run"))


def test_arguments_of_a_wrong_type_are_refused_by_the_interface() -> None:
    session = begin("counter")
    session.act(Action.of("call", call="set_count(Bob)"))
    with pytest.raises(ProtocolError) as told:
        session.act(Action("run"))
    assert told.value.rule == "arguments"


def test_a_revert_is_told_with_its_reason() -> None:
    session = begin("counter")
    session.act(Action.of("call", call="set_count(7)"))
    session.act(Action("run"))
    run = go(session, "jump", moment=session.picture["run"]["length"])
    assert run["outcome"]["said"] == "counter: caller is not the owner"
    assert "all changes undone" in session.lesson.summarize(session.picture)


def test_a_play_comes_to_what_executing_it_comes_to() -> None:
    setup = list_scenes()["loop"].setup
    run = play(setup)
    from minichain.evm import assemble
    from minichain.ledger.state import State

    state = State()
    state.set_code(place_of(0), assemble(setup.contracts[0].text))
    data = (5).to_bytes(32, "big")
    message = Message(PEOPLE["Alice"], place_of(0), data=data, gas=setup.gas)
    assert execute(message, state, Environment()).output == run.recording.outcome.output
    assert int.from_bytes(run.recording.outcome.output, "big") == 120


@pytest.mark.parametrize(
    "changes",
    [
        {"moment": 10}, {"moment": -1}, {"open": 1}, {"row": -1},
        {"stops": (("Program", 13),)}, {"stops": (("Nobody", 1),)},
        {"stops": (("Program", 1), ("Program", 1))}, {"scene": "no"},
        {"scene": "loop"},
    ],
)  # fmt: skip
def test_states_that_no_action_leads_to_are_refused(changes: dict) -> None:
    setup = list_scenes()["storage"].setup
    LESSON.check(TimeTravelState(setup, moment=9))
    with pytest.raises(ProtocolError):
        LESSON.check(TimeTravelState(setup, **changes))


@pytest.mark.parametrize(
    "setup",
    [
        Setup((), Deed("Alice", "P")),
        Setup((Source("P", "assembly", "STOP"),), Deed("Alice", "Q")),
        Setup((Source("P", "assembly", "STOPP"),), Deed("Alice", "P")),
        Setup((Source("P", "vyper", "not vyper"),), Deed("Alice", "P")),
        Setup((Source("P", "assembly", ""),), Deed("Alice", "P"), gas=10**9),
        Setup((Source("P", "assembly", ""),), Deed("Alice", "P", value=10**30)),
        Setup((Source("P", "assembly", ""),), Deed("Alice", "P"), rounds=99),
    ],
)
def test_setups_that_do_not_run_are_refused(setup: Setup) -> None:
    with pytest.raises(ProtocolError):
        LESSON.check(TimeTravelState(setup))


def test_a_shared_state_is_the_same_moment_again() -> None:
    session = begin("vault")
    session.act(Action.of("jump", moment=420))
    session.act(Action.of("break", name="Vault", line=40))
    text = session.share
    assert len(text) < 4_000
    assert decode_share(LESSON, text)[1] == session.state
    assert Session(LESSON, share=text).picture == session.picture
