"""Gas golf: write small programs that are right, short and cheap.

What a learner is to see: a program pays for its bytes once and for its steps each time,
so which of two is better depends on how often it is called; and a program that is right
on one input may be wrong on another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from minichain.widgets.base import (
    OPEN,
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Prediction,
    Twin,
    Widget,
)
from minichain.widgets.golf_score import score
from minichain.widgets.golf_tasks import Task, list_tasks
from minichain.widgets.golf_view import (
    CHOICES,
    describe_golf,
    draw_golf,
    draw_question,
    summarize_golf,
)

LENGTH_LIMIT = 3_000
"""Most characters of a program."""

CALLS_LIMIT = 10_000
"""Most calls that a contract is made for."""

BOARD_LIMIT = 12
"""Most programs that are remembered."""


@dataclass(frozen=True)
class Entry:
    """A program that did its task.

    Attributes
    ----------
    task : str
        The task.
    text : str
        The program.
    """

    task: str
    text: str


@dataclass(frozen=True)
class GolfState:
    """A task, a program for it, and those that did it before.

    Attributes
    ----------
    seed : int
        Decides the random inputs.
    task : str
        The task.
    text : str
        The program as it is written.
    tried : str or None
        The program that was handed in last.
    calls : int
        How often the contract will be called.
    board : tuple of Entry
        Programs that were right.
    shown : tuple of str
        Tasks whose reference the learner has asked to see.
    prediction : Prediction
        From how many calls on the learner expects the longer program to be better.
    """

    seed: int
    task: str
    text: str
    tried: str | None = None
    calls: int = 100
    board: tuple[Entry, ...] = ()
    shown: tuple[str, ...] = ()
    prediction: Prediction = OPEN


class GolfLesson(Lesson[GolfState]):
    """Choose a task, write a program, hand it in, and write a better one."""

    name = "golf"
    title = "Gas golf"
    prompt = "Write the program that does the task for the least gas, and hand it in."
    options: ClassVar[Mapping[str, Any]] = {"task": "max", "calls": 100, "ask": True}
    merging = frozenset({"text", "calls"})
    state_type = GolfState

    def initial(self, seed: int, options: Mapping[str, Any]) -> GolfState:
        """Return a task with a program that does it at a high price."""
        word = Action.of("task", task=options["task"])
        task = list_tasks()[word.choice("task", tuple(list_tasks()))]
        calls = Action.of("calls", calls=options["calls"])
        state = GolfState(
            seed,
            task.word,
            task.start,
            calls=calls.integer("calls", 1, CALLS_LIMIT),
            prediction=OPEN if options["ask"] else Prediction("skipped"),
        )
        self.check(state)
        return state

    def apply(self, state: GolfState, action: Action) -> GolfState:
        """Return the state after a change, a try or a guess."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        guessed = state.prediction.after(action, len(CHOICES) - 1)
        return replace(state, prediction=guessed)

    def check(self, state: GolfState) -> None:
        """Refuse tasks that there are not, and programs that do not do theirs."""
        state.prediction.check(len(CHOICES) - 1)
        tasks = list_tasks()
        names = (state.task, *state.shown, *(entry.task for entry in state.board))
        if unknown := sorted(set(names) - set(tasks)):
            raise InvalidAction("task", f"no task is called {unknown[0]!r}")
        if list(state.shown) != sorted(set(state.shown)):
            raise InvalidAction("show", "a task is shown once")
        if not 1 <= state.calls <= CALLS_LIMIT:
            raise InvalidAction("calls", f"{state.calls} is not 1 to {CALLS_LIMIT}")
        if len(state.board) > BOARD_LIMIT or len(set(state.board)) < len(state.board):
            raise InvalidAction("submit", f"{len(state.board)} programs are remembered")
        texts = (state.text, state.tried or "", *(e.text for e in state.board))
        longest = max(len(text) for text in texts)
        if longest > LENGTH_LIMIT:
            raise InvalidAction("text", f"{longest} characters")
        if state.tried is not None:
            score(tasks[state.task], state.tried, state.seed)
        for entry in state.board:
            if score(tasks[entry.task], entry.text, state.seed).failure:
                raise InvalidAction("submit", f"a program for {entry.task} is wrong")

    def view(self, state: GolfState) -> Picture:
        """Return the task, the verdict and the board."""
        return draw_golf(state) | {
            "predict": draw_question(state.prediction),
            "limits": {"text": LENGTH_LIMIT, "calls": CALLS_LIMIT},
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the task, the verdict and the board in words and tables."""
        return describe_golf(picture)

    def summarize(self, picture: Picture) -> str:
        """Return how the last program did."""
        return summarize_golf(picture)


class GasGolf(Widget):
    """The golf course; options are ``task``, ``calls`` and ``ask``."""

    lesson = GolfLesson()


def _best_text(state: GolfState, word: str) -> str | None:
    """Return the learner's best program for a task."""
    task = list_tasks()[word]
    texts = [entry.text for entry in state.board if entry.task == word]
    costs = [score(task, text, state.seed).cost(state.calls) for text in texts]
    return texts[costs.index(min(costs))] if texts else None


def _choose(state: GolfState, action: Action) -> GolfState:
    word = action.choice("task", tuple(list_tasks()))
    text = _best_text(state, word) or list_tasks()[word].start
    return replace(state, task=word, text=text, tried=None)


def _write(state: GolfState, action: Action) -> GolfState:
    return replace(state, text=action.text("text", LENGTH_LIMIT))


def _set_calls(state: GolfState, action: Action) -> GolfState:
    return replace(state, calls=action.integer("calls", 1, CALLS_LIMIT))


def _begin_again(state: GolfState, action: Action) -> GolfState:
    return replace(state, text=list_tasks()[state.task].start)


def _show(state: GolfState, action: Action) -> GolfState:
    return replace(state, shown=tuple(sorted({*state.shown, state.task})))


def _load(state: GolfState, action: Action) -> GolfState:
    """Take a program of the board up again."""
    if not state.board:
        raise InvalidAction("load", "no program is on the board yet")
    entry = state.board[action.integer("place", 0, len(state.board) - 1)]
    return replace(state, task=entry.task, text=entry.text, tried=None)


def _submit(state: GolfState, action: Action) -> GolfState:
    """Try a program on all inputs; remember it if it is right."""
    task = list_tasks()[state.task]
    result = score(task, state.text, state.seed)
    state = replace(state, tried=state.text)
    entry = Entry(state.task, state.text)
    if result.failure or entry in state.board:
        return state
    board = [*state.board, entry]
    if len(board) > BOARD_LIMIT:
        board.remove(_least_missed(state, task, board))
    return replace(state, board=tuple(board))


def _least_missed(state: GolfState, task: Task, board: list[Entry]) -> Entry:
    """Return the dearest program of this task, or else the oldest of all."""
    own = [entry for entry in board if entry.task == task.word]
    if len(own) < 2:
        return board[0]
    return max(own, key=lambda e: score(task, e.text, state.seed).cost(state.calls))


_CHANGES = {
    "task": _choose,
    "text": _write,
    "calls": _set_calls,
    "start": _begin_again,
    "show": _show,
    "load": _load,
    "submit": _submit,
}
