"""A beacon state is what a chain of votes has come to: stakes, scores, and finality.

It belongs to one block and is never changed once that block is in a tree: the next
block's state starts as a copy. Everything in it follows from the blocks alone, so that
all who have the same blocks have the same state.

References
----------
.. [1] Ethereum consensus specifications, phase 0 to Electra: `state_transition`,
   `process_epoch`, `process_attestation`, `slash_validator`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from minichain.consensus import committee
from minichain.consensus.attestation import Checkpoint, Evidence, Vote
from minichain.consensus.finality import Justification, finality_delay
from minichain.consensus.stake import (
    FAR_FUTURE,
    MAINNET,
    InvalidStake,
    NoValidators,
    Rules,
    UnknownValidator,
    Validator,
    active_validators,
    effective_balance,
    total_stake,
)
from minichain.consensus.tree import BlockId


@dataclass(frozen=True)
class Block:
    """A block as the votes see it.

    Attributes
    ----------
    id, parent : BlockId
        Its name, and that of the block it builds on.
    slot : int
        The slot it was made in.
    proposer : int
        The validator that made it.
    votes : tuple of Vote
        Votes that it includes.
    evidence : tuple of Evidence
        Pairs of votes that prove an offence.
    """

    id: BlockId
    parent: BlockId
    slot: int
    proposer: int
    votes: tuple[Vote, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass
class BeaconState:
    """What a chain of blocks has come to, at a slot.

    Attributes
    ----------
    rules : Rules
        The numbers of the protocol.
    mix : bytes
        32 bytes from which every deal of committees follows.
    validators : list of Validator
        All that ever were, by index.
    balances : list of int
        Gwei of each.
    scores : list of int
        Inactivity score of each.
    justification : Justification
        How far the chain is justified and final.
    slot : int
        The slot it stands at.
    previous_flags, current_flags : list of int
        What each validator's vote of an epoch was right about, as bits.
    slashings : dict from int to int
        Gwei slashed, by epoch, as far back as it counts.
    roots : dict from int to BlockId
        The last block as of each slot, two epochs back.
    next_exit : int
        The epoch in which the next to leave may go.
    exit_left : int
        Gwei that may still leave in that epoch.
    """

    rules: Rules
    mix: bytes
    validators: list[Validator]
    balances: list[int]
    scores: list[int]
    justification: Justification
    slot: int = 0
    previous_flags: list[int] = field(default_factory=list)
    current_flags: list[int] = field(default_factory=list)
    slashings: dict[int, int] = field(default_factory=dict)
    roots: dict[int, BlockId] = field(default_factory=dict)
    next_exit: int = 0
    exit_left: int = 0

    @classmethod
    def at_genesis(
        cls,
        stakes: Iterable[int],
        genesis: BlockId = "genesis",
        rules: Rules = MAINNET,
        mix: bytes = bytes(32),
    ) -> "BeaconState":
        """Return the state before the first slot.

        Parameters
        ----------
        stakes : iterable of int
            Balance of each validator in gwei.
        genesis : BlockId
            Name of the first block.
        rules : Rules
            The numbers of the protocol.
        mix : bytes
            32 bytes from which every deal of committees follows.

        Raises
        ------
        NoValidators
            There is none, or none has an increment of stake.
        InvalidStake
            A stake is negative.
        """
        balances = [int(stake) for stake in stakes]
        for balance in balances:
            if balance < 0:
                raise InvalidStake(f"stake of {balance} gwei, required 0 or more")
        if not any(balance >= rules.increment for balance in balances):
            raise NoValidators(f"{len(balances)} validators, none has a stake")
        return cls(
            rules=rules,
            mix=mix,
            validators=[
                Validator(min(b - b % rules.increment, rules.most_effective))
                for b in balances
            ],
            balances=balances,
            scores=[0] * len(balances),
            justification=Justification.at_genesis(genesis),
            previous_flags=[0] * len(balances),
            current_flags=[0] * len(balances),
            roots={0: genesis},
        )

    def copy(self) -> "BeaconState":
        """Return a state that may change without changing this one."""
        return replace(
            self,
            validators=self.validators[:],
            balances=self.balances[:],
            scores=self.scores[:],
            previous_flags=self.previous_flags[:],
            current_flags=self.current_flags[:],
            slashings=self.slashings.copy(),
            roots=self.roots.copy(),
        )

    @property
    def epoch(self) -> int:
        """The epoch of its slot."""
        return self.rules.epoch_of(self.slot)

    @property
    def active(self) -> tuple[int, ...]:
        """Indices of those who vote in this epoch."""
        return active_validators(self.validators, self.epoch)

    @property
    def total(self) -> int:
        """All active stake in gwei."""
        return total_stake(self.validators, self.active, self.rules)

    @property
    def delay(self) -> int:
        """Epochs from the last final checkpoint to the epoch before this one."""
        return finality_delay(self.justification.finalized, self.epoch)

    def root_at(self, slot: int) -> BlockId:
        """Return the last block of the chain as of a slot, at most two epochs back."""
        return self.roots[min(slot, self.slot)]

    def checkpoint(self, epoch: int) -> Checkpoint:
        """Return the checkpoint of this epoch or the one before."""
        return Checkpoint(epoch, self.root_at(self.rules.first_slot(epoch)))

    def members(self, slot: int) -> tuple[int, ...]:
        """Return all who vote in a slot, of all its committees.

        Raises
        ------
        NoValidators
            Nobody is active.
        """
        active = active_validators(self.validators, self.rules.epoch_of(slot))
        hands = committee.committees(active, slot, self.mix, self.rules)
        return tuple(index for hand in hands for index in hand)

    def proposer(self) -> int:
        """Return who may make the block of this slot.

        Raises
        ------
        NoValidators
            Nobody is active, or nobody has any stake.
        """
        return committee.proposer(
            self.validators, self.active, self.slot, self.mix, self.rules
        )

    def stake_with(self, flag: int, flags: list[int], epoch: int) -> int:
        """Return the stake of unslashed validators whose vote earned a flag.

        Parameters
        ----------
        flag : int
            The flag's bit.
        flags : list of int
            `previous_flags` or `current_flags`.
        epoch : int
            The epoch of those flags.
        """
        return sum(
            self.validators[index].effective_balance
            for index in active_validators(self.validators, epoch)
            if flags[index] & flag and not self.validators[index].slashed
        )

    def add_balance(self, index: int, change: int) -> None:
        """Change a balance by some gwei; it does not fall below 0."""
        self.balances[index] = max(0, self.balances[index] + change)

    def follow_balances(self) -> None:
        """Let the effective balances follow the balances."""
        for index, validator in enumerate(self.validators):
            now = effective_balance(
                self.balances[index], validator.effective_balance, self.rules
            )
            if now != validator.effective_balance:
                self.validators[index] = replace(validator, effective_balance=now)

    def start_exit(self, index: int) -> None:
        """Queue a validator for its exit, behind those who leave already.

        Raises
        ------
        UnknownValidator
            There is no such validator.
        """
        if not 0 <= index < len(self.validators):
            raise UnknownValidator(index, len(self.validators))
        validator, rules = self.validators[index], self.rules
        if validator.exit_epoch != FAR_FUTURE:
            return
        churn = max(rules.least_churn, self.total // rules.churn_quotient)
        churn = min(rules.most_churn, churn - churn % rules.increment)
        earliest = self.epoch + 1 + rules.exit_delay
        if self.next_exit < earliest:
            self.next_exit, self.exit_left = earliest, churn
        wanted = validator.effective_balance
        if wanted > self.exit_left:
            more = -(-(wanted - self.exit_left) // churn)
            self.next_exit += more
            self.exit_left += more * churn
        self.exit_left -= wanted
        self.validators[index] = replace(
            validator,
            exit_epoch=self.next_exit,
            withdrawable_epoch=self.next_exit + rules.withdrawal_delay,
        )
