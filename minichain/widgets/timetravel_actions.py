"""What a learner does with the time machine: go somewhere, change something, run it."""

from collections.abc import Callable
from dataclasses import replace

from minichain.widgets.base import OPEN, Action, InvalidAction
from minichain.widgets.timetravel_moment import previous_in_frame
from minichain.widgets.timetravel_play import Play, play
from minichain.widgets.timetravel_scenes import list_scenes
from minichain.widgets.timetravel_setup import (
    CALL_LIMIT,
    GAS_LIMIT,
    LENGTH_LIMIT,
    MOST_WEI,
    PEOPLE,
    ROUNDS_LIMIT,
    SKIPPED,
    STOPS_LIMIT,
    Setup,
    TimeTravelState,
)
from minichain.widgets.timetravel_view import count_lines, find_home, find_stops

ROW_LIMIT = 2**20
"""More rows of memory than any gas pays for."""


def begin(word: str, ask: bool = True) -> TimeTravelState:
    """Return a scene before its first step."""
    scene = list_scenes()[word]
    asked = OPEN if ask else SKIPPED
    return TimeTravelState(scene.setup, word, prediction=asked)


# Going somewhere


def _go(state: TimeTravelState, moment: int) -> TimeTravelState:
    """Return the state at a moment; whoever goes on asks to be shown."""
    asked = SKIPPED if state.prediction.is_open else state.prediction
    length = len(play(state.setup).recording)
    moment = max(0, min(moment, length))
    return replace(state, moment=moment, row=None, prediction=asked)


def _by(action: Action) -> int:
    by = action.integer("by", -1, 1)
    if by == 0:
        raise InvalidAction(action.type, "by is 1 or -1")
    return by


def _step(state: TimeTravelState, action: Action) -> TimeTravelState:
    return _go(state, state.moment + _by(action))


def _over(state: TimeTravelState, action: Action) -> TimeTravelState:
    recording = play(state.setup).recording
    return _go(state, recording.find_same_depth(state.moment, _by(action)))


def _jump(state: TimeTravelState, action: Action) -> TimeTravelState:
    length = len(play(state.setup).recording)
    return _go(state, action.integer("moment", 0, length))


def _seek(state: TimeTravelState, action: Action) -> TimeTravelState:
    """Go to the next breakpoint, or the one before; to the end if there is none."""
    by = _by(action)
    run = play(state.setup)
    stops = find_stops(run, state.stops)
    if by > 0:
        ahead = [place for place in stops if place > state.moment]
        return _go(state, ahead[0] if ahead else len(run.recording))
    behind = [place for place in stops if place < state.moment]
    return _go(state, behind[-1] if behind else 0)


def _enter(state: TimeTravelState, action: Action) -> TimeTravelState:
    """Go to where a call begins."""
    calls = play(state.setup).recording.calls
    return _go(state, calls[action.integer("place", 0, len(calls) - 1)].begin)


def _find_origin(state: TimeTravelState, action: Action) -> TimeTravelState:
    """Go to the step that changed something last: a slot, a word, a row of memory."""
    kind = action.choice("kind", ("slot", "stack", "memory"))
    index = action.integer("index", 0, ROW_LIMIT)
    run = play(state.setup)
    if kind == "slot":
        found = _origin_of_slot(run, state.moment, index)
    elif state.moment >= len(run.recording):
        raise InvalidAction("origin", "the frame is over")
    elif kind == "stack":
        found = _origin_of_word(run, state.moment, index)
    else:
        found = _origin_of_row(run, state.moment, index)
    return _go(state, found)


def _origin_of_slot(run: Play, moment: int, index: int) -> int:
    cells = run.recording.storage(moment)
    if index >= len(cells):
        raise InvalidAction("origin", f"{len(cells)} slots were touched, not {index}")
    found = run.recording.find_write(cells[index].slot, moment)
    if found is None:
        raise InvalidAction("origin", "the slot is as it was before the call")
    return found - 1


def _origin_of_word(run: Play, moment: int, index: int) -> int:
    steps = run.recording.steps
    stack = steps[moment].stack
    if index >= len(stack):
        raise InvalidAction("origin", f"{len(stack)} words are on the stack")
    at = len(stack) - 1 - index
    place = previous_in_frame(run.recording, moment)
    while place is not None:
        older = steps[place].stack
        if at >= len(older) or older[at] != stack[at]:
            return place
        place = previous_in_frame(run.recording, place)
    return moment


def _origin_of_row(run: Play, moment: int, row: int) -> int:
    steps = run.recording.steps
    part = slice(32 * row, 32 * row + 32)
    now = steps[moment].memory[part]
    place = previous_in_frame(run.recording, moment)
    while place is not None:
        if steps[place].memory[part].ljust(32, b"\0") != now.ljust(32, b"\0"):
            return place
        place = previous_in_frame(run.recording, place)
    return moment


def _show_row(state: TimeTravelState, action: Action) -> TimeTravelState:
    return replace(state, row=action.integer("row", 0, ROW_LIMIT - 1))


def _stop_at(state: TimeTravelState, action: Action) -> TimeTravelState:
    """Set a breakpoint at a line, or take it away."""
    name = action.text("name", 20)
    line = action.integer("line", 1, max(1, count_lines(state.setup, name)))
    if not count_lines(state.setup, name):
        raise InvalidAction("break", f"no contract is called {name}")
    key = (name, line)
    if key in state.stops:
        return replace(state, stops=tuple(s for s in state.stops if s != key))
    if len(state.stops) >= STOPS_LIMIT:
        raise InvalidAction("break", f"at most {STOPS_LIMIT} breakpoints")
    return replace(state, stops=(*state.stops, key))


# Changing something


def _draft(state: TimeTravelState, setup: Setup) -> TimeTravelState:
    return replace(state, draft=None if setup == state.setup else setup)


def _write(state: TimeTravelState, action: Action) -> TimeTravelState:
    setup = state.draft or state.setup
    contracts = list(setup.contracts)
    text = action.text("text", LENGTH_LIMIT)
    contracts[state.open] = replace(contracts[state.open], text=text)
    return _draft(state, replace(setup, contracts=tuple(contracts)))


def _create_with(state: TimeTravelState, action: Action) -> TimeTravelState:
    setup = state.draft or state.setup
    contracts = list(setup.contracts)
    text = action.text("arguments", CALL_LIMIT)
    contracts[state.open] = replace(contracts[state.open], arguments=text)
    return _draft(state, replace(setup, contracts=tuple(contracts)))


def _call(state: TimeTravelState, action: Action) -> TimeTravelState:
    setup = state.draft or state.setup
    deed = replace(setup.deed, call=action.text("call", CALL_LIMIT))
    return _draft(state, replace(setup, deed=deed))


def _address(state: TimeTravelState, action: Action) -> TimeTravelState:
    setup = state.draft or state.setup
    names = tuple(source.name for source in setup.contracts)
    deed = replace(setup.deed, to=action.choice("to", names))
    return _draft(state, replace(setup, deed=deed))


def _pay(state: TimeTravelState, action: Action) -> TimeTravelState:
    setup = state.draft or state.setup
    text = action.text("value", 24)
    if not text.isascii() or not text.isdigit() or int(text) > MOST_WEI:
        raise InvalidAction("value", f"{text!r} is no number of wei up to {MOST_WEI:,}")
    deed = replace(setup.deed, value=int(text))
    return _draft(state, replace(setup, deed=deed))


def _send(state: TimeTravelState, action: Action) -> TimeTravelState:
    setup = state.draft or state.setup
    sender = action.choice("sender", tuple(PEOPLE))
    deed = replace(setup.deed, sender=sender)  # type: ignore[arg-type]
    return _draft(state, replace(setup, deed=deed))


def _limit(state: TimeTravelState, action: Action) -> TimeTravelState:
    setup = state.draft or state.setup
    return _draft(state, replace(setup, gas=action.integer("gas", 0, GAS_LIMIT)))


def _open(state: TimeTravelState, action: Action) -> TimeTravelState:
    last = len(state.setup.contracts) - 1
    return replace(state, open=action.integer("contract", 0, last))


def _edit(state: TimeTravelState, action: Action) -> TimeTravelState:
    """Open the text of the contract that runs, or close it."""
    is_on = action.flag("on")
    place = state.open
    if is_on and not state.editing and not state.prediction.is_open:
        name = find_home(play(state.setup), state).source.name
        names = [source.name for source in state.setup.contracts]
        place = names.index(name)
    return replace(state, editing=is_on, open=place)


def _discard(state: TimeTravelState, action: Action) -> TimeTravelState:
    return replace(state, draft=None, editing=False)


# Running


def _run(state: TimeTravelState, action: Action) -> TimeTravelState:
    """Run what was changed; breakpoints stay where there still are lines."""
    setup = state.draft or state.setup
    play(setup)
    if setup == state.setup:
        return replace(_go(state, 0), editing=False)
    stops = tuple(s for s in state.stops if s[1] <= count_lines(setup, s[0]))
    return TimeTravelState(setup, open=state.open, stops=stops)


def _again(state: TimeTravelState, action: Action) -> TimeTravelState:
    """Make the call once more, on the storage that it left."""
    if state.setup.rounds >= ROUNDS_LIMIT:
        raise InvalidAction("again", f"at most {ROUNDS_LIMIT} times")
    setup = replace(state.setup, rounds=state.setup.rounds + 1)
    return replace(_go(state, 0), setup=setup, draft=None, editing=False)


def _reset_storage(state: TimeTravelState, action: Action) -> TimeTravelState:
    setup = replace(state.setup, rounds=0)
    return replace(_go(state, 0), setup=setup, draft=None, editing=False)


def _choose(state: TimeTravelState, action: Action) -> TimeTravelState:
    return begin(action.choice("scene", tuple(list_scenes())))


Change = Callable[[TimeTravelState, Action], TimeTravelState]
"""From a state and an action to the next state."""

CHANGES: dict[str, Change] = {
    "step": _step,
    "over": _over,
    "jump": _jump,
    "seek": _seek,
    "enter": _enter,
    "origin": _find_origin,
    "memory": _show_row,
    "break": _stop_at,
    "text": _write,
    "arguments": _create_with,
    "call": _call,
    "to": _address,
    "value": _pay,
    "sender": _send,
    "gas": _limit,
    "open": _open,
    "edit": _edit,
    "discard": _discard,
    "run": _run,
    "again": _again,
    "reset-storage": _reset_storage,
    "scene": _choose,
}
"""What each action does."""
