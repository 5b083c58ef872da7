"""A duty is what a validator owes in its slot: a block if it is its turn, or a vote.

Beside the honest duties stand the two false votes that are slashed.
"""

from dataclasses import replace

from minichain.consensus.attestation import NoOffence, Vote
from minichain.consensus.beacon_state import BeaconState, Block
from minichain.consensus.rewards import timely_flags
from minichain.consensus.stake import InvalidVote
from minichain.consensus.stake_transition import check_vote
from minichain.consensus.stake_view import View
from minichain.consensus.tree import BlockId

RECENT = 4
"""Latest votes of a validator that a block may still want: two epochs hold two."""


def attest(state: BeaconState, validator: int, head: BlockId) -> Vote:
    """Return the honest vote at a state's slot, for the head that the state is of."""
    return Vote(
        validator,
        state.slot,
        head,
        state.justification.current,
        state.checkpoint(state.epoch),
    )


def propose(
    view: View, state: BeaconState, name: BlockId, parent: BlockId, proposer: int
) -> Block:
    """Return the honest block: with every vote and every proof that counts.

    Parameters
    ----------
    view : View
        What the proposer has seen.
    state : BeaconState
        The state of the parent's chain, at the slot of the block.
    name, parent : BlockId
        Name of the block, and of the one it builds on.
    proposer : int
        Whose turn it is.
    """
    evidence = tuple(
        proof
        for index, proof in sorted(view.evidence.items())
        if not state.validators[index].slashed
        and state.epoch < state.validators[index].withdrawable_epoch
    )
    votes = useful_votes(view, state)
    return Block(name, parent, state.slot, proposer, votes, evidence)


def useful_votes(view: View, state: BeaconState) -> tuple[Vote, ...]:
    """Return the votes of a view that would still earn something in a block."""
    useful = []
    for index, votes in sorted(view.votes.items()):
        for vote in votes[-RECENT:]:
            age = state.epoch - vote.target.epoch
            if not 0 <= age <= 1:
                continue
            flags = (state.previous_flags if age else state.current_flags)[index]
            # A quick look first: what is nearly always so is that nothing is missing.
            late = state.slot - vote.slot
            if not timely_flags(late, True, True, True, state.rules) & ~flags:
                continue
            try:
                if check_vote(state, vote) & ~flags:
                    useful.append(vote)
            except InvalidVote:
                # It is for another chain: not a fault of this block.
                continue
    return tuple(useful)


def tell(view: View, other: View) -> None:
    """Let one view take in all blocks and votes of another."""
    for node in other.tree:
        if node.id not in view.tree:
            view.on_block(other.blocks[node.id])
    for votes in other.votes.values():
        for vote in votes:
            view.on_vote(vote)


def double_vote(view: View, validator: int) -> Vote:
    """Return a vote that contradicts a validator's last one: for the block below.

    Raises
    ------
    NoOffence
        It has not voted yet, or only for the first block.
    """
    last = view.latest.get(validator)
    parent = view.tree[last.head].parent if last else None
    if last is None or parent is None:
        raise NoOffence(f"validator {validator} has no vote to contradict")
    target = view.checkpoint(parent, last.target.epoch)
    return replace(last, head=parent, target=target)


def surround_vote(view: View, validator: int) -> Vote:
    """Return a vote around an earlier one: from the first checkpoint to the latest.

    Raises
    ------
    NoOffence
        It has no earlier vote that starts after the first epoch.
    """
    head, epoch = view.head(), view.rules.epoch_of(view.slot)
    if not any(
        vote.source.epoch > 0 and vote.target.epoch < epoch
        for vote in view.votes.get(validator, [])
    ):
        raise NoOffence(f"validator {validator} has no vote to surround")
    start, target = view.checkpoint(head, 0), view.checkpoint(head, epoch)
    return Vote(validator, view.slot, head, start, target)
