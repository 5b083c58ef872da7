"""A stake is money locked up as the right to vote, and forfeited for voting falsely.

Everything that the rules of proof of stake count by is here: the numbers of the
protocol, the validators, and the errors that name a broken rule.

References
----------
.. [1] Ethereum consensus specifications, "Phase 0" to "Electra": beacon chain,
   constants and presets. https://github.com/ethereum/consensus-specs
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NewType

from minichain.errors import ProtocolError

Gwei = NewType("Gwei", int)
"""Stake in 10**-9 of an ether, the unit in which proof of stake counts."""

COIN_OF_STAKE = Gwei(10**9)
"""Gwei in one ether."""

FAR_FUTURE = 2**64 - 1
"""The epoch of what is not planned."""

MINUTES_PER_DAY = 24 * 60
"""Minutes in a day."""


class InvalidStake(ProtocolError):
    """A stake that nobody can have, such as one below zero."""

    rule = "stake"


class NoValidators(ProtocolError):
    """A vote among nobody: no validator is active."""

    rule = "validators"


class InvalidVote(ProtocolError):
    """A vote that no block may include and no node may count."""

    rule = "vote"


class UnknownValidator(InvalidVote):
    """A vote by somebody who is not a validator.

    Attributes
    ----------
    validator : int
        The index it gives.
    count : int
        How many validators there are.
    """

    rule = "validator"

    def __init__(self, validator: int, count: int) -> None:
        super().__init__(f"validator {validator} is unknown, there are {count}")
        self.validator = validator
        self.count = count


@dataclass(frozen=True)
class Rules:
    """The numbers of the protocol; those of Ethereum's mainnet, unless said otherwise.

    Attributes
    ----------
    slots_per_epoch : int
        Slots in an epoch: each validator votes once in each epoch.
    seconds_per_slot : int
        Seconds in a slot, time for one block.
    shuffle_rounds : int
        Rounds of the shuffle that makes the committees.
    committee_size : int
        Validators that a committee should have at least.
    committees_per_slot : int
        Committees that a slot has at most.
    proposer_boost : int
        Per cent of a slot's votes that a block in time counts for, in its own slot.
    most_effective : int
        Gwei of a validator that count at most.
    increment : int
        Gwei; effective balances are whole multiples of it.
    ejection_balance : int
        Gwei; who counts for no more has to go.
    reward_factor : int
        Size of all rewards, over the square root of all stake.
    epochs_to_leak : int
        Epochs without finality before the leak starts.
    score_bias, score_recovery : int
        What inactivity scores rise by in each epoch missed, and fall by in each one
        outside a leak.
    inactivity_quotient : int
        Divides the leak's penalties: twice as large, and the leak takes the square
        root of two times as long.
    slashing_quotient : int
        Part of the stake that is lost at once: 1 over it.
    whistleblower_quotient : int
        Part of the stake that whoever includes the evidence gets: 1 over it.
    slashing_multiplier : int
        A third of all stake slashed together loses everything, when it is 3.
    slashings_epochs : int
        Epochs that count as together; half of them pass before the second penalty.
    exit_delay : int
        Epochs between the wish to leave and the earliest exit, besides the next.
    withdrawal_delay : int
        Epochs between the exit and the payout.
    churn_quotient, least_churn, most_churn : int
        Part of the stake that may leave in an epoch (1 over the quotient), and the
        gwei that may leave at least and at most.
    """

    slots_per_epoch: int = 32
    seconds_per_slot: int = 12
    shuffle_rounds: int = 90
    committee_size: int = 128
    committees_per_slot: int = 64
    proposer_boost: int = 40
    most_effective: int = 32 * COIN_OF_STAKE
    increment: int = COIN_OF_STAKE
    ejection_balance: int = 16 * COIN_OF_STAKE
    reward_factor: int = 64
    epochs_to_leak: int = 4
    score_bias: int = 4
    score_recovery: int = 16
    inactivity_quotient: int = 2**24
    slashing_quotient: int = 2**12
    whistleblower_quotient: int = 2**12
    slashing_multiplier: int = 3
    slashings_epochs: int = 2**13
    exit_delay: int = 4
    withdrawal_delay: int = 2**8
    churn_quotient: int = 2**16
    least_churn: int = 128 * COIN_OF_STAKE
    most_churn: int = 256 * COIN_OF_STAKE

    def epoch_of(self, slot: int) -> int:
        """Return the epoch that a slot belongs to."""
        return slot // self.slots_per_epoch

    def first_slot(self, epoch: int) -> int:
        """Return the slot in which an epoch starts."""
        return epoch * self.slots_per_epoch

    def days(self, epochs: float) -> float:
        """Return the days that so many epochs take."""
        seconds = epochs * self.slots_per_epoch * self.seconds_per_slot
        return seconds / (60 * MINUTES_PER_DAY)


MAINNET = Rules()
"""Ethereum's main network: the rules since the fork named Electra, in 2025.

The penalty at slashing was 1/32 of the stake before; all else here is older. A
validator's stake may be up to 2048 ether since; this book's are of 32 or less.
"""

SMALL = Rules(
    slots_per_epoch=8,
    seconds_per_slot=6,
    shuffle_rounds=10,
    committee_size=4,
    committees_per_slot=4,
    inactivity_quotient=2**8,
    slashing_quotient=2**5,
    whistleblower_quotient=2**9,
    slashings_epochs=16,
    withdrawal_delay=8,
)
"""The same rules with numbers small enough to step through.

An epoch has eight slots, and the leak ejects in some twenty epochs, not thousands.
"""


@dataclass(frozen=True)
class Validator:
    """Somebody with a stake, as the protocol counts it.

    Attributes
    ----------
    effective_balance : int
        Gwei that count in votes and rewards: the balance in whole ether, which follows
        only when the balance has moved by enough.
    slashed : bool
        Whether it was caught voting falsely.
    activation_epoch, exit_epoch : int
        It votes from the first on, and no more from the second on.
    withdrawable_epoch : int
        From when on its stake is paid out.
    """

    effective_balance: int
    slashed: bool = False
    activation_epoch: int = 0
    exit_epoch: int = FAR_FUTURE
    withdrawable_epoch: int = FAR_FUTURE

    def __post_init__(self) -> None:
        if self.effective_balance < 0:
            raise InvalidStake(
                f"stake of {self.effective_balance} gwei, required 0 or more"
            )

    def is_active(self, epoch: int) -> bool:
        """Return whether it votes in this epoch."""
        return self.activation_epoch <= epoch < self.exit_epoch

    def is_eligible(self, epoch: int) -> bool:
        """Return whether rewards and penalties for the epoch before this reach it.

        A slashed validator pays on after its exit, until its stake is paid out.
        """
        before = max(epoch - 1, 0)
        return self.is_active(before) or (
            self.slashed and before + 1 < self.withdrawable_epoch
        )


def active_validators(validators: Sequence[Validator], epoch: int) -> tuple[int, ...]:
    """Return the indices of those who vote in this epoch, in order."""
    return tuple(i for i, v in enumerate(validators) if v.is_active(epoch))


def total_stake(
    validators: Sequence[Validator], indices: Iterable[int], rules: Rules = MAINNET
) -> Gwei:
    """Return the effective balance of some validators together.

    It is one increment at least, so that it may divide.

    Raises
    ------
    UnknownValidator
        An index has no validator.
    """
    total = 0
    for index in indices:
        if not 0 <= index < len(validators):
            raise UnknownValidator(index, len(validators))
        total += validators[index].effective_balance
    return Gwei(max(rules.increment, total))


def effective_balance(balance: int, before: int, rules: Rules = MAINNET) -> Gwei:
    """Return the effective balance that follows from a balance.

    It is the balance rounded down to an increment, but it stays as it was until the
    balance is a quarter of an increment below it, or one and a quarter above.

    Parameters
    ----------
    balance, before : int
        The balance, and the effective balance until now, both in gwei.
    rules : Rules
        The numbers of the protocol.

    Examples
    --------
    >>> ether = 10**9
    >>> effective_balance(32 * ether - 1, 32 * ether) // ether
    32
    >>> effective_balance(31 * ether + ether // 2, 32 * ether) // ether
    31
    """
    step = rules.increment // 4
    if balance + step < before or before + 5 * step < balance:
        return Gwei(min(balance - balance % rules.increment, rules.most_effective))
    return Gwei(before)
