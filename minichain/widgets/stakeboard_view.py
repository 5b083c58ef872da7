"""What the proof-of-stake board shows of a state, as data."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minichain.consensus.finality import is_supermajority
from minichain.consensus.pos import (
    MAINNET,
    BeaconState,
    InvalidStake,
    ejection_epoch,
    recovery_epoch,
)
from minichain.widgets.base import Picture, Prediction
from minichain.widgets.stakeboard_duties import (
    draw_evidence,
    draw_validators,
    draw_vote,
    find_duties,
    find_members,
    find_voters,
)
from minichain.widgets.stakeboard_run import MILLI, RULES, THOUSAND, Run

if TYPE_CHECKING:
    from minichain.widgets.stakeboard import StakeState

ROWS = 5
"""Epochs on the board."""

CHOICES = (
    "The chain stops",
    "Blocks go on, nothing new is ever final again",
    "Blocks go on, finality stops, and comes back by itself",
    "Blocks go on and become final as before",
)
"""What a learner may expect."""

ANSWER = 2
"""The place of the right choice."""


def draw_question(prediction: Prediction, count: int) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    gone = count // 3 + 1
    return prediction.picture(
        f"{gone} of {count} validators, just over a third, go offline and never come "
        "back. What happens to the chain?",
        low=0,
        high=len(CHOICES) - 1,
        choices=CHOICES,
        answer=ANSWER,
        verdict=f"{CHOICES[ANSWER]}: the leak takes stake from the absent until the "
        f"others are two thirds. Try it: let three epochs pass, mark {gone}, take "
        "them offline, and go on.",
    )


def draw_stakeboard(state: StakeState) -> Picture:
    """Return the picture of a state."""
    run, shown = state.run, state.side
    now = run.beacon.state(shown)
    looked = state.slot if state.look is None else state.look
    is_hidden = state.prediction.is_open
    return {
        "count": state.count,
        "slot": state.slot,
        "epoch": now.epoch,
        "side": shown,
        "sides": [_draw_side(run, number) for number in range(len(run.sides))],
        "agreed": run.agreed,
        "rows": _draw_rows(run, shown, now, looked),
        "look": _draw_look(run, shown, now, looked),
        "validators": draw_validators(run, shown, now, looked),
        "marked": list(state.marked),
        "marked_part": _part_of(now, state.marked),
        "evidence": draw_evidence(run, shown, now),
        "history": [_draw_history(run, number) for number in range(len(run.sides))],
        "mainnet": None if is_hidden else _draw_mainnet(run, shown),
    }


def _draw_side(run: Run, number: int) -> dict[str, Any]:
    now = run.beacon.state(number)
    known = now.justification
    return {
        "members": len(run.beacon.groups[number]),
        "acting": len(run.acting(number)),
        "justified": str(known.current),
        "final": str(known.finalized),
        "final_epoch": known.finalized.epoch,
        "delay": now.delay,
        "leaking": run.sides[number].weighings[now.epoch].leaking,
        "patience": RULES.epochs_to_leak,
        "stuck": _find_stuck(run, number),
    }


def _find_stuck(run: Run, number: int) -> str | None:
    """Return the checkpoint that no chain agrees with, if the head is caught on it.

    Votes of a third that was slashed right after may be what justified it.
    """
    view, now = run.beacon.views[number], run.beacon.state(number)
    caught = view.head() == view.justified.block
    is_late = now.slot > view.blocks[view.head()].slot + 2 * RULES.slots_per_epoch
    alone = view.justified.epoch > now.justification.current.epoch
    return str(view.justified) if caught and is_late and alone else None


def _draw_rows(run: Run, shown: int, now: BeaconState, looked: int) -> list[Any]:
    """Return the latest epochs, the oldest first."""
    view, side = run.beacon.views[shown], run.sides[shown]
    path = view.tree.path(view.head())
    chain = {view.blocks[name].slot: name for name in path}
    voters = find_voters(run, shown)
    duties = find_duties(now)
    rows = []
    for epoch in range(max(0, now.epoch - ROWS + 1), now.epoch + 1):
        first = RULES.first_slot(epoch)
        cells = []
        for slot in range(first, first + RULES.slots_per_epoch):
            members = find_members(now, slot)
            block = chain.get(slot)
            proposer = (
                side.turns.get(slot, duties.get(slot))
                if block is None
                else view.blocks[block].proposer
            )
            cells.append({
                "slot": slot,
                "proposer": proposer if slot else None,
                "block": block,
                "votes": len(voters.get(slot, set()).intersection(members)),
                "of": len(members),
                "ahead": slot > now.slot,
                "now": slot == now.slot,
                "looked": slot == looked,
            })  # fmt: skip
        rows.append(_draw_epoch(run, shown, now, epoch) | {"cells": cells})
    return rows


def _draw_epoch(run: Run, shown: int, now: BeaconState, epoch: int) -> dict[str, Any]:
    """Return how an epoch's vote stands."""
    weighing = run.sides[shown].weighings[epoch]
    votes, total = weighing.votes, weighing.total
    if epoch <= now.justification.finalized.epoch:
        stand = "final"
    elif epoch in run.sides[shown].justified:
        stand = "justified"
    elif epoch >= now.epoch - 1:
        stand = "open"
    else:
        stand = "missed"
    return {
        "epoch": epoch,
        "stand": stand,
        "votes": votes // MILLI,
        "total": total // MILLI,
        # Who has left since has voted still: there may be more votes than stake.
        "enough": is_supermajority(min(votes, total), total),
        "leaking": weighing.leaking,
    }


def _draw_look(run: Run, shown: int, now: BeaconState, slot: int) -> dict[str, Any]:
    """Return one slot's committee and what each of it voted."""
    view = run.beacon.views[shown]
    cast = {
        index: vote
        for index, votes in view.votes.items()
        for vote in votes
        if vote.slot == slot
    }
    return {
        "slot": slot,
        "ahead": slot > now.slot,
        "members": [
            {"index": index, "vote": draw_vote(cast[index]) if index in cast else None}
            for index in find_members(now, slot)
        ],
    }


def _draw_history(run: Run, number: int) -> list[dict[str, Any]]:
    """Return the votes of each epoch that is over, and what the absent had left."""
    side, now = run.sides[number], run.beacon.state(number)
    final = now.justification.finalized.epoch
    return [
        {
            "epoch": epoch,
            "part": min(THOUSAND, THOUSAND * weighing.votes // weighing.total),
            "left": weighing.left,
            "final": epoch <= final,
            "leaking": weighing.leaking,
        }
        for epoch, weighing in sorted(side.weighings.items())
        if epoch < now.epoch
    ]


def _draw_mainnet(run: Run, shown: int) -> dict[str, Any]:
    """Return what the real rules make of as large a part of validators absent."""
    count = sum(len(group) for group in run.beacon.groups)
    absent = count - len(run.acting(shown))
    epochs = _recovery(absent, count)
    return {
        "absent": absent,
        "ejected": _ejection(),
        "ejected_days": round(10 * MAINNET.days(_ejection())),
        "recovered": epochs,
        "recovered_days": None if epochs is None else round(10 * MAINNET.days(epochs)),
    }


@lru_cache(1)
def _ejection() -> int:
    return ejection_epoch()


@lru_cache(64)
def _recovery(absent: int, count: int) -> int | None:
    """Return the epoch in which the real leak would be over; None if never."""
    try:
        return recovery_epoch(absent / count)
    except InvalidStake:
        return None


def _part_of(now: BeaconState, marked: tuple[int, ...]) -> int:
    """Return the marked validators' part of all active stake, in thousandths."""
    stakes = [now.validators[index] for index in marked]
    held = sum(v.effective_balance for v in stakes if v.is_active(now.epoch))
    return THOUSAND * held // now.total
