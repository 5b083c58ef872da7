"""The time-travel EVM: run a contract, and go to any of its moments and back.

What a learner is to see: the machine is a stack, some memory, some storage and a price
for everything; each of them changes one step at a time, and any can be asked when it
was changed last.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, get_args

from minichain.widgets.base import (
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Twin,
    Widget,
)
from minichain.widgets.timetravel_actions import CHANGES, begin
from minichain.widgets.timetravel_play import play
from minichain.widgets.timetravel_scenes import Scene, list_scenes
from minichain.widgets.timetravel_setup import (
    CALL_LIMIT,
    GAS_LIMIT,
    LENGTH_LIMIT,
    MOST_WEI,
    ROUNDS_LIMIT,
    SKIPPED,
    STOPS_LIMIT,
    Deed,
    Language,
    Setup,
    Source,
    TimeTravelState,
)
from minichain.widgets.timetravel_view import count_lines, draw_timetravel
from minichain.widgets.timetravel_words import (
    describe_timetravel,
    draw_question,
    summarize_timetravel,
)

CONTRACTS_LIMIT = 4
"""Most contracts of a setup."""


class TimeTravelLesson(Lesson[TimeTravelState]):
    """Choose a scene or write a program, run it, and step both ways."""

    name = "timetravel"
    title = "Time-travel EVM"
    prompt = (
        "Choose a scene or write your own. Step forwards and backwards; click a slot, "
        "a word or a row of memory to go where it was changed last."
    )
    options: ClassVar[Mapping[str, Any]] = {
        "scene": "storage",
        "text": None,
        "language": "assembly",
        "arguments": "",
        "call": "",
        "ask": True,
    }
    merging = frozenset({"text", "arguments", "call", "value", "gas", "jump"})
    state_type = TimeTravelState

    def initial(self, seed: int, options: Mapping[str, Any]) -> TimeTravelState:
        """Return a scene, or a program of one's own, before its first step."""
        if options["text"] is not None:
            state = _read_program(Action("text", options))
        else:
            word = Action.of("scene", scene=options["scene"])
            state = begin(word.choice("scene", tuple(list_scenes())), options["ask"])
        self.check(state)
        return state

    def apply(self, state: TimeTravelState, action: Action) -> TimeTravelState:
        """Return the state after a step, a change, a run or a guess."""
        change = CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        if not state.scene:
            raise InvalidAction(action.type, "nothing is asked about this program")
        scene = list_scenes()[state.scene]
        guessed = state.prediction.after(action, len(scene.choices) - 1)
        # The question is about the scene as it is told.
        again = replace(state, setup=scene.setup, moment=0, row=None)
        return replace(again, prediction=guessed)

    def check(self, state: TimeTravelState) -> None:
        """Refuse setups that do not run and moments that are not theirs."""
        for setup in (state.setup, state.draft or state.setup):
            _check_setup(setup)
        if state.scene and state.scene not in list_scenes():
            raise InvalidAction("scene", f"no scene is called {state.scene}")
        if state.scene:
            scene = list_scenes()[state.scene]
            state.prediction.check(len(scene.choices) - 1)
            _same_but_rounds(state.setup, scene)
        elif state.prediction != SKIPPED:
            raise InvalidAction("predict", "nothing is asked about this program")
        length = len(play(state.setup).recording)
        if not 0 <= state.moment <= length:
            raise InvalidAction("jump", f"{state.moment} is not 0 to {length}")
        if state.prediction.is_open and (state.moment or state.setup.rounds):
            raise InvalidAction("jump", "the answer is shown before the question")
        if not 0 <= state.open < len(state.setup.contracts):
            raise InvalidAction("open", f"there is no contract {state.open}")
        if state.row is not None and not 0 <= state.row < 2**20:
            raise InvalidAction("memory", f"there is no row {state.row}")
        if len(state.stops) > STOPS_LIMIT or len(set(state.stops)) < len(state.stops):
            raise InvalidAction("break", f"{len(state.stops)} breakpoints")
        for name, line in state.stops:
            if not 1 <= line <= count_lines(state.setup, name):
                raise InvalidAction("break", f"{name} has no line {line}")

    def view(self, state: TimeTravelState) -> Picture:
        """Return the program and the present moment of its run."""
        question = None
        if state.scene:
            question = draw_question(state.prediction, list_scenes()[state.scene])
        return draw_timetravel(state) | {
            "predict": question,
            "limits": {"text": LENGTH_LIMIT, "call": CALL_LIMIT, "gas": GAS_LIMIT},
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the moment in words and tables."""
        return describe_timetravel(picture)

    def summarize(self, picture: Picture) -> str:
        """Return which step comes next, or how the run ended."""
        return summarize_timetravel(picture)


class TimeTravel(Widget):
    """The time machine.

    It begins with a ``scene``; or with a ``text`` in a ``language``, assembly or vyper,
    the ``arguments`` that a Vyper contract is created with, and a ``call`` of it.
    Without ``ask`` no question comes first.
    """

    lesson = TimeTravelLesson()


def _read_program(action: Action) -> TimeTravelState:
    """Return a program of one's own before its first step."""
    source = Source(
        "Program",
        "vyper"
        if action.choice("language", get_args(Language)) == "vyper"
        else "assembly",
        action.text("text", LENGTH_LIMIT),
        action.text("arguments", CALL_LIMIT),
    )
    deed = Deed("Alice", "Program", action.text("call", CALL_LIMIT))
    return TimeTravelState(Setup((source,), deed))


def _same_but_rounds(setup: Setup, scene: Scene) -> None:
    if replace(setup, rounds=0) != scene.setup:
        raise InvalidAction("scene", "the setup is not the scene's")


def _check_setup(setup: Setup) -> None:
    names = [source.name for source in setup.contracts]
    if not 1 <= len(names) <= CONTRACTS_LIMIT or len(set(names)) < len(names):
        raise InvalidAction("run", f"{len(names)} contracts")
    bounds = {
        "gas": (setup.gas, 0, GAS_LIMIT),
        "rounds": (setup.rounds, 0, ROUNDS_LIMIT),
        "earlier": (len(setup.earlier), 0, ROUNDS_LIMIT),
    }
    for deed in (*setup.earlier, setup.deed):
        bounds[f"value of {deed.call}"] = deed.value, 0, MOST_WEI
        bounds[f"call of {deed.to}"] = len(deed.call), 0, CALL_LIMIT
    for source in setup.contracts:
        bounds[f"name {source.name}"] = len(source.name), 1, 20
        bounds[f"text of {source.name}"] = len(source.text), 0, LENGTH_LIMIT
        bounds[f"arguments of {source.name}"] = len(source.arguments), 0, CALL_LIMIT
    for name, (value, low, high) in bounds.items():
        if not low <= value <= high:
            raise InvalidAction("run", f"{name}: {value} is not {low} to {high}")
