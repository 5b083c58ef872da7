"""The double-spend race: an attacker's secret branch against the payment's own.

What a learner is to see: waiting makes a double spend unlikely, never impossible; how
long to wait depends on the attacker's share; and each failed try has its price.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from minichain.consensus.double_spend import Race, simulate
from minichain.crypto.hashing import sha256
from minichain.widgets.base import (
    OPEN,
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Prediction,
    Progress,
    Twin,
    Widget,
)
from minichain.widgets.race_view import (
    GUESSES,
    describe_race,
    draw_question,
    draw_race,
    summarize_race,
)

SHARES = (1, 45)
"""Least and most of all power that the attacker has, in per cent."""

WAITS = (1, 60)
"""Fewest and most blocks that the merchant waits for."""

GIVE_UP = 10
"""Blocks behind at which the attacker gives up a race that is stepped through."""

PATIENCE = 100
"""Blocks behind at which it gives up a race that is only counted."""

UNIT = 500
"""Races in a unit of work."""

TRIALS_LIMIT = 1_000_000
"""Most races that are counted."""

RACES_LIMIT = 10_000
"""Most races that are stepped through."""

STEPS_LIMIT = 2_000
"""Most blocks of a race that is stepped through."""


@dataclass(frozen=True)
class RaceState:
    """One race as far as it has come, and how many others were won.

    Attributes
    ----------
    seed : int
        Decides who finds each block.
    share : int
        The attacker's part of all power, in per cent.
    wait : int
        Blocks that the merchant waits for.
    number : int
        Which race is stepped through.
    steps : int
        Its blocks so far.
    won, lost : int
        Races before it that the attacker won, and gave up.
    trials, wins, goal : int
        Races that were counted, won among them, and shall be counted.
    prediction : Prediction
        How many blocks the learner thinks are enough.
    """

    seed: int
    share: int = 10
    wait: int = 6
    number: int = 0
    steps: int = 0
    won: int = 0
    lost: int = 0
    trials: int = 0
    wins: int = 0
    goal: int = 0
    prediction: Prediction = OPEN


class RaceLesson(Lesson[RaceState]):
    """Step through a race, run thousands, and choose how long to wait."""

    name = "race"
    title = "Double-spend race"
    prompt = (
        "Set the attacker's power and the merchant's patience. Find block by block."
    )
    options: ClassVar[Mapping[str, Any]] = {"share": 10, "wait": 6, "ask": True}
    merging = frozenset({"share", "wait"})
    state_type = RaceState

    def initial(self, seed: int, options: Mapping[str, Any]) -> RaceState:
        """Return a race that has not begun."""
        read = Action("options", options)
        return RaceState(
            seed,
            share=read.integer("share", *SHARES),
            wait=read.integer("wait", *WAITS),
            prediction=OPEN if read.flag("ask") else Prediction("skipped"),
        )

    def apply(self, state: RaceState, action: Action) -> RaceState:
        """Return the state after a setting, a block, or a guess."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        return replace(state, prediction=state.prediction.after(action, *GUESSES))

    def check(self, state: RaceState) -> None:
        """Refuse settings out of bounds, and races that went on behind their end."""
        state.prediction.check(*GUESSES)
        bounds = {
            "share": (state.share, *SHARES),
            "wait": (state.wait, *WAITS),
            "number": (state.number, 0, RACES_LIMIT),
            "steps": (state.steps, 0, STEPS_LIMIT),
            "won": (state.won, 0, state.number),
            "lost": (state.lost, 0, state.number),
            "goal": (state.goal, 0, TRIALS_LIMIT),
            "trials": (state.trials, 0, state.goal),
            "wins": (state.wins, 0, state.trials),
        }
        for name, (value, low, high) in bounds.items():
            if not low <= value <= high:
                raise InvalidAction(name, f"{value} is not {low} to {high}")
        if state.won + state.lost != state.number:
            raise InvalidAction(
                "won", f"{state.won} and {state.lost} of {state.number}"
            )
        if state.trials % UNIT or state.goal % UNIT:
            raise InvalidAction("trials", f"{state.trials} is no multiple of {UNIT}")
        if state.prediction.is_open and state.goal:
            raise InvalidAction("measure", "the answer is shown before the guess")
        if state.steps and is_over(race_of(replace(state, steps=state.steps - 1))):
            raise InvalidAction("step", "the race goes on behind its end")

    def view(self, state: RaceState) -> Picture:
        """Return the race, the chances and their price."""
        return draw_race(state, race_of(state), GIVE_UP) | {
            "limits": {"share": list(SHARES), "wait": list(WAITS)},
            "over": is_over(race_of(state)),
            "finders": "".join(
                "A" if is_attackers(state.seed, state.number, step, state.share)
                else "H"
                for step in range(max(0, state.steps - 24), state.steps)
            ),
            "full": state.goal >= TRIALS_LIMIT,
            "predict": draw_question(state.prediction),
        }  # fmt: skip

    def describe(self, picture: Picture) -> Twin:
        """Return the race, the chances and their price in words and tables."""
        return describe_race(picture)

    def summarize(self, picture: Picture) -> str:
        """Return how the race stands."""
        return summarize_race(picture)

    def progress(self, state: RaceState) -> Progress | None:
        """Return how many races are counted."""
        if state.trials >= state.goal:
            return None
        return Progress("Running races", state.trials, state.goal)

    def advance(self, state: RaceState, count: int) -> RaceState:
        """Return the state after some hundreds of races more."""
        trials, wins = state.trials, state.wins
        for _ in range(count):
            if trials >= state.goal:
                break
            text = f"races from {trials} of {state.seed}"
            seed = int.from_bytes(sha256(text.encode())[:8], "big")
            share = state.share / 100
            measured = simulate(share, state.wait, UNIT, seed, PATIENCE)
            wins += round(measured.value * UNIT)
            trials += UNIT
        return replace(state, trials=trials, wins=wins)

    def stop(self, state: RaceState) -> RaceState:
        """Return the state with the races that are counted."""
        return replace(state, goal=state.trials)


class DoubleSpendRace(Widget):
    """The race as a widget; options are ``share``, ``wait`` and ``ask``."""

    lesson = RaceLesson()


def is_attackers(seed: int, number: int, step: int, share: int) -> bool:
    """Return whether the attacker finds a block: the same for the same numbers."""
    text = f"block {step} of race {number} of {seed}"
    luck = int.from_bytes(sha256(text.encode())[:8], "big")
    return luck * 100 < share << 64


def race_of(state: RaceState) -> Race:
    """Return the race of a state, played as far as it has come."""
    race = Race(state.wait)
    for step in range(state.steps):
        race = race.step(
            by_attacker=is_attackers(state.seed, state.number, step, state.share)
        )
    return race


def is_over(race: Race) -> bool:
    """Return whether a race is decided."""
    return race.is_won or race.is_given_up(GIVE_UP)


def _afresh(state: RaceState, **changes: Any) -> RaceState:
    """Return the state with new settings: old races no longer fit."""
    return replace(
        state, number=0, steps=0, won=0, lost=0, trials=0, wins=0, goal=0, **changes
    )


def _set_share(state: RaceState, action: Action) -> RaceState:
    return _afresh(state, share=action.integer("share", *SHARES))


def _set_wait(state: RaceState, action: Action) -> RaceState:
    return _afresh(state, wait=action.integer("wait", *WAITS))


def _step(state: RaceState, action: Action) -> RaceState:
    """Find one block, or all until the race is decided."""
    to_end = action.flag("end")
    race = race_of(state)
    if is_over(race):
        raise InvalidAction("step", "the race is decided")
    steps = state.steps
    while not is_over(race) and steps < STEPS_LIMIT:
        race = race.step(
            by_attacker=is_attackers(state.seed, state.number, steps, state.share)
        )
        steps += 1
        if not to_end:
            break
    return replace(state, steps=steps)


def _next_race(state: RaceState, action: Action) -> RaceState:
    race = race_of(state)
    if not is_over(race):
        raise InvalidAction("next", "the race is not decided yet")
    if state.number >= RACES_LIMIT:
        raise InvalidAction("next", f"at most {RACES_LIMIT} races")
    won = int(race.is_won)
    return replace(
        state, number=state.number + 1, steps=0,
        won=state.won + won, lost=state.lost + 1 - won,
    )  # fmt: skip


def _measure(state: RaceState, action: Action) -> RaceState:
    units = action.integer("races", UNIT, TRIALS_LIMIT) // UNIT
    goal = min(TRIALS_LIMIT, state.trials + units * UNIT)
    asked = state.prediction
    # Whoever measures asks to be shown.
    shown = Prediction("skipped") if asked.is_open else asked
    return replace(state, goal=goal, prediction=shown)


def _ask_again(state: RaceState, action: Action) -> RaceState:
    return replace(state, trials=0, wins=0, goal=0, prediction=OPEN)


_CHANGES = {
    "share": _set_share,
    "wait": _set_wait,
    "step": _step,
    "next": _next_race,
    "measure": _measure,
    "ask-again": _ask_again,
}
