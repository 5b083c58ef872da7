"""Snowball voting: nodes that ask a few others until all have one colour, or do not.

What a learner is to see: a lead feeds itself, so that the crowd tips within rounds;
the rounds after that buy certainty; and where a quorum can be met by luck, or too many
peers lie, the agreement fails, each time by an assumption with a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from minichain.consensus.sampling import RULES
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
from minichain.widgets.snowball_trail import ROUNDS, Ballot, Trail, follow
from minichain.widgets.snowball_view import draw_question, draw_snowball
from minichain.widgets.snowball_words import describe_snowball, summarize_snowball

RUNS = 60
"""Votes in one measurement."""

PRESETS = {
    "small": Ballot(split=40, sample=5, quorum=4, threshold=3),
    "mainnet": Ballot(split=40),
    "lucky": Ballot(split=50, sample=5, quorum=3, threshold=2),
    "lied-to": Ballot(split=20, share=25),
}
"""Votes to begin from."""

OUTCOMES = 4
"""All for the first colour, all for the second, both decided for, some undecided."""


@dataclass(frozen=True)
class SnowballState:
    """A vote, how far it is looked at, and what many like it came to.

    Attributes
    ----------
    seed : int
        Decides who asks whom.
    ballot : Ballot
        What the vote starts from.
    polls : int
        Polls gone by.
    left : int or None
        Runs still to make; None where none were asked for.
    runs : tuple of tuple of int
        Of each run: its rounds, and its outcome by number.
    prediction : Prediction
        How often the learner expects a poll to succeed.
    """

    seed: int
    ballot: Ballot = PRESETS["small"]
    polls: int = 0
    left: int | None = None
    runs: tuple[tuple[int, int], ...] = ()
    prediction: Prediction = OPEN

    @property
    def trail(self) -> Trail:
        """All polls of the vote."""
        return follow(self.ballot, self.seed)


class SnowballLesson(Lesson[SnowballState]):
    """Set up a vote by asking around, follow it poll by poll, and run many."""

    name = "snowball"
    title = "Snowball voting"
    prompt = (
        "Each node asks a few others which colour they prefer, and follows a quorum. "
        "Follow the polls, then change the numbers and run many votes."
    )
    options: ClassVar[Mapping[str, Any]] = {"preset": "small", "ask": True}
    merging = frozenset({"split", "share", "sample", "quorum", "threshold"})
    state_type = SnowballState

    def initial(self, seed: int, options: Mapping[str, Any]) -> SnowballState:
        """Return a vote that has not begun, as the option names it."""
        name = Action.of("preset", preset=options["preset"])
        return SnowballState(
            seed,
            PRESETS[name.choice("preset", tuple(PRESETS))],
            prediction=OPEN if options["ask"] else Prediction("skipped"),
        )

    def apply(self, state: SnowballState, action: Action) -> SnowballState:
        """Return the state after a setting, some polls, or a guess."""
        if action.type in self.merging or action.type in ("rule", "preset"):
            return _set_up(state, action)
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        return replace(state, prediction=state.prediction.after(action, 100))

    def check(self, state: SnowballState) -> None:
        """Refuse votes that cannot be set up, and polls that there are not."""
        state.prediction.check(100)
        state.ballot.check()
        # Never more than each node once in each round, whatever was asked for.
        if not 0 <= state.polls <= ROUNDS * state.ballot.nodes:
            raise InvalidAction("poll", f"{state.polls} polls")
        if not state.trail.reach(state.polls):
            raise InvalidAction("poll", f"the vote has not {state.polls} polls")
        if len(state.runs) + (state.left or 0) > RUNS or (state.left or 0) < 0:
            raise InvalidAction("measure", f"{len(state.runs)} runs of {RUNS}")
        for rounds, outcome in state.runs:
            if not (0 <= rounds <= ROUNDS and 0 <= outcome < OUTCOMES):
                raise InvalidAction("measure", f"{rounds} rounds, outcome {outcome}")

    def view(self, state: SnowballState) -> Picture:
        """Return the nodes, the last poll, the verdict and the measurements."""
        return draw_snowball(state) | {
            "preset": next((n for n, b in PRESETS.items() if b == state.ballot), "own"),
            "predict": draw_question(state.prediction),
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the vote in words and tables."""
        return describe_snowball(picture)

    def summarize(self, picture: Picture) -> str:
        """Return what the last poll brought."""
        return summarize_snowball(picture)

    def progress(self, state: SnowballState) -> Progress | None:
        """Return how many votes were run."""
        if not state.left:
            return None
        return Progress("Running votes", RUNS - state.left, RUNS)

    def advance(self, state: SnowballState, count: int) -> SnowballState:
        """Return the state after some more votes."""
        left = state.left or 0
        for number in range(RUNS - left, min(RUNS, RUNS - left + count)):
            run = _run(state.ballot, state.seed, number)
            state = replace(state, runs=(*state.runs, run), left=RUNS - number - 1)
        return state

    def stop(self, state: SnowballState) -> SnowballState:
        """Return the state with the votes that were run."""
        return replace(state, left=0 if state.left else state.left)


class SnowballVoting(Widget):
    """The vote; options are ``preset`` and ``ask``."""

    lesson = SnowballLesson()


def _run(ballot: Ballot, seed: int, number: int) -> tuple[int, int]:
    """Run one of many votes; return its rounds and its outcome."""
    text = f"vote {number} of {seed}"
    network = ballot.network(int.from_bytes(sha256(text.encode())[:8], "big"))
    if not network.run(ROUNDS) and not network.is_split:
        return network.round, 3
    return network.round, 2 if network.is_split else network.nodes[0].colour


def _set_up(state: SnowballState, action: Action) -> SnowballState:
    """Return the state before the first poll of another vote."""
    before = state.ballot
    if action.type == "preset":
        ballot = PRESETS[action.choice("preset", tuple(PRESETS))]
    elif action.type == "rule":
        name = action.choice("rule", RULES)
        rule = next(rule for rule in RULES if rule == name)
        ballot = replace(before, rule=rule)
    elif action.type == "sample":
        sample = action.integer("sample", 1, 20)
        # The quorum stays if it can.
        quorum = min(sample, max(sample // 2 + 1, before.quorum))
        ballot = replace(before, sample=sample, quorum=quorum)
    else:
        changes: dict[str, Any] = {
            action.type: action.integer(action.type, -1000, 1000)
        }
        ballot = replace(before, **changes)
    ballot.check()
    return replace(state, ballot=ballot, polls=0, left=None, runs=())


def _poll(state: SnowballState, action: Action) -> SnowballState:
    if not state.trail.reach(state.polls + 1):
        raise InvalidAction("poll", "all have decided, or the vote is given up")
    return replace(state, polls=state.polls + 1)


def _round(state: SnowballState, action: Action) -> SnowballState:
    return replace(state, polls=state.trail.end_of_round(state.polls))


def _finish(state: SnowballState, action: Action) -> SnowballState:
    return replace(state, polls=state.trail.end())


def _again(state: SnowballState, action: Action) -> SnowballState:
    return replace(state, polls=0)


def _measure(state: SnowballState, action: Action) -> SnowballState:
    return replace(state, runs=(), left=RUNS)


_CHANGES = {
    "poll": _poll,
    "round": _round,
    "finish": _finish,
    "again": _again,
    "measure": _measure,
}
