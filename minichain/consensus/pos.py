"""Proof of stake lets those vote whose money is at stake: slots, committees, finality.

This is the face of it; each part has its module. `Beacon` runs all of them together,
with numbers small enough to step through (`SMALL`) or those of Ethereum (`MAINNET`).

What it gives up, against proof of work: one must be told a recent block by somebody
(whoever was away for long cannot tell a forged history from the true one), those
who have the stake decide who may get more, and without two thirds of the stake
nothing becomes final.

What this model leaves out: signatures and their aggregation, deposits, the random
values that proposers mix in, the slashing of proposers for two blocks in one slot, the
committees that sign for light clients, and time within a slot.
"""

from minichain.consensus.attestation import (
    Checkpoint,
    Evidence,
    NoOffence,
    UnknownTarget,
    Vote,
    WrongSlot,
    WrongSource,
    find_evidence,
    is_double_vote,
    is_surround_vote,
    offence,
)
from minichain.consensus.beacon import Beacon, InvalidGroups
from minichain.consensus.beacon_state import BeaconState, Block
from minichain.consensus.beacon_step import Step
from minichain.consensus.committee import (
    InvalidDeal,
    capture_probability,
    committee_count,
    committees,
    proposer,
    seed_of,
    shuffle,
    shuffled_index,
)
from minichain.consensus.finality import (
    Justification,
    finality_delay,
    is_supermajority,
    justified_by,
    weigh,
)
from minichain.consensus.inactivity import (
    LeakStep,
    ejection_epoch,
    inactivity_penalty,
    is_leaking,
    leak,
    next_score,
    recovery_epoch,
)
from minichain.consensus.rewards import (
    annual_issuance,
    annual_yield,
    base_reward,
    base_reward_per_increment,
    flag_penalty,
    flag_reward,
    timely_flags,
)
from minichain.consensus.slashing import (
    correlation_penalty,
    initial_penalty,
    whistleblower_reward,
)
from minichain.consensus.stake import (
    MAINNET,
    SMALL,
    Gwei,
    InvalidStake,
    InvalidVote,
    NoValidators,
    Rules,
    UnknownValidator,
    Validator,
    active_validators,
    effective_balance,
    total_stake,
)
from minichain.consensus.stake_transition import (
    AlreadySlashed,
    WrongProposer,
    WrongTime,
    advance,
    apply_block,
    justify,
)
from minichain.consensus.stake_view import View, lmd_ghost, proposer_boost

__all__ = [
    "MAINNET", "SMALL", "AlreadySlashed", "Beacon", "BeaconState", "Block",
    "Checkpoint", "Evidence", "Gwei", "InvalidDeal", "InvalidGroups", "InvalidStake",
    "InvalidVote", "Justification", "LeakStep", "NoOffence", "NoValidators", "Rules",
    "Step", "UnknownTarget", "UnknownValidator", "Validator", "View", "Vote",
    "WrongProposer", "WrongSlot", "WrongSource", "WrongTime", "active_validators",
    "advance", "annual_issuance", "annual_yield", "apply_block", "base_reward",
    "base_reward_per_increment", "capture_probability", "committee_count", "committees",
    "correlation_penalty", "effective_balance", "ejection_epoch", "finality_delay",
    "find_evidence", "flag_penalty", "flag_reward", "inactivity_penalty",
    "initial_penalty", "is_double_vote", "is_leaking", "is_supermajority",
    "is_surround_vote", "justified_by", "justify", "leak", "lmd_ghost", "next_score",
    "offence", "proposer", "proposer_boost", "recovery_epoch", "seed_of", "shuffle",
    "shuffled_index", "timely_flags", "total_stake", "weigh", "whistleblower_reward",
]  # fmt: skip
