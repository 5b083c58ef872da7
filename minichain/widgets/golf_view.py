"""What gas golf shows of a state, as data and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minichain.widgets.base import Picture, Prediction, Table, Twin
from minichain.widgets.golf_score import (
    GAS_LIMIT,
    Failure,
    Score,
    encode,
    find_gas_by_line,
    score,
)
from minichain.widgets.golf_tasks import Task, list_tasks
from minichain.widgets.share import encode_share
from minichain.widgets.timetravel import TimeTravelLesson
from minichain.widgets.timetravel_setup import Deed, Setup, Source, TimeTravelState

if TYPE_CHECKING:
    from minichain.widgets.golf import GolfState

CHOICES = ("1 call", "5 calls", "50 calls", "500 calls")
"""Answers to pick from."""

_NUMBERS = (1, 5, 50, 500)

ASKED = "count"
"""The task that the question is about: it has a fast and a short reference."""

LINE_ROWS = 6
"""Most lines that are named as the dearest."""


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    fast, short = _references(list_tasks()[ASKED], 0)
    question = (
        f"Two programs count the ones of a word. One has {short.size} bytes and uses "
        f"{short.gas // short.cases:,} gas a call, the other {fast.size} bytes and "
        f"{fast.gas // fast.cases:,} gas. A byte of code costs 200 gas, once. From how "
        "many calls on is the longer one cheaper?"
    )
    even = next(n for n in range(1, 10_000) if fast.cost(n) < short.cost(n))
    answer = _NUMBERS.index(min(_NUMBERS, key=lambda n: abs(n - even)))
    said = ""
    if prediction.guess is not None:
        said = "Right. " if prediction.guess == answer else "Not so. "
    return prediction.picture(
        question,
        high=len(CHOICES) - 1,
        choices=CHOICES,
        answer=answer,
        verdict=f"{said}It is {even}: then the {fast.size - short.size} bytes more are "
        "paid for. Move the calls below, and see who wins.",
    )


def _references(task: Task, seed: int) -> list[Score]:
    return [score(task, text, seed) for text in task.pars]


def draw_golf(state: GolfState) -> Picture:
    """Return the picture of a state."""
    task = list_tasks()[state.task]
    pars = _references(task, state.seed)
    par = min(pars, key=lambda one: one.cost(state.calls))
    start = score(task, task.start, state.seed)
    result = (
        None
        if state.tried is None
        else _draw_result(task, state, par.cost(state.calls))
    )
    return {
        "tasks": [
            [one.word, one.title, any(e.task == one.word for e in state.board)]
            for one in list_tasks().values()
        ],
        "task": {"word": task.word, "title": task.title, "asked": task.asked},
        "text": state.text,
        "changed": state.tried is not None and state.tried != state.text,
        "calls": state.calls,
        "cases": len(task.cases(state.seed)),
        "par": _draw_score(par, state.calls, par.cost(state.calls)),
        "start": _draw_score(start, state.calls, par.cost(state.calls)),
        "reference": [
            text
            for text, one in zip(task.pars, pars, strict=True)
            if one == par and task.word in state.shown
        ][:1],
        "result": result,
        "board": _draw_board(state, par.cost(state.calls)),
    }


def _draw_score(one: Score, calls: int, par: int) -> dict[str, Any]:
    cost = one.cost(calls)
    return {
        "size": one.size,
        # Tenths of gas, as a text: a mean is no whole number.
        "gas": f"{one.gas / one.cases:,.1f}",
        "cost": cost,
        "percent": round(100 * cost / par),
        "over": cost - par,
    }


def _draw_board(state: GolfState, par: int) -> list[dict[str, Any]]:
    """Return the learner's programs for this task, the cheapest first."""
    task = list_tasks()[state.task]
    rows = [
        {"place": place, "text": entry.text, "now": entry.text == state.tried}
        | _draw_score(score(task, entry.text, state.seed), state.calls, par)
        for place, entry in enumerate(state.board)
        if entry.task == state.task
    ]
    return sorted(rows, key=lambda row: (row["cost"], row["size"], row["place"]))


def _draw_result(task: Task, state: GolfState, par: int) -> dict[str, Any]:
    """Return how the program that was handed in last did."""
    assert state.tried is not None
    one = score(task, state.tried, state.seed)
    drawn: dict[str, Any] = {"failure": None, "lines": []}
    drawn |= _draw_score(one, state.calls, par)
    if one.failure:
        drawn["failure"] = _draw_failure(one.failure, state.tried)
        return drawn
    gas = find_gas_by_line(task, state.tried, state.seed)
    texts = state.tried.split("\n")
    dearest = sorted(gas.items(), key=lambda item: (-item[1], item[0]))[:LINE_ROWS]
    drawn["lines"] = [
        {"number": number, "text": texts[number - 1].strip()[:60], "gas": used}
        for number, used in dearest
    ]
    return drawn


def _draw_failure(failure: Failure, text: str) -> dict[str, Any]:
    words = [hex(word) if word >= 10**9 else str(word) for word in failure.words]
    call = f"0x{encode(failure.words).hex()}" if words else ""
    setup = Setup(
        (Source("Program", "assembly", text),),
        Deed("Alice", "Program", ", ".join(words) if len(call) > 400 else call),
        gas=GAS_LIMIT,
    )
    return {
        "words": words,
        "expected": _show(failure.expected),
        "found": None if failure.found is None else _show(failure.found),
        "reason": failure.reason,
        "trace": encode_share(TimeTravelLesson(), 0, TimeTravelState(setup)),
    }


def _show(word: int) -> str:
    return hex(word) if word >= 10**9 else f"{word:,}"


def tell_par(over: int) -> str:
    """Return how a cost compares with par."""
    if over == 0:
        return "par"
    return f"{abs(over):,} {'over' if over > 0 else 'under'} par"


def summarize_golf(picture: Picture) -> str:
    """Return how the last program did."""
    result = picture["result"]
    if result is None:
        return f"{picture['task']['title']}: nothing is handed in yet."
    if failure := result["failure"]:
        return f"Wrong on the input {_list(failure['words'])}: {_tell(failure)}."
    return (
        f"Right on {picture['cases']} inputs: {result['size']} bytes, "
        f"{result['gas']} gas a call, {tell_par(result['over'])}."
    )


def _list(words: list[str]) -> str:
    return ", ".join(words) if words else "of no words"


def _tell(failure: dict[str, Any]) -> str:
    found = failure["reason"] if failure["found"] is None else failure["found"]
    return f"{found}, required {failure['expected']}"


def describe_golf(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    task, calls = picture["task"], picture["calls"]
    twin: list[str | Table] = [f"{task['title']}. {task['asked']}"]
    twin.append(
        f"Each program is tried on {picture['cases']} inputs, most of them random. "
        f"The cost is 200 gas for each byte and the mean gas of a call {calls:,} times."
    )
    twin += [picture["text"] or "The program is empty.", summarize_golf(picture)]
    result = picture["result"]
    if result and result["lines"]:
        lines = [
            (str(line["number"]), line["text"], f"{line['gas']:,}")
            for line in result["lines"]
        ]
        twin.append(Table("Dearest lines", ("line", "text", "gas"), tuple(lines)))
    rows = [("par", picture["par"]), ("the program to begin with", picture["start"])]
    rows += [(f"yours, {i}", row) for i, row in enumerate(picture["board"], 1)]
    cells = [
        (name, str(row["size"]), row["gas"], f"{row['cost']:,}", tell_par(row["over"]))
        for name, row in rows
    ]
    head = ("program", "bytes", "gas a call", "cost", "to par")
    twin.append(Table(f"Cost of {calls:,} calls", head, tuple(cells)))
    if picture["reference"]:
        twin.append(f"A program at par: {picture['reference'][0]}")
    return twin
