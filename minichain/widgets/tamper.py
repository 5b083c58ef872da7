"""The tamper lab: alter the past, see who notices, and what it costs to make them not.

The learner holds one copy of a small chain; three honest peers hold another and go on
extending it. Any part of the copy may be altered and repaired, block by block. Honest
peers take the copy if it breaks no rule and holds more work than theirs.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, get_args

from minichain.consensus.double_spend import exact_probability, nakamoto_probability
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
from minichain.widgets.tamper_story import (
    DEPTH,
    HASHES,
    VALUE_LIMIT,
    Kind,
    Step,
    mine,
    next_block,
    replay,
)
from minichain.widgets.tamper_view import (
    CHOICES,
    describe_lab,
    draw_lab,
    summarize_lab,
)

STEP_LIMIT = 60
"""Most steps in one story."""

RACES = 2_000
"""Races run at a press of the button."""

RACE_LENGTH = 400
"""Blocks after which a race nobody won counts as lost."""


@dataclass(frozen=True)
class TamperState:
    """A story so far.

    Attributes
    ----------
    steps : tuple of Step
        What was done to the learner's copy.
    chosen : int
        The block looked at, from 1.
    mined : int
        Blocks the learner has mined again.
    honest : int
        Blocks the honest peers have added meanwhile.
    published : bool
        Whether the copy as it is has been offered to the peers.
    share : int
        The learner's part of all hash power, in percent.
    races, won, goal : int
        Simulated races run, won by the attacker, and asked for.
    seed : int
        Decides the luck of both sides.
    prediction : Prediction
        Which rule the learner expects to break first.
    """

    steps: tuple[Step, ...] = ()
    chosen: int = 2
    mined: int = 0
    honest: int = 0
    published: bool = False
    share: int = 30
    races: int = 0
    won: int = 0
    goal: int = 0
    seed: int = 0
    prediction: Prediction = OPEN


class TamperLesson(Lesson[TamperState]):
    """Alter a block, repair what fails, mine again, and race the honest peers."""

    name = "tamper"
    title = "The tamper lab"
    prompt = "Change a payment that everybody has seen, and get away with it."
    options: ClassVar[Mapping[str, Any]] = {"power": 30, "ask": True}
    merging = frozenset({"value", "share"})
    state_type = TamperState

    def initial(self, seed: int, options: Mapping[str, Any]) -> TamperState:
        """Return an unaltered copy."""
        share = Action.of("power", power=options["power"]).integer("power", 1, 99)
        asked = OPEN if options["ask"] else Prediction("skipped")
        return TamperState(share=share, seed=seed, prediction=asked)

    def apply(self, state: TamperState, action: Action) -> TamperState:
        """Return the state after a step, a publication, a race or a guess."""
        match action.type:
            case "choose":
                last = len(replay(state.steps)) - 1
                return replace(
                    state,
                    chosen=action.integer("block", 1, last),
                    races=0,
                    won=0,
                    goal=0,
                )
            case "share":
                share = action.integer("share", 1, 99)
                return replace(state, share=share, races=0, won=0, goal=0)
            case "publish":
                return replace(state, published=True)
            case "race":
                return replace(state, goal=state.goal + RACES)
            case kind if kind in get_args(Kind):
                return _take(state, action)
        guessed = state.prediction.after(action, len(CHOICES) - 1)
        return replace(state, prediction=guessed)

    def check(self, state: TamperState) -> None:
        """Refuse numbers out of bounds, and steps that cannot be taken."""
        state.prediction.check(len(CHOICES) - 1)
        if len(state.steps) > STEP_LIMIT:
            raise InvalidAction("steps", f"more than {STEP_LIMIT}")
        for step in state.steps:
            if (
                not 1 <= step.block <= DEPTH + STEP_LIMIT
                or not 0 <= step.number < 2**32
            ):
                raise InvalidAction(step.kind, "a block or a number out of bounds")
        bounds = {
            "chosen": (1, DEPTH + STEP_LIMIT),
            "share": (1, 99),
            "seed": (0, 2**32 - 1),
        }
        bounds |= dict.fromkeys(("mined", "honest"), (0, STEP_LIMIT * 200))
        bounds |= dict.fromkeys(("races", "won", "goal"), (0, 10**7))
        for name, (low, high) in bounds.items():
            if not low <= getattr(state, name) <= high:
                raise InvalidAction(name, f"not {low} to {high}")
        extended = DEPTH
        for step in state.steps:
            extended += step.kind == "extend"
            if step.block > extended:
                raise InvalidAction(step.kind, f"block {step.block} of {extended}")
        if state.chosen > extended:
            raise InvalidAction("choose", f"block {state.chosen} of {extended}")
        replay(state.steps)

    def view(self, state: TamperState) -> Picture:
        """Return both chains, the chosen block's checks, the race and its price."""
        z = max(1, DEPTH - state.chosen + 1)
        share = state.share / 100
        return draw_lab(state) | {
            "share": state.share,
            "hashes": state.mined * HASHES,
            "confirmations": z,
            "odds": {
                "paper": nakamoto_probability(share, z),
                "exact": exact_probability(share, z),
                "measured": state.won / state.races if state.races else None,
                "races": state.races,
            },
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the blocks, the checks and the odds in words and tables."""
        return describe_lab(picture)

    def summarize(self, picture: Picture) -> str:
        """Return what the peers make of the copy."""
        return summarize_lab(picture)

    def progress(self, state: TamperState) -> Progress | None:
        """Return how many of the races asked for have been run."""
        if state.races >= state.goal:
            return None
        return Progress("races", state.races, state.goal)

    def advance(self, state: TamperState, count: int) -> TamperState:
        """Run some more races; each has luck of its own, whatever the slices."""
        z, share = max(1, DEPTH - state.chosen + 1), state.share / 100
        last = min(state.goal, state.races + count)
        luck = [f"{state.seed}/{race}" for race in range(state.races, last)]
        won = sum(_race(random.Random(text), share, z) for text in luck)
        return replace(state, races=last, won=state.won + won)

    def stop(self, state: TamperState) -> TamperState:
        """Run no more races."""
        return replace(state, goal=state.races)


class TamperLab(Widget):
    """The tamper lab as a widget; options are ``power`` and ``ask``."""

    lesson = TamperLesson()


def _take(state: TamperState, action: Action) -> TamperState:
    if len(state.steps) >= STEP_LIMIT:
        raise InvalidAction(action.type, f"a story has at most {STEP_LIMIT} steps")
    kind = next(k for k in get_args(Kind) if k == action.type)
    number = 0
    if kind == "value":
        number = action.integer("value", 0, VALUE_LIMIT)
    steps, place = state.steps, state.chosen
    if kind == "mine":
        number = mine(replay(steps)[place])
    if kind == "extend":
        number, place = mine(next_block(steps)), len(replay(steps))
    if kind == "value" and steps and steps[-1].kind == "value":
        last = steps[-1]
        steps = steps[:-1] if last.block == state.chosen else steps
    steps = (*steps, Step(kind, place, number))
    replay(steps)
    after = replace(state, steps=steps, published=False)
    if kind not in ("mine", "extend"):
        return after
    return replace(
        after, mined=state.mined + 1, honest=state.honest + _honest_blocks(state)
    )


def _honest_blocks(state: TamperState) -> int:
    """Return how many blocks the honest peers find while the learner finds one."""
    luck = random.Random(f"{state.seed}/mined/{state.mined}")
    count = 0
    while luck.random() >= state.share / 100 and count < 200:
        count += 1
    return count


def _race(luck: random.Random, share: float, confirmations: int) -> bool:
    """Return whether an attacker catches up after so many confirmations."""
    lead, honest = -confirmations, 0
    while honest < confirmations:
        found = luck.random() < share
        lead, honest = (lead + 1, honest) if found else (lead, honest + 1)
    for _ in range(RACE_LENGTH):
        if lead >= 0:
            return True
        if lead < -60:
            return False
        lead += 1 if luck.random() < share else -1
    return False
