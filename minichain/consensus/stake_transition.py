"""The transition of proof of stake: what blocks and the ends of epochs do to a state.

Blocks bring votes and evidence. The end of an epoch counts them: what is justified and
final, who is rewarded and who pays, who has to go.

References
----------
.. [1] Ethereum consensus specifications, Altair to Electra: `process_epoch`,
   `process_attestation`, `process_attester_slashing`, `slash_validator`.
"""

from dataclasses import replace

from minichain.consensus.attestation import (
    Evidence,
    Vote,
    WrongSlot,
    WrongSource,
)
from minichain.consensus.beacon_state import BeaconState, Block
from minichain.consensus.finality import Justification, weigh, without_rule
from minichain.consensus.inactivity import (
    inactivity_penalty,
    is_leaking,
    next_score,
)
from minichain.consensus.rewards import (
    FLAGS,
    TARGET,
    base_reward,
    flag_penalty,
    flag_reward,
    proposer_reward,
    timely_flags,
)
from minichain.consensus.slashing import (
    correlation_penalty,
    initial_penalty,
    whistleblower_reward,
)
from minichain.consensus.stake import InvalidVote, UnknownValidator
from minichain.errors import InvalidBlock


class WrongProposer(InvalidBlock):
    """A block made by somebody whose turn it was not."""

    rule = "proposer"


class WrongTime(InvalidBlock):
    """A block that is not later than its parent."""

    rule = "slot"


class AlreadySlashed(InvalidVote):
    """Evidence against somebody who cannot be slashed, or not again."""

    rule = "slashed"


def apply_block(before: BeaconState, block: Block) -> BeaconState:
    """Return the state after a block; the one before stays as it is.

    Parameters
    ----------
    before : BeaconState
        The state of the block's parent.
    block : Block
        The block.

    Raises
    ------
    WrongTime
        The block is not later than its parent.
    WrongProposer
        It was not the proposer's turn, or the proposer is slashed.
    InvalidVote
        A vote or a piece of evidence in it is not valid: `UnknownValidator`,
        `WrongSlot`, `WrongSource`, `NoOffence`, `AlreadySlashed`.
    """
    if block.slot <= before.slot:
        raise WrongTime(
            f"block {block.id!r} in slot {block.slot}, its parent in {before.slot}"
        )
    state = advance(before, block.slot)
    turn = state.proposer()
    if block.proposer != turn or state.validators[turn].slashed:
        raise WrongProposer(
            f"block {block.id!r} by validator {block.proposer}, required {turn}, "
            "not slashed"
        )
    for evidence in block.evidence:
        _apply_evidence(state, evidence, block.proposer)
    for vote in block.votes:
        _apply_vote(state, vote, block.proposer)
    state.roots[state.slot] = block.id
    return state


def advance(before: BeaconState, slot: int) -> BeaconState:
    """Return the state at a later slot with no block in between.

    Raises
    ------
    WrongTime
        The slot lies before the state's.
    """
    if slot < before.slot:
        raise WrongTime(f"slot {slot} is before slot {before.slot}")
    state = before.copy()
    while state.slot < slot:
        root = state.roots[state.slot]
        if (state.slot + 1) % state.rules.slots_per_epoch == 0:
            _process_epoch(state)
        state.slot += 1
        state.roots[state.slot] = root
    return state


def justify(state: BeaconState) -> Justification:
    """Return what would be justified and final, did the epoch end with these votes."""
    epoch = state.epoch
    if epoch <= 1:
        return without_rule(state.justification)
    return weigh(
        state.justification,
        epoch,
        state.checkpoint(epoch - 1),
        state.checkpoint(epoch),
        state.stake_with(TARGET.bit, state.previous_flags, epoch - 1),
        state.stake_with(TARGET.bit, state.current_flags, epoch),
        state.total,
    )


def check_vote(state: BeaconState, vote: Vote) -> int:
    """Return the flags that a vote would earn in a block at this state's slot.

    Parameters
    ----------
    state : BeaconState
        The state at the slot of the block.
    vote : Vote
        The vote.

    Raises
    ------
    UnknownValidator
        There is no such validator.
    WrongSlot
        The vote's slot is not before the block's, its target's epoch is not that of
        its slot, is over for long, or its validator votes in another slot.
    WrongSource
        It does not start from the checkpoint that is justified for its target.
    """
    epoch = state.epoch
    if not 0 <= vote.validator < len(state.validators):
        raise UnknownValidator(vote.validator, len(state.validators))
    if vote.slot >= state.slot:
        raise WrongSlot(f"vote of slot {vote.slot} in a block of slot {state.slot}")
    if state.rules.epoch_of(vote.slot) != vote.target.epoch:
        raise WrongSlot(f"vote of slot {vote.slot} for epoch {vote.target.epoch}")
    if vote.target.epoch not in (epoch, epoch - 1):
        raise WrongSlot(f"vote for epoch {vote.target.epoch} in epoch {epoch}")
    if vote.validator not in state.members(vote.slot):
        raise WrongSlot(f"validator {vote.validator} has no vote in slot {vote.slot}")
    recent = vote.target.epoch == epoch
    known = state.justification
    source = known.current if recent else known.previous
    if vote.source != source:
        raise WrongSource(f"vote from {vote.source}, required {source}")
    return timely_flags(
        state.slot - vote.slot,
        source=True,
        target=vote.target == state.checkpoint(vote.target.epoch),
        head=vote.head == state.root_at(vote.slot),
        rules=state.rules,
    )


def _apply_vote(state: BeaconState, vote: Vote, proposer: int) -> None:
    earned = check_vote(state, vote)
    recent = vote.target.epoch == state.epoch
    flags = state.current_flags if recent else state.previous_flags
    reward = base_reward(
        state.validators[vote.validator].effective_balance, state.total, state.rules
    )
    new = earned & ~flags[vote.validator]
    numerator = sum(reward * flag.weight for flag in FLAGS if new & flag.bit)
    flags[vote.validator] |= earned
    state.add_balance(proposer, proposer_reward(numerator))


def _apply_evidence(state: BeaconState, evidence: Evidence, proposer: int) -> None:
    guilty, rules = evidence.validator, state.rules
    _ = evidence.kind
    if not 0 <= guilty < len(state.validators):
        raise UnknownValidator(guilty, len(state.validators))
    validator = state.validators[guilty]
    if validator.slashed or validator.withdrawable_epoch <= state.epoch:
        raise AlreadySlashed(f"validator {guilty} cannot be slashed any more")
    state.start_exit(guilty)
    validator, epoch = state.validators[guilty], state.epoch
    stake = validator.effective_balance
    state.validators[guilty] = replace(
        validator,
        slashed=True,
        withdrawable_epoch=max(
            validator.withdrawable_epoch, epoch + rules.slashings_epochs
        ),
    )
    state.slashings[epoch] = state.slashings.get(epoch, 0) + stake
    state.add_balance(guilty, -initial_penalty(stake, rules))
    state.add_balance(proposer, whistleblower_reward(stake, rules))


def _process_epoch(state: BeaconState) -> None:
    """Count an epoch, in the order of the specification."""
    state.justification = justify(state)
    if state.epoch > 0:
        _update_scores(state)
        _pay(state)
    _eject(state)
    _slash_together(state)
    state.follow_balances()
    # What is older than a period of slashings counts no more.
    horizon = state.epoch + 1 - state.rules.slashings_epochs
    state.slashings = {e: s for e, s in state.slashings.items() if e > horizon}
    state.previous_flags = state.current_flags
    state.current_flags = [0] * len(state.validators)
    oldest = state.rules.first_slot(state.epoch)
    state.roots = {s: b for s, b in state.roots.items() if s >= oldest}


def _eligible(state: BeaconState) -> list[int]:
    return [
        index
        for index, validator in enumerate(state.validators)
        if validator.is_eligible(state.epoch)
    ]


def _has(state: BeaconState, index: int, bit: int) -> bool:
    validator = state.validators[index]
    return (
        bool(state.previous_flags[index] & bit)
        and validator.is_active(state.epoch - 1)
        and not validator.slashed
    )


def _update_scores(state: BeaconState) -> None:
    leaking = is_leaking(state.delay, state.rules)
    for index in _eligible(state):
        took_part = _has(state, index, TARGET.bit)
        state.scores[index] = next_score(
            state.scores[index], took_part, leaking, state.rules
        )


def _pay(state: BeaconState) -> None:
    """Reward and penalise the votes of the epoch before."""
    rules, total, eligible = state.rules, state.total, _eligible(state)
    leaking = is_leaking(state.delay, rules)
    stakes = {i: state.validators[i].effective_balance for i in eligible}
    rewards = {i: base_reward(stake, total, rules) for i, stake in stakes.items()}
    for flag in FLAGS:
        right = state.stake_with(flag.bit, state.previous_flags, state.epoch - 1)
        right = max(rules.increment, right)
        for index, reward in rewards.items():
            if not _has(state, index, flag.bit):
                state.add_balance(index, -flag_penalty(reward, flag))
            elif not leaking:
                gain = flag_reward(reward, flag, right, total, rules)
                state.add_balance(index, gain)
    for index, stake in stakes.items():
        if not _has(state, index, TARGET.bit):
            lost = inactivity_penalty(stake, state.scores[index], rules)
            state.add_balance(index, -lost)


def _eject(state: BeaconState) -> None:
    for index in state.active:
        stake = state.validators[index].effective_balance
        if stake <= state.rules.ejection_balance:
            state.start_exit(index)


def _slash_together(state: BeaconState) -> None:
    half = state.rules.slashings_epochs // 2
    slashed = sum(state.slashings.values())
    for index, validator in enumerate(state.validators):
        if validator.slashed and state.epoch + half == validator.withdrawable_epoch:
            lost = correlation_penalty(
                validator.effective_balance, slashed, state.total, state.rules
            )
            state.add_balance(index, -lost)
