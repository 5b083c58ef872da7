"""A session: history, numbered messages, slices, and errors that name the rule."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest

from minichain.errors import InvalidEncoding, ProtocolError
from minichain.widgets.base import Action, InvalidAction, Lesson, Progress
from minichain.widgets.session import CLIENT_LIMIT, HISTORY_LIMIT, Session
from minichain.widgets.share import InvalidShare


class TooFar(ProtocolError):
    """A counter above ten."""

    rule = "too-far"


@dataclass(frozen=True)
class Count:
    """A number, and one to work up to."""

    number: int
    goal: int = 0


class Counting(Lesson[Count]):
    """Count up; the smallest lesson with every feature."""

    name = "counting"
    title = "Counting"
    prompt = "Count."
    options: ClassVar[Mapping[str, Any]] = {"start": 0}
    merging = frozenset({"put"})
    state_type = Count

    def initial(self, seed: int, options: Mapping[str, Any]) -> Count:
        return Count(seed + options["start"])

    def apply(self, state: Count, action: Action) -> Count:
        match action.type:
            case "add":
                if state.number >= 10:
                    raise TooFar(f"number {state.number}, at most 9")
                return replace(state, number=state.number + 1)
            case "put":
                return replace(state, number=action.integer("number", 0, 100))
            case "work":
                return replace(state, goal=action.integer("goal", 0, 10**6))
            case "bug":
                raise ZeroDivisionError("division by zero")
        raise action.unknown()

    def view(self, state: Count) -> dict[str, Any]:
        return {"number": state.number}

    def describe(self, picture: dict[str, Any]) -> list[str]:
        return [f"The number is {picture['number']}."]

    def summarize(self, picture: dict[str, Any]) -> str:
        return f"Now {picture['number']}."

    def progress(self, state: Count) -> Progress | None:
        if state.number >= state.goal:
            return None
        return Progress("Counting", state.number, state.goal)

    def advance(self, state: Count, count: int) -> Count:
        return replace(state, number=min(state.goal, state.number + count))

    def stop(self, state: Count) -> Count:
        return replace(state, goal=0)


def make_message(number: int, kind: str, /, *, client: str = "a", **fields: Any) -> Any:
    return {"client": client, "number": number, "action": {"type": kind, **fields}}


def test_undo_goes_back_and_redo_forth() -> None:
    session = Session(Counting())
    session.act(Action("add"))
    session.act(Action("add"))
    session.act(Action("undo"))
    assert session.state.number == 1
    assert session.envelope()["can"] == {"undo": True, "redo": True}
    session.act(Action("redo"))
    assert session.state.number == 2


def test_a_new_step_ends_what_could_be_redone() -> None:
    session = Session(Counting())
    session.act(Action("add"))
    session.act(Action("undo"))
    session.act(Action("add"))
    with pytest.raises(InvalidAction, match="nothing to redo"):
        session.act(Action("redo"))


def test_reset_and_seed_can_be_undone() -> None:
    session = Session(Counting(), seed=4)
    session.act(Action("add"))
    session.act(Action("reset"))
    assert session.state.number == 4
    session.act(Action.of("seed", seed=7))
    assert (session.seed, session.state.number) == (7, 7)
    session.act(Action("undo"))
    session.act(Action("undo"))
    assert (session.seed, session.state.number) == (4, 5)


def test_a_burst_of_typing_is_one_step() -> None:
    session = Session(Counting())
    for number in (1, 12, 13):
        session.act(Action.of("put", number=number))
    session.act(Action("undo"))
    assert session.state.number == 0


def test_bursts_on_two_targets_are_two_steps() -> None:
    session = Session(Counting())
    session.act(Action.of("put", number=1, index=0))
    session.act(Action.of("put", number=2, index=1))
    session.act(Action("undo"))
    assert session.state.number == 1


def test_history_has_an_end() -> None:
    session = Session(Counting())
    for place in range(HISTORY_LIMIT + 20):
        session.act(Action.of("put", number=place % 90, index=place))
    steps = 0
    while session.envelope()["can"]["undo"]:
        session.act(Action("undo"))
        steps += 1
    assert steps == HISTORY_LIMIT


def test_a_refused_action_names_its_rule_and_changes_nothing() -> None:
    session = Session(Counting(), seed=10)
    assert session.receive(make_message(1, "add"))
    view = session.envelope()
    assert view["notice"] == {
        "kind": "refused",
        "rule": "too-far",
        "text": "number 10, at most 9",
    }
    assert view["picture"] == {"number": 10}
    assert view["can"]["undo"] is False
    session.receive(make_message(2, "put", number=3))
    assert session.envelope()["notice"] is None


def test_a_bug_is_told_and_raised_and_changes_nothing() -> None:
    session = Session(Counting())
    with pytest.raises(ZeroDivisionError):
        session.receive(make_message(1, "bug"))
    view = session.envelope()
    assert view["notice"]["kind"] == "bug"
    assert "ZeroDivisionError" in view["notice"]["text"]
    assert view["seen"] == {"a": 1}
    assert session.state == Count(0)


def test_a_message_seen_before_is_ignored() -> None:
    session = Session(Counting())
    assert session.receive(make_message(2, "add"))
    assert not session.receive(make_message(2, "add"))
    assert not session.receive(make_message(1, "add"))
    assert session.state.number == 1
    assert session.receive(make_message(1, "add", client="b"))
    assert session.envelope()["seen"] == {"a": 2, "b": 1}


def test_views_that_are_gone_are_forgotten() -> None:
    session = Session(Counting())
    for place in range(CLIENT_LIMIT + 5):
        session.receive(make_message(1, "put", client=f"view-{place}", number=1))
        session.receive(make_message(place + 1, "put", client="kept", number=1))
    seen = session.envelope()["seen"]
    assert len(seen) == CLIENT_LIMIT
    assert "kept" in seen
    assert "view-0" not in seen


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "add",
        {},
        {"client": "a", "number": 1},
        {"client": "a", "number": 0, "action": {"type": "add"}},
        {"client": "a", "number": True, "action": {"type": "add"}},
        {"client": "a", "number": 1.5, "action": {"type": "add"}},
        {"client": "", "number": 1, "action": {"type": "add"}},
        {"client": "x" * 65, "number": 1, "action": {"type": "add"}},
        {"client": "a", "number": 1, "action": "add"},
        {"client": "a", "number": 1, "action": {"type": 7}},
        {"client": "a", "number": 1, "action": {"type": "x" * 41}},
        {"client": "a", "number": 1, "action": {"type": "put", "number": "3"}},
        {"client": "a", "number": 1, "action": {"type": "put", "number": 10**4000}},
        {"client": "a", "number": 1, "action": {"type": "seed", "seed": -1}},
        {"client": "a", "number": 1, "action": {"type": "restore", "share": "\ud800"}},
        {"client": "a", "number": 1, "action": {"type": "nothing-known"}},
    ],
)
def test_any_message_ends_in_a_named_refusal(message: object) -> None:
    session = Session(Counting())
    assert session.receive(message)
    notice = session.envelope()["notice"]
    assert notice["kind"] == "refused"
    assert notice["rule"] in ("action", "share-string")
    assert session.state == Count(0)


def test_work_goes_on_tick_by_tick_and_ends() -> None:
    session = Session(Counting(), clock=iter_clock(0.001))
    session.act(Action.of("work", goal=5000))
    ticks = 0
    while session.envelope()["progress"]:
        session.act(Action.of("tick", revision=session.revision))
        ticks += 1
    assert session.state.number == 5000
    # From one unit a slice, four times as many each: about log4 of the work.
    assert 5 < ticks < 12
    session.act(Action("undo"))
    assert session.state == Count(0)


def test_slices_shrink_when_they_take_too_long() -> None:
    session = Session(Counting(), clock=iter_clock(1.0))
    session.act(Action.of("work", goal=100))
    for done in range(1, 4):
        session.act(Action.of("tick", revision=session.revision))
        assert session.state.number == done


def test_a_tick_for_an_older_picture_does_nothing() -> None:
    session = Session(Counting())
    session.act(Action.of("work", goal=100))
    revision = session.revision
    session.act(Action.of("tick", revision=revision))
    number = session.state.number
    session.act(Action.of("tick", revision=revision))
    assert session.state.number == number


def test_two_views_of_one_widget_do_not_hold_up_the_work() -> None:
    session = Session(Counting(), clock=iter_clock(1.0))
    session.act(Action.of("work", goal=20))
    pictures = {"a": session.revision, "b": session.revision}
    for number in range(1, 21):
        # Both views answer the picture they last saw, one after the other.
        ticks = [
            make_message(number, "tick", client=client, revision=revision)
            for client, revision in pictures.items()
        ]
        assert session.receive(ticks[0])
        pictures["a"] = session.revision
        assert session.receive(ticks[1])
        assert session.envelope()["seen"] == {"a": number, "b": number}
        pictures["b"] = session.revision
    assert session.state.number == 20


def test_stopped_work_stays_where_it_is() -> None:
    session = Session(Counting())
    session.act(Action.of("work", goal=100))
    session.act(Action.of("tick", revision=session.revision))
    number = session.state.number
    session.act(Action("stop"))
    assert session.envelope()["progress"] is None
    assert session.state.number == number > 0


def test_options_have_defaults_and_unknown_ones_are_refused() -> None:
    assert Session(Counting(), options={"start": 3}).state.number == 3
    with pytest.raises(TypeError, match="no option 'begin', known: start"):
        Session(Counting(), options={"begin": 3})


def test_a_share_string_brings_back_seed_and_state() -> None:
    session = Session(Counting(), seed=3)
    session.act(Action("add"))
    other = Session(Counting(), share=session.share)
    assert (other.seed, other.state) == (3, Count(4))
    fresh = Session(Counting())
    fresh.act(Action.of("restore", share=f"  {session.share}\n"))
    assert fresh.state == Count(4)
    fresh.act(Action("undo"))
    assert fresh.state == Count(0)


def test_a_wrong_share_string_is_refused() -> None:
    with pytest.raises(InvalidShare, match="form"):
        Session(Counting(), share="nonsense")


def test_seeds_out_of_bounds_are_refused() -> None:
    for seed in (-1, 2**32):
        with pytest.raises(InvalidEncoding, match="seed"):
            Session(Counting(), seed=seed)


def iter_clock(step: float) -> Any:
    """Return a clock that moves on by ``step`` seconds whenever it is read."""
    now = 0.0

    def read() -> float:
        nonlocal now
        now += step
        return now

    return read
