"""Who is on the proof-of-stake board: duties, states, and proofs, as data."""

from typing import Any

from minichain.consensus.attestation import Evidence, Vote
from minichain.consensus.pos import (
    BeaconState,
    NoValidators,
    View,
    correlation_penalty,
    initial_penalty,
)
from minichain.widgets.stakeboard_run import MILLI, RULES, Run


def find_members(now: BeaconState, slot: int) -> tuple[int, ...]:
    """Return whose turn it is to vote in a slot; nobody's, if nobody is active."""
    try:
        return now.members(slot)
    except NoValidators:
        return ()


def find_duties(now: BeaconState) -> dict[int, int]:
    """Return who will propose in the slots of this epoch that are to come."""
    duties = {}
    later = now.copy()
    for slot in range(now.slot + 1, RULES.first_slot(now.epoch + 1)):
        later.slot = slot
        try:
            duties[slot] = later.proposer()
        except NoValidators:
            break
    return duties


def find_voters(run: Run, shown: int) -> dict[int, set[int]]:
    """Return who voted in each slot."""
    voters: dict[int, set[int]] = {}
    for index, votes in run.beacon.views[shown].votes.items():
        for vote in votes:
            voters.setdefault(vote.slot, set()).add(index)
    return voters


def draw_validators(
    run: Run, shown: int, now: BeaconState, looked: int
) -> list[dict[str, Any]]:
    """Return every validator, with what the slot that is looked at asks of it."""
    first = RULES.first_slot(now.epoch)
    votes_in = {
        index: slot
        for slot in range(first, first + RULES.slots_per_epoch)
        for index in find_members(now, slot)
    }
    turn = {**find_duties(now), **run.sides[shown].turns}.get(looked)
    committee = find_members(now, looked)
    voters = find_voters(run, shown).get(looked, set())
    return [
        {
            "index": index,
            "stake": now.balances[index] // MILLI,
            "counts": validator.effective_balance // MILLI,
            "status": _status(run, shown, now, index),
            "score": now.scores[index],
            "votes_in": votes_in.get(index),
            "proposes": index == turn,
            "attests": index in committee,
            "voted": index in voters,
        }
        for index, validator in enumerate(now.validators)
    ]


def draw_evidence(run: Run, shown: int, now: BeaconState) -> list[dict[str, Any]]:
    """Return all proofs that this side has, and what came of each."""
    view = run.beacon.views[shown]
    return [_draw_proof(view, now, proof) for _, proof in sorted(view.evidence.items())]


def _draw_proof(view: View, now: BeaconState, proof: Evidence) -> dict[str, Any]:
    validator = now.validators[proof.validator]
    first, second = sorted(proof, key=lambda vote: vote.target.epoch)
    if proof.kind == "double":
        rule = f"Two votes for epoch {first.target.epoch}: only one is allowed."
    else:
        rule = (
            f"The vote from epoch {second.source.epoch} to {second.target.epoch} goes "
            f"around the one from {first.source.epoch} to {first.target.epoch}."
        )
    picture: dict[str, Any] = {
        "validator": proof.validator,
        "kind": proof.kind,
        "rule": rule,
        "votes": [draw_vote(vote) for vote in proof],
        "slashed": None,
    }
    if validator.slashed:
        half = validator.withdrawable_epoch - RULES.slashings_epochs // 2
        slashed = sum(now.slashings.values())
        stake = validator.effective_balance
        more = correlation_penalty(stake, slashed, now.total, RULES)
        picture["slashed"] = {
            **_find_slashing(view, proof.validator),
            "exit": validator.exit_epoch,
            "second": half,
            "together": more // MILLI if now.epoch <= half else None,
        }
    return picture


def _find_slashing(view: View, guilty: int) -> dict[str, Any]:
    """Return which block brought the proof, by whom, and what it cost at once."""
    for name in view.tree.path(view.head()):
        block = view.blocks[name]
        if any(proof.validator == guilty for proof in block.evidence):
            before = view.state_at(block.parent, block.slot).validators[guilty]
            cost = initial_penalty(before.effective_balance, RULES)
            return {"block": name, "by": block.proposer, "at_once": cost // MILLI}
    raise AssertionError(f"validator {guilty} is slashed, and no block says why")


def draw_vote(vote: Vote) -> dict[str, Any]:
    """Return what a vote says."""
    return {
        "slot": vote.slot,
        "head": vote.head,
        "source": str(vote.source),
        "target": str(vote.target),
    }


def _status(run: Run, shown: int, now: BeaconState, index: int) -> str:
    validator = now.validators[index]
    if validator.slashed:
        return "slashed"
    if not validator.is_active(now.epoch):
        return "ejected"
    if index not in run.beacon.groups[shown]:
        return "cut off"
    return "offline" if index in run.beacon.absent else "online"
