"""A step of the beacon is one slot, as those who hear each other lived it."""

from dataclasses import dataclass

from minichain.consensus.attestation import Checkpoint, Vote
from minichain.consensus.beacon_state import Block
from minichain.consensus.tree import BlockId


class InvalidEpochs(ValueError):
    """A number of epochs below zero: no slot is taken back."""


@dataclass(frozen=True)
class Step:
    """What happened in one slot, among those who hear each other.

    Attributes
    ----------
    slot, epoch : int
        When.
    group : int
        Among whom: 0 as long as nobody is cut off.
    proposer : int
        Whose turn it was to propose.
    block : Block or None
        The block; None if the proposer is absent, cut off or slashed.
    votes : tuple of Vote
        Votes cast in this slot.
    head : BlockId
        End of the chain at the end of the slot.
    justified, finalized : Checkpoint
        What this group knows of.
    leaking : bool
        Whether the absent are losing stake.
    """

    slot: int
    epoch: int
    group: int
    proposer: int
    block: Block | None
    votes: tuple[Vote, ...]
    head: BlockId
    justified: Checkpoint
    finalized: Checkpoint
    leaking: bool
