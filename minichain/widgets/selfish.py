"""The selfish-mining lab: keep blocks secret, and see from what share on it pays.

What a learner is to see: a miner who hides blocks loses some of his own, and others
lose more; so below half of all power a strategy can earn more than its share.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, get_args

from minichain.consensus.selfish import Fork, Race, simulate, step, tabulate
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
from minichain.widgets.selfish_race import Found, choose_finder
from minichain.widgets.selfish_table import SIZE, TABLES, check_table, strategy_of
from minichain.widgets.selfish_view import (
    DEEDS,
    MILLION,
    describe_selfish,
    draw_question,
    draw_selfish,
    summarize_selfish,
)

SHARES = tuple(range(5, 51, 5))
"""Shares of power at which a strategy is measured, in per cent."""

EVENTS = 20_000
"""Blocks found in each measurement."""

LONGEST = 60
"""Blocks of a branch at which a measured strategy is not asked any more."""

LOG_LIMIT = 8
"""Steps of the race that are kept to look back at."""

STEPS_LIMIT = 10_000
"""Most blocks of one race."""

PresetName = Literal["honest", "selfish", "stubborn"]
"""Strategies to begin from."""

_KINDS = tuple(Fork)


@dataclass(frozen=True)
class SelfishState:
    """A strategy, the power behind it, one race and some measurements.

    Attributes
    ----------
    seed : int
        Decides who finds each block.
    share : int
        The attacker's part of all power, in per cent.
    reach : int
        The part of honest power that takes the attacker's side of a tie, in per cent.
    table : str
        What the attacker does, a letter for each race of at most four blocks a side.
    secret, public, fork : int
        The race: blocks of both branches, and the place of the kind of fork.
    steps : int
        Blocks found in this race.
    gained, lost : int
        Blocks that stay so far: the attacker's, and the others'.
    log : tuple of Found
        The last steps.
    left : int or None
        Measurements still to make; None where none were asked for.
    points : tuple of tuples of int
        Of each measurement: share in per cent; value, low and high end of its band in
        millionths.
    prediction : Prediction
        The share from which the learner expects hiding to pay.
    """

    seed: int
    share: int = 35
    reach: int = 0
    table: str = TABLES["selfish"]
    secret: int = 0
    public: int = 0
    fork: int = 0
    steps: int = 0
    gained: int = 0
    lost: int = 0
    log: tuple[Found, ...] = ()
    left: int | None = None
    points: tuple[tuple[int, int, int, int], ...] = ()
    prediction: Prediction = OPEN

    @property
    def race(self) -> Race:
        """How the two branches stand."""
        return Race(self.secret, self.public, _KINDS[self.fork])


class SelfishLesson(Lesson[SelfishState]):
    """Set the power, write the strategy, and watch or measure what it earns."""

    name = "selfish"
    title = "Selfish-mining lab"
    prompt = "Choose a strategy or write your own. Find blocks one by one, or measure."
    options: ClassVar[Mapping[str, Any]] = {
        "share": 35,
        "reach": 0,
        "strategy": "selfish",
        "ask": True,
    }
    merging = frozenset({"share", "reach"})
    state_type = SelfishState

    def initial(self, seed: int, options: Mapping[str, Any]) -> SelfishState:
        """Return a race that has not begun, under the options' strategy."""
        name = Action.of("preset", preset=options["strategy"])
        state = SelfishState(
            seed,
            share=Action.of("share", share=options["share"]).integer("share", 1, 50),
            reach=Action.of("reach", reach=options["reach"]).integer("reach", 0, 100),
            table=TABLES[name.choice("preset", tuple(TABLES))],
            prediction=OPEN if options["ask"] else Prediction("skipped"),
        )
        self.check(state)
        return state

    def apply(self, state: SelfishState, action: Action) -> SelfishState:
        """Return the state after a setting, some blocks or a guess."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        return replace(state, prediction=state.prediction.after(action, 50, 1))

    def check(self, state: SelfishState) -> None:
        """Refuse settings, races and measurements that no action leads to."""
        state.prediction.check(50, 1)
        check_table(state.table)
        bounds = {
            "share": (state.share, 1, 50),
            "reach": (state.reach, 0, 100),
            "fork": (state.fork, 0, 2),
            "secret": (state.secret, 0, STEPS_LIMIT),
            "public": (state.public, 0, STEPS_LIMIT),
            "steps": (state.steps, 0, STEPS_LIMIT),
            "gained": (state.gained, 0, STEPS_LIMIT),
            "lost": (state.lost, 0, STEPS_LIMIT),
            "log": (len(state.log), 0, LOG_LIMIT),
            "points": (len(state.points), 0, len(SHARES)),
            "left": (state.left or 0, 0, len(SHARES)),
        }
        for name, (value, low, high) in bounds.items():
            if not low <= value <= high:
                raise InvalidAction(name, f"{value} is not {low} to {high}")
        parts = (state.gained, state.lost, state.secret, state.public)
        if sum(parts) > state.steps + state.secret:
            raise InvalidAction("step", f"more blocks than {state.steps} were found")
        for share, value, low, high in state.points:
            if share not in SHARES or not 0 <= low <= value <= high <= MILLION:
                raise InvalidAction("measure", f"{share} %: {low}, {value}, {high}")
        if state.prediction.is_open and (state.points or state.left is not None):
            raise InvalidAction("measure", "the answer is shown before the question")
        for found in state.log:
            if found.finder not in (0, 1, 2) or found.action not in DEEDS:
                raise InvalidAction("step", f"{found.finder}, {found.action!r}")

    def view(self, state: SelfishState) -> Picture:
        """Return the settings, the race and the chart."""
        return draw_selfish(state) | {"predict": draw_question(state.prediction)}

    def describe(self, picture: Picture) -> Twin:
        """Return the strategy, the race and the measurements in words and tables."""
        return describe_selfish(picture)

    def summarize(self, picture: Picture) -> str:
        """Return what the last block brought, or what was measured."""
        return summarize_selfish(picture)

    def progress(self, state: SelfishState) -> Progress | None:
        """Return how many shares have been measured."""
        if not state.left:
            return None
        done = len(SHARES) - state.left
        return Progress("Measuring the strategy", done, len(SHARES))

    def advance(self, state: SelfishState, count: int) -> SelfishState:
        """Return the state after some more measurements."""
        game = tabulate(strategy_of(state.table), LONGEST)
        for _ in range(min(count, state.left or 0)):
            assert state.left is not None
            share = SHARES[len(SHARES) - state.left]
            outcome = simulate(
                game, share / 100, state.reach / 100, EVENTS, seed=state.seed + share
            )
            band = outcome.share
            point = (share, *(round(MILLION * x) for x in (
                band.value, band.low, band.high,
            )))  # fmt: skip
            points = (*state.points, (point[0], point[1], point[2], point[3]))
            state = replace(state, points=points, left=state.left - 1)
        return state

    def stop(self, state: SelfishState) -> SelfishState:
        """Return the state with the measurements that are made."""
        return replace(state, left=0 if state.left else state.left)


class SelfishLab(Widget):
    """The lab; options are ``share``, ``reach``, ``strategy`` and ``ask``."""

    lesson = SelfishLesson()


def _afresh(state: SelfishState, **changes: Any) -> SelfishState:
    """Return the state with new settings: old races and points no longer fit."""
    return replace(
        state, secret=0, public=0, fork=0, steps=0, gained=0, lost=0, log=(),
        left=None, points=(), **changes,
    )  # fmt: skip


def _set_share(state: SelfishState, action: Action) -> SelfishState:
    share = action.integer("share", 1, 50)
    # Measurements are of all shares: they still fit.
    points, left = state.points, state.left
    return replace(_afresh(state, share=share), points=points, left=left)


def _set_reach(state: SelfishState, action: Action) -> SelfishState:
    return _afresh(state, reach=action.integer("reach", 0, 100))


def _preset(state: SelfishState, action: Action) -> SelfishState:
    return _afresh(state, table=TABLES[action.choice("preset", get_args(PresetName))])


def _write(state: SelfishState, action: Action) -> SelfishState:
    """Change what the strategy does in one race."""
    secret = action.integer("secret", 0, SIZE - 1)
    public = action.integer("public", 0, SIZE - 1)
    letter = action.choice("letter", ("W", "A", "O", "M"))
    place = secret * SIZE + public
    table = state.table[:place] + letter + state.table[place + 1 :]
    check_table(table)
    return _afresh(state, table=table)


def _find(state: SelfishState, action: Action) -> SelfishState:
    count = action.integer("count", 1, 100)
    if state.steps + count > STEPS_LIMIT:
        raise InvalidAction("find", f"at most {STEPS_LIMIT} blocks in one race")
    strategy = strategy_of(state.table)
    for _ in range(count):
        is_tied = state.race.fork is Fork.ACTIVE
        reach = state.reach if is_tied else 0
        finder = choose_finder(state.seed, state.steps, state.share, reach)
        taken = step(strategy, state.race, finder)
        after = taken.race
        found = Found(
            finder.value, taken.action.value, after.secret, after.public,
            taken.gained, taken.lost,
        )  # fmt: skip
        state = replace(
            state, secret=after.secret, public=after.public,
            fork=_KINDS.index(after.fork), steps=state.steps + 1,
            gained=state.gained + taken.gained, lost=state.lost + taken.lost,
            log=(*state.log, found)[-LOG_LIMIT:],
        )  # fmt: skip
    return state


def _measure(state: SelfishState, action: Action) -> SelfishState:
    asked = state.prediction
    # Whoever measures asks to be shown.
    shown = Prediction("skipped") if asked.is_open else asked
    return replace(state, points=(), left=len(SHARES), prediction=shown)


def _ask_again(state: SelfishState, action: Action) -> SelfishState:
    return replace(state, points=(), left=None, prediction=OPEN)


_CHANGES = {
    "share": _set_share,
    "reach": _set_reach,
    "preset": _preset,
    "write": _write,
    "find": _find,
    "measure": _measure,
    "ask-again": _ask_again,
}
