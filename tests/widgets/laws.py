"""Laws that every lesson keeps, whatever it is about."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from minichain.errors import ProtocolError
from minichain.widgets.base import Action, Lesson
from minichain.widgets.session import Session
from minichain.widgets.share import decode_share, encode_share
from minichain.widgets.twin import Table, to_html, to_text


def check_lesson(lesson: Lesson[Any], actions: Iterable[Action], seed: int = 0) -> None:
    """Take the actions one by one and hold the lesson to its laws after each."""
    session = Session(lesson, seed)
    for action in actions:
        before, revision = session.state, session.revision
        try:
            session.act(action)
        except ProtocolError as error:
            assert error.rule
            assert str(error)
            assert session.state == before
            assert session.revision == revision
        check_state(lesson, session.seed, session.state)
    walk_back_and_forth(session)


def check_state(lesson: Lesson[Any], seed: int, state: Any) -> None:
    """Hold one state to what every state must do."""
    hash(state)
    lesson.check(state)
    picture = lesson.view(state)
    assert json.loads(json.dumps(picture, allow_nan=False)) == picture
    twin = lesson.describe(picture)
    assert to_text(twin).strip()
    for block in twin:
        if isinstance(block, Table):
            assert block.caption
            assert all(block.head), f"{block.caption}: a column without a name"
            assert all(len(row) == len(block.head) for row in block.rows)
    assert to_html(twin)
    summary = lesson.summarize(picture)
    assert summary
    assert "\n" not in summary
    text = encode_share(lesson, seed, state)
    assert decode_share(lesson, text) == (seed, state)


def walk_back_and_forth(session: Session[Any]) -> None:
    """Undo all and redo all: the same states come back."""
    while session.envelope()["can"]["redo"]:
        session.act(Action("redo"))
    states = [session.state]
    while session.envelope()["can"]["undo"]:
        session.act(Action("undo"))
        states.append(session.state)
    with pytest.raises(ProtocolError, match="nothing to undo"):
        session.act(Action("undo"))
    for state in reversed(states[:-1]):
        session.act(Action("redo"))
        assert session.state == state
    with pytest.raises(ProtocolError, match="nothing to redo"):
        session.act(Action("redo"))


def finish(session: Session[Any], limit: int = 10_000) -> None:
    """Drive long work to its end, tick by tick, as a view does."""
    for _ in range(limit):
        if session.lesson.progress(session.state) is None:
            return
        session.act(Action.of("tick", revision=session.revision))
    raise AssertionError(f"still at work after {limit} ticks")
