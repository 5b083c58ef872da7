"""The proof-of-stake board: slots, votes and stakes, to keep above two thirds or not.

What a learner is to see: blocks go on without two thirds, but nothing becomes final;
the leak takes from the absent until finality returns; a false vote is proof; and a
network cut for long enough ends in two truths with nobody guilty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from minichain.consensus.pos import is_supermajority
from minichain.errors import ProtocolError
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
from minichain.widgets.stakeboard_log import (
    DEEDS,
    Deed,
    Log,
    check_log,
    check_who,
    extend,
    retract,
    slots_of,
)
from minichain.widgets.stakeboard_run import RULES, Run, replay
from minichain.widgets.stakeboard_view import (
    CHOICES,
    draw_question,
    draw_stakeboard,
)
from minichain.widgets.stakeboard_words import (
    describe_stakeboard,
    summarize_stakeboard,
)

FEWEST, MOST = 8, 32
"""Validators on a board."""

SLOTS_LIMIT = 60 * RULES.slots_per_epoch
"""Most slots of one run."""

DEEDS_LIMIT = 120
"""Most deeds of one run."""

WAIT = 30
"""Most epochs to wait for finality."""


@dataclass(frozen=True)
class StakeState:
    """What happened on the board, and what of it is looked at.

    Attributes
    ----------
    seed : int
        Deals the committees.
    count : int
        Validators.
    log : tuple of Deed
        What happened.
    marked : tuple of int
        Validators that the next deed is about, rising.
    side : int
        The side of a cut network that is shown.
    look : int or None
        The slot that is looked at; None for the present one.
    wait, goal : int
        Epochs still to wait, and the epoch to become final.
    prediction : Prediction
        What the learner expects of a third gone.
    """

    seed: int
    count: int = 32
    log: Log = ()
    marked: tuple[int, ...] = ()
    side: int = 0
    look: int | None = None
    wait: int = 0
    goal: int = 0
    prediction: Prediction = OPEN

    @property
    def run(self) -> Run:
        """The beacon that it came to, and what is remembered."""
        return replay(self.seed, self.count, self.log)

    @property
    def slot(self) -> int:
        """The present slot."""
        return slots_of(self.log)


class StakeLesson(Lesson[StakeState]):
    """Let time pass; mark validators: take them away, cut them off, let them lie."""

    name = "stakeboard"
    title = "Proof-of-stake board"
    prompt = (
        "Let slots pass. Mark validators, then take them offline, make them vote "
        "falsely, or cut them off, and watch what becomes final."
    )
    options: ClassVar[Mapping[str, Any]] = {"validators": 32, "epochs": 0, "ask": True}
    merging = frozenset({"mark-first"})
    state_type = StakeState

    def initial(self, seed: int, options: Mapping[str, Any]) -> StakeState:
        """Return a board with everyone online, after the options' epochs."""
        count = Action.of("validators", validators=options["validators"])
        epochs = Action.of("epochs", epochs=options["epochs"]).integer("epochs", 0, 10)
        passed = Deed("pass", epochs * RULES.slots_per_epoch)
        return StakeState(
            seed,
            count.integer("validators", FEWEST, MOST),
            (passed,) if epochs else (),
            prediction=OPEN if options["ask"] else Prediction("skipped"),
        )

    def apply(self, state: StakeState, action: Action) -> StakeState:
        """Return the state after time, a mark, a deed, a look or a guess."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        for kind in DEEDS:
            if action.type == kind:
                return _do(state, Deed(kind, who=_who(state, action)))
        return replace(
            state, prediction=state.prediction.after(action, len(CHOICES) - 1)
        )

    def check(self, state: StakeState) -> None:
        """Refuse runs that cannot have happened, and views of nothing."""
        state.prediction.check(len(CHOICES) - 1)
        bounds = {
            "validators": (state.count, FEWEST, MOST),
            "slots": (state.slot, 0, SLOTS_LIMIT),
            "deeds": (len(state.log), 0, DEEDS_LIMIT),
            "wait": (state.wait, 0, WAIT),
            "goal": (state.goal, 0, max(1, RULES.epoch_of(state.slot))),
            "look": (state.look or 0, 0, _last_slot(state)),
        }
        for name, (value, low, high) in bounds.items():
            if not low <= value <= high:
                raise InvalidAction(name, f"{value} is not {low} to {high}")
        check_who("mark", state.marked, state.count)
        check_log(state.log, state.count)
        if not 0 <= state.side < len(state.run.sides):
            raise InvalidAction("side", f"no side {state.side}")

    def view(self, state: StakeState) -> Picture:
        """Return the epochs, the validators, the votes and the proofs."""
        picture = draw_stakeboard(state)
        return picture | {
            "limit": state.slot >= SLOTS_LIMIT,
            "predict": draw_question(state.prediction, state.count),
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the board in words and tables."""
        return describe_stakeboard(picture)

    def summarize(self, picture: Picture) -> str:
        """Return how far the chain is final."""
        return summarize_stakeboard(picture)

    def progress(self, state: StakeState) -> Progress | None:
        """Return how many epochs were waited for finality."""
        if not state.wait:
            return None
        return Progress(
            f"Waiting for epoch {state.goal}, in epochs", WAIT - state.wait, WAIT
        )

    def advance(self, state: StakeState, count: int) -> StakeState:
        """Return the state after some more epochs, or when the goal is final."""
        for _ in range(count):
            left = state.wait - 1
            if left < 0 or state.slot + RULES.slots_per_epoch > SLOTS_LIMIT:
                return replace(state, wait=0)
            try:
                state = _pass(state, RULES.slots_per_epoch)
            except ProtocolError:
                # All have gone, most likely: there is no slot any more to wait for.
                return replace(state, wait=0)
            state = replace(state, wait=0 if _is_final(state) else left)
        return state

    def stop(self, state: StakeState) -> StakeState:
        """Return the state where it stands."""
        return replace(state, wait=0)


class StakeBoard(Widget):
    """The board; options are ``validators``, ``epochs`` (already gone by), ``ask``."""

    lesson = StakeLesson()


def _last_slot(state: StakeState) -> int:
    """Return the last slot of the present epoch: its duties are known."""
    return RULES.first_slot(RULES.epoch_of(state.slot) + 1) - 1


def _is_final(state: StakeState) -> bool:
    """Return whether the goal is final, on the side that is shown."""
    final = state.run.beacon.state(state.side).justification.finalized
    return final.epoch >= state.goal


def _who(state: StakeState, action: Action) -> tuple[int, ...]:
    if action.type == "heal":
        return ()
    if not state.marked:
        raise InvalidAction(action.type, "no validator is marked")
    return state.marked


def _with(state: StakeState, log: Log) -> StakeState:
    """Return the state after another log; it is played, so it is refused here."""
    after = replace(state, log=log, look=None)
    return replace(after, side=min(state.side, len(after.run.sides) - 1))


def _do(state: StakeState, deed: Deed) -> StakeState:
    log = extend(state.log, deed)
    if len(log) > DEEDS_LIMIT:
        raise InvalidAction(deed.kind, f"at most {DEEDS_LIMIT} deeds in one run")
    return _with(state, log)


def _pass(state: StakeState, slots: int) -> StakeState:
    if state.slot + slots > SLOTS_LIMIT:
        raise InvalidAction("pass", f"at most {SLOTS_LIMIT} slots in one run")
    after = _do(state, Deed("pass", slots))
    there = state.count - len(after.run.beacon.absent)
    if state.prediction.is_open and not is_supermajority(there, state.count):
        # Whoever lets time pass without a third asks to be shown.
        return replace(after, prediction=Prediction("skipped"))
    return after


def _pass_slot(state: StakeState, action: Action) -> StakeState:
    return _pass(state, 1)


def _pass_epoch(state: StakeState, action: Action) -> StakeState:
    return _pass(state, _last_slot(state) + 1 - state.slot)


def _back(state: StakeState, action: Action) -> StakeState:
    return _with(state, retract(state.log))


def _wait(state: StakeState, action: Action) -> StakeState:
    epoch = RULES.epoch_of(state.slot)
    return replace(state, wait=WAIT, goal=max(1, epoch))


def _mark(state: StakeState, action: Action) -> StakeState:
    index = action.integer("validator", 0, state.count - 1)
    return replace(state, marked=tuple(sorted({*state.marked} ^ {index})))


def _mark_first(state: StakeState, action: Action) -> StakeState:
    return replace(state, marked=tuple(range(action.integer("count", 0, state.count))))


def _show(state: StakeState, action: Action) -> StakeState:
    side = action.integer("side", 0, len(state.run.sides) - 1)
    return replace(state, side=side)


def _look(state: StakeState, action: Action) -> StakeState:
    slot = action.integer("slot", 0, _last_slot(state))
    return replace(state, look=None if slot == state.slot else slot)


_CHANGES = {
    "slot": _pass_slot,
    "epoch": _pass_epoch,
    "back": _back,
    "wait": _wait,
    "mark": _mark,
    "mark-first": _mark_first,
    "side": _show,
    "look": _look,
}
