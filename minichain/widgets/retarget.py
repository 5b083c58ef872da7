"""The retarget controller: power changes, the difficulty follows late, and by rules.

What a learner is to see: the pace of the blocks is power over difficulty. The rule
sees only the times of blocks, so it meets the power of today with yesterday's measure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, get_args

from minichain.consensus.regulation import RuleName
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
from minichain.widgets.retarget_question import draw_question
from minichain.widgets.retarget_real import HOURS, REAL_TAKEN, draw_real
from minichain.widgets.retarget_scenes import (
    POWERS,
    SCENES,
    USUAL,
    SceneName,
    mine_day,
    mine_days,
)
from minichain.widgets.retarget_view import (
    describe_retarget,
    draw_retarget,
    summarize_retarget,
)

DAYS_LIMIT = 400
"""Most days of one course."""

STRIDE = 28
"""Most days mined at once by hand."""

WITHOUT_PLAN = ("hand", "real")
"""Scenes in which no power is planned."""


@dataclass(frozen=True)
class RetargetState:
    """A plan for the power, and how far the chain is mined under it.

    Attributes
    ----------
    seed : int
        Decides how long each block takes.
    scene : str
        Where the plan comes from.
    rule : str
        What adjusts the target.
    lucky : bool
        Whether blocks come by chance; otherwise each takes its average.
    powers : tuple of int
        The power of each day, in per cent of the usual.
    mined : int
        Days that are mined.
    goal : int
        Days until which mining goes on.
    power : int
        What the learner has set for the days to come, when mining by hand.
    taken : int
        Seconds of the real period, as they were or as the learner has set them.
    prediction : Prediction
        What the learner expects of the scene.
    """

    seed: int
    scene: SceneName = "doubles"
    rule: RuleName = "period"
    lucky: bool = True
    powers: tuple[int, ...] = SCENES["doubles"].powers
    mined: int = 0
    goal: int = 0
    power: int = USUAL
    taken: int = REAL_TAKEN
    prediction: Prediction = OPEN

    @property
    def luck_seed(self) -> int | None:
        """The seed of the blocks' luck; None for averages."""
        return self.seed if self.lucky else None


class RetargetLesson(Lesson[RetargetState]):
    """Choose what happens to the power, predict, and watch the rule respond."""

    name = "retarget"
    title = "Retarget controller"
    prompt = (
        "Choose what happens to the power of all miners, and watch the rule answer."
    )
    options: ClassVar[Mapping[str, Any]] = {
        "scene": "doubles",
        "rule": "period",
        "luck": True,
        "ask": True,
    }
    merging = frozenset({"power", "taken"})
    state_type = RetargetState

    def initial(self, seed: int, options: Mapping[str, Any]) -> RetargetState:
        """Return a scene of which no day is mined."""
        read = Action("options", options)
        rule: Any = read.choice("rule", get_args(RuleName))
        scene: Any = read.choice("scene", get_args(SceneName))
        state = _open(RetargetState(seed, rule=rule, lucky=read.flag("luck")), scene)
        if not read.flag("ask"):
            state = replace(state, prediction=Prediction("skipped"))
        return state

    def apply(self, state: RetargetState, action: Action) -> RetargetState:
        """Return the state after a change of the plan, some days or a guess."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        if state.scene == "hand":
            raise action.unknown()
        return replace(state, prediction=state.prediction.after(action, 2))

    def check(self, state: RetargetState) -> None:
        """Refuse plans that no scene has, and days beyond the plan."""
        state.prediction.check(2)
        planned = SCENES[state.scene].powers if state.scene in SCENES else ()
        if state.scene != "hand" and state.powers != planned:
            raise InvalidAction("scene", f"powers that are not those of {state.scene}")
        if len(state.powers) > DAYS_LIMIT:
            raise InvalidAction("mine", f"at most {DAYS_LIMIT} days")
        for power in (*state.powers, state.power):
            _check_bounds("power", power, *POWERS)
        _check_bounds("goal", state.goal, state.mined, len(state.powers))
        _check_bounds("mined", state.mined, 0, len(state.powers))
        if state.taken != REAL_TAKEN:
            _check_bounds("taken", state.taken, 0, HOURS * 3600)
        if state.prediction.is_open:
            moved = state.goal or (state.scene == "real" and state.taken != REAL_TAKEN)
            if state.scene == "hand" or moved:
                raise InvalidAction("predict", "the answer is shown before the guess")

    def view(self, state: RetargetState) -> Picture:
        """Return the power, the difficulty and the pace, day by day."""
        draw = draw_real if state.scene == "real" else draw_retarget
        return draw(state) | {"predict": draw_question(state)}

    def describe(self, picture: Picture) -> Twin:
        """Return the course and its adjustments in words and tables."""
        return describe_retarget(picture)

    def summarize(self, picture: Picture) -> str:
        """Return how the chain stands."""
        return summarize_retarget(picture)

    def progress(self, state: RetargetState) -> Progress | None:
        """Return how many days are mined."""
        if state.mined >= state.goal:
            return None
        return Progress("Mining, day by day", state.mined, state.goal)

    def advance(self, state: RetargetState, count: int) -> RetargetState:
        """Return the state after at most ``count`` more days."""
        mined = min(state.goal, state.mined + count)
        mine_days(state.rule, state.luck_seed, state.powers[:mined])
        return replace(state, mined=mined)

    def stop(self, state: RetargetState) -> RetargetState:
        """Return the state with the days that are mined."""
        return replace(state, goal=state.mined)


class RetargetController(Widget):
    """The controller; options are ``scene``, ``rule``, ``luck`` and ``ask``."""

    lesson = RetargetLesson()


def _check_bounds(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InvalidAction(name, f"{value} is not {low} to {high}")


def _open(state: RetargetState, scene: SceneName) -> RetargetState:
    """Return a scene at its beginning; by hand, what is mined stays."""
    if scene == "hand":
        kept = state.powers[: state.mined]
        shown = Prediction("skipped")
        return replace(
            state, scene=scene, powers=kept, goal=state.mined, prediction=shown
        )
    powers = SCENES[scene].powers if scene in SCENES else ()
    return replace(
        state, scene=scene, powers=powers, mined=0, goal=0, taken=REAL_TAKEN,
        prediction=OPEN,
    )  # fmt: skip


def _shown(state: RetargetState) -> RetargetState:
    """Return the state with the question answered: who mines asks to be shown."""
    if state.prediction.is_open:
        return replace(state, prediction=Prediction("skipped"))
    return state


def _set_scene(state: RetargetState, action: Action) -> RetargetState:
    scene: Any = action.choice("scene", get_args(SceneName))
    return _open(state, scene)


def _set_rule(state: RetargetState, action: Action) -> RetargetState:
    """Take the same days under another rule: they are mined anew, in slices."""
    rule: Any = action.choice("rule", get_args(RuleName))
    return replace(state, rule=rule, mined=0)


def _set_luck(state: RetargetState, action: Action) -> RetargetState:
    return replace(state, lucky=action.flag("luck"), mined=0)


def _set_power(state: RetargetState, action: Action) -> RetargetState:
    return replace(state, power=action.integer("power", *POWERS))


def _mine(state: RetargetState, action: Action) -> RetargetState:
    """Mine some days: of the plan, or by hand with the power that is set."""
    days = action.integer("days", 1, STRIDE)
    if state.scene == "real":
        raise InvalidAction("mine", "these headers are mined already")
    if state.scene == "hand":
        powers = (*state.powers[: state.goal], *(state.power,) * days)
        if len(powers) > DAYS_LIMIT:
            raise InvalidAction("mine", f"at most {DAYS_LIMIT} days")
        # What is still under way goes on in its slices.
        mined = len(powers) if state.mined == state.goal else state.mined
        return replace(state, powers=powers, mined=mined, goal=len(powers))
    mined = min(len(state.powers), state.mined + days)
    return replace(_shown(state), mined=mined, goal=mined)


def _mine_to_change(state: RetargetState, action: Action) -> RetargetState:
    """Mine on until a period ends, or the plan."""
    if state.scene in WITHOUT_PLAN:
        raise InvalidAction(action.type, "there is no plan to follow")
    if state.rule == "asert":
        raise InvalidAction(action.type, "this rule adjusts at every block")
    seed, mined = state.luck_seed, state.mined
    mine_days(state.rule, seed, state.powers[:mined])
    while mined < len(state.powers):
        mined += 1
        day = mine_day(state.rule, seed, state.powers[:mined])
        if any(change.timespan is not None for change in day.changes):
            break
    return replace(_shown(state), mined=mined, goal=mined)


def _run(state: RetargetState, action: Action) -> RetargetState:
    if state.scene in WITHOUT_PLAN:
        raise InvalidAction(action.type, "there is no plan to follow")
    return replace(_shown(state), goal=len(state.powers))


def _set_taken(state: RetargetState, action: Action) -> RetargetState:
    """Let the real period have taken another time: ``hours``, or as it was."""
    if state.scene != "real":
        raise InvalidAction(action.type, "only the real period has another time")
    if state.prediction.is_open:
        state = _shown(state)
    hours = action.integer("hours", -1, HOURS)
    return replace(state, taken=REAL_TAKEN if hours < 0 else 3600 * hours)


def _ask_again(state: RetargetState, action: Action) -> RetargetState:
    if state.scene == "hand":
        raise action.unknown()
    return _open(state, state.scene)


_CHANGES = {
    "scene": _set_scene,
    "rule": _set_rule,
    "luck": _set_luck,
    "power": _set_power,
    "mine": _mine,
    "to-change": _mine_to_change,
    "run": _run,
    "taken": _set_taken,
    "ask-again": _ask_again,
}
