"""What the time machine shows of a state, as data."""

from itertools import pairwise
from typing import Any

from minichain.evm.trace_calls import Call
from minichain.widgets.base import Picture
from minichain.widgets.timetravel_moment import (
    draw_memory,
    draw_rows,
    draw_stack,
    draw_step,
    draw_storage,
    say_word,
    tell_effect,
)
from minichain.widgets.timetravel_play import Home, Play, play
from minichain.widgets.timetravel_scenes import list_scenes
from minichain.widgets.timetravel_setup import PEOPLE, Deed, Setup, TimeTravelState

LINE_ROWS = 21
"""Lines of a text that are shown around the present one."""

NEAR = 200
"""Most steps ahead that a line is looked for, for a step that has none."""

CALL_ROWS = 24
"""Most calls that are listed."""

PROFILE = 160
"""Points of the line that shows the depth over all steps."""

MARKS = {0x55: "write", 0x5D: "write"}
"""Instructions that are marked on it."""

MOST_MARKS = 80
"""Most of these marks."""

OUTPUT_BYTES = 96
"""Most bytes of an output that are shown."""


def draw_timetravel(state: TimeTravelState) -> Picture:
    """Return the picture of a state."""
    shown = state.draft or state.setup
    return {
        "scenes": [[word, scene.title] for word, scene in list_scenes().items()],
        "scene": state.scene,
        "people": list(PEOPLE),
        "contracts": [
            {"name": s.name, "language": s.language, "arguments": s.arguments}
            for s in shown.contracts
        ],
        "open": state.open,
        "text": shown.contracts[state.open].text,
        "editing": state.editing,
        "changed": state.draft is not None,
        "deed": _draw_deed(shown.deed),
        "earlier": [_draw_deed(deed) for deed in shown.earlier],
        "gas": shown.gas,
        "rounds": state.setup.rounds,
        # What would answer the question is not here until it is answered.
        "run": None if state.prediction.is_open else draw_run(state),
    }


def _draw_deed(deed: Deed) -> dict[str, Any]:
    return {
        "sender": deed.sender,
        "to": deed.to,
        "call": deed.call,
        # As text: more than a browser's numbers hold.
        "value": str(deed.value),
    }


def draw_run(state: TimeTravelState) -> dict[str, Any]:
    """Return the present moment of the run, and the way through all of them."""
    setup, moment = state.setup, state.moment
    run = play(setup)
    recording = run.recording
    length = len(recording)
    is_over = moment >= length
    step = None
    if not is_over:
        step = draw_step(run, moment) | {
            "effect": tell_effect(run, moment),
            "left": recording.steps[moment].gas - recording.costs[moment].total,
            "refund": recording.steps[moment].refund,
        }
    return {
        "moment": moment,
        "length": length,
        "whole": recording.is_whole,
        "step": step,
        "rows": draw_rows(setup, moment),
        "stack": {"words": [], "size": 0} if is_over else draw_stack(run, moment),
        "memory": {"rows": [], "first": 0, "total": 0, "follows": True}
        if is_over
        else draw_memory(recording, moment, state.row),
        "storage": draw_storage(setup, moment),
        "calls": draw_calls(run, moment),
        "depths": _draw_depths(run),
        "marks": _draw_marks(run, state),
        "lines": draw_lines(run, state),
        "outcome": draw_outcome(run),
    }


def draw_outcome(run: Play) -> dict[str, Any]:
    """Return what the message came to."""
    recording = run.recording
    outcome = recording.outcome
    if outcome is None:
        return {"success": None, "error": "", "used": None, "output": "", "said": ""}
    output = outcome.output
    said = ""
    if output[:4] == bytes.fromhex("08c379a0") and len(output) > 68:
        said = output[68:].rstrip(b"\0").decode(errors="replace")
    elif outcome.success and len(output) == 32:
        said = say_word(run, int.from_bytes(output, "big"))
    return {
        "success": outcome.success,
        "error": outcome.error,
        "used": recording.message.gas - outcome.gas_left,
        "refund": outcome.refund,
        "output": f"0x{output[:OUTPUT_BYTES].hex()}" if output else "",
        "more": max(0, len(output) - OUTPUT_BYTES),
        "said": said,
        "logs": len(outcome.logs),
    }


def draw_calls(run: Play, moment: int) -> dict[str, Any]:
    """Return the tree of calls, those around the present one if there are many."""
    recording = run.recording
    chain = set(recording.chain_at(moment)) if moment < len(recording) else {0}
    now = recording.call_at(moment)
    first = max(0, min(now - CALL_ROWS // 2, len(recording.calls) - CALL_ROWS))
    rows = [
        draw_call(run, place, recording.calls[place])
        | {
            "now": place == now and moment < len(recording),
            "running": place in chain,
            "ahead": recording.calls[place].begin > moment,
        }
        for place in range(first, min(len(recording.calls), first + CALL_ROWS))
    ]
    return {"rows": rows, "size": len(recording.calls)}


def show_wei(amount: int) -> str:
    """Return an amount of wei in words, in ether if it is a round one."""
    if amount % 10**15 == 0:
        return f"{amount / 10**18:g} ether"
    return f"{amount:,} wei"


def draw_call(run: Play, place: int, call: Call) -> dict[str, Any]:
    """Return one call of the tree."""
    return {
        "place": place,
        "kind": call.kind,
        "depth": call.depth,
        "caller": run.name(call.caller),
        "to": run.name(call.code_address),
        "storage": run.name(call.address),
        "function": run.function(call.code_address, call.data),
        "value": show_wei(call.value) if call.value else "",
        "gas": call.gas,
        "used": call.gas_used,
        "success": call.success,
        "error": call.error,
        "begin": call.begin,
    }


def _draw_depths(run: Play) -> list[int]:
    """Return the greatest depth in each of equal parts of the run."""
    steps = run.recording.steps
    count = min(PROFILE, len(steps))
    edges = [len(steps) * i // count for i in range(count + 1)] if count else []
    return [
        max(step.depth for step in steps[start:end]) for start, end in pairwise(edges)
    ]


def _draw_marks(run: Play, state: TimeTravelState) -> list[list[Any]]:
    """Return what is marked on the way: writes, failures and breakpoints."""
    recording = run.recording
    marks: list[list[Any]] = []
    for place, (step, cost) in enumerate(
        zip(recording.steps, recording.costs, strict=True)
    ):
        if cost.error:
            marks.append([place, "failure"])
        elif step.opcode in MARKS:
            marks.append([place, MARKS[step.opcode]])
    stops = [[place, "stop"] for place in find_stops(run, state.stops)]
    return [*stops[:MOST_MARKS], *marks[:MOST_MARKS]]


def line_at(run: Play, place: int) -> tuple[Home, int] | None:
    """Return the contract and the line of its text that a step was made from."""
    line = run.lines[place]
    if line is None:
        return None
    recording = run.recording
    home = run.home(recording.calls[recording.owners[place]].code_address)
    return (home, line) if home else None


def find_stops(run: Play, stops: tuple[tuple[str, int], ...]) -> list[int]:
    """Return each step at which a line with a breakpoint begins."""
    if not stops:
        return []
    wanted, found = set(stops), []
    before = None
    for place in range(len(run.recording)):
        at = line_at(run, place)
        key = (at[0].source.name, at[1]) if at else None
        if key in wanted and key != before:
            found.append(place)
        before = key
    return found


def draw_lines(run: Play, state: TimeTravelState) -> dict[str, Any]:
    """Return the lines of the contract that runs, around the present one."""
    moment, recording = state.moment, run.recording
    home, now, near = find_home(run, state), None, None
    if moment < len(recording):
        at = line_at(run, moment)
        now = at[1] if at else None
        near = now or _nearest_line(run, moment)
    elif run.lines:
        near = run.lines[-1]
    texts = home.source.text.split("\n")
    coded = set(home.lines.values())
    name = home.source.name
    focus = (near or 1) - 1
    first = max(0, min(focus - LINE_ROWS // 2, len(texts) - LINE_ROWS))
    rows = [
        {
            "number": number,
            "text": texts[number - 1][:160],
            "now": number == now,
            "coded": number in coded,
            "stop": (name, number) in state.stops,
        }
        for number in range(first + 1, min(len(texts), first + LINE_ROWS) + 1)
    ]
    return {
        "rows": rows,
        "name": name,
        "size": len(texts),
        "stray": moment < len(recording) and now is None,
        "language": home.source.language,
    }


def find_home(run: Play, state: TimeTravelState) -> Home:
    """Return the contract that runs; the one that was called once all is over."""
    recording = run.recording
    call = recording.calls[recording.call_at(state.moment)]
    return run.home(call.code_address) or run.homes[state.open]


def _nearest_line(run: Play, moment: int) -> int | None:
    """Return the line that the same frame comes to next."""
    owners = run.recording.owners
    call = run.recording.calls[owners[moment]]
    for place in range(moment, call.end)[:NEAR]:
        if owners[place] == owners[moment] and run.lines[place]:
            return run.lines[place]
    return None


def count_lines(setup: Setup, name: str) -> int:
    """Return how many lines the text of a contract has."""
    return next((s.text.count("\n") + 1 for s in setup.contracts if s.name == name), 0)
