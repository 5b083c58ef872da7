"""An attestation is a validator's vote: for a head, and from one checkpoint to another.

Two votes of one validator may contradict each other. Then together they prove that it
broke the rules, to anyone, whoever saw them first.

References
----------
.. [1] Buterin and Griffith, "Casper the Friendly Finality Gadget", 2017, section 2:
   the two slashing conditions.
.. [2] Ethereum consensus specifications, phase 0: `AttestationData`,
   `is_slashable_attestation_data`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from minichain.consensus.stake import InvalidVote
from minichain.consensus.tree import BlockId

Offence = Literal["double", "surround"]
"""What two votes of one validator may be guilty of."""


class UnknownTarget(InvalidVote):
    """A vote for a block or checkpoint that the voter's chain does not have."""

    rule = "target"


class WrongSource(InvalidVote):
    """A vote that does not start from the justified checkpoint."""

    rule = "source"


class WrongSlot(InvalidVote):
    """A vote in a slot in which the validator has none, or out of its time."""

    rule = "slot"


class NoOffence(InvalidVote):
    """Two votes shown as evidence that do not contradict each other."""

    rule = "evidence"


class Checkpoint(NamedTuple):
    """The first block of an epoch, or the last one before where that slot is empty."""

    epoch: int
    block: BlockId

    def __str__(self) -> str:
        """Return the epoch and the block, as in ``3@24``."""
        return f"{self.epoch}@{self.block}"


@dataclass(frozen=True)
class Vote:
    """What one validator says once in an epoch.

    Attributes
    ----------
    validator : int
        Who votes.
    slot : int
        The slot in which its committee votes.
    head : BlockId
        The block it holds for the end of the chain: a vote in the fork choice.
    source, target : Checkpoint
        The last checkpoint it knows as justified, and the one to justify next.
    """

    validator: int
    slot: int
    head: BlockId
    source: Checkpoint
    target: Checkpoint

    def __post_init__(self) -> None:
        if self.source.epoch > self.target.epoch:
            raise WrongSource(
                f"vote from epoch {self.source.epoch} to epoch {self.target.epoch}"
            )


def is_double_vote(first: Vote, second: Vote) -> bool:
    """Return whether two different votes have targets in one epoch."""
    return first != second and first.target.epoch == second.target.epoch


def is_surround_vote(outer: Vote, inner: Vote) -> bool:
    """Return whether the first vote starts before the second and ends after it."""
    return (
        outer.source.epoch < inner.source.epoch
        and inner.target.epoch < outer.target.epoch
    )


def offence(first: Vote, second: Vote) -> Offence | None:
    """Return what two votes of one validator are guilty of, in either order.

    Raises
    ------
    InvalidVote
        They are of two validators.

    Examples
    --------
    >>> start, a, b = Checkpoint(0, "g"), Checkpoint(1, "a"), Checkpoint(1, "b")
    >>> offence(Vote(7, 8, "a", start, a), Vote(7, 8, "b", start, b))
    'double'
    """
    if first.validator != second.validator:
        raise InvalidVote(
            f"votes of validators {first.validator} and {second.validator}, "
            "required two of one"
        )
    if is_double_vote(first, second):
        return "double"
    if is_surround_vote(first, second) or is_surround_vote(second, first):
        return "surround"
    return None


class Evidence(NamedTuple):
    """Two votes that prove an offence."""

    first: Vote
    second: Vote

    @property
    def validator(self) -> int:
        """Who is guilty."""
        return self.first.validator

    @property
    def kind(self) -> Offence:
        """What it is guilty of.

        Raises
        ------
        NoOffence
            The two votes do not contradict each other.
        """
        found = offence(self.first, self.second)
        if found is None:
            raise NoOffence(
                f"votes of validator {self.validator} to {self.first.target} and "
                f"{self.second.target} do not contradict each other"
            )
        return found


def find_evidence(votes: Iterable[Vote]) -> dict[int, Evidence]:
    """Return one proof for every validator whose votes contradict each other."""
    by_validator: dict[int, list[Vote]] = {}
    found: dict[int, Evidence] = {}
    for vote in votes:
        earlier = by_validator.setdefault(vote.validator, [])
        if vote.validator not in found:
            against = contradicted(vote, earlier)
            if against is not None:
                found[vote.validator] = Evidence(against, vote)
        earlier.append(vote)
    return found


def contradicted(vote: Vote, earlier: Sequence[Vote]) -> Vote | None:
    """Return the first of the earlier votes that a vote contradicts."""
    return next((old for old in earlier if offence(old, vote)), None)


def stake_behind(
    votes: Iterable[Vote], stakes: Mapping[int, int]
) -> dict[tuple[Checkpoint, Checkpoint], int]:
    """Return the stake that voted for each link from source to target.

    Votes by nobody known count for nothing, a second vote for the same link neither.
    """
    voters: dict[tuple[Checkpoint, Checkpoint], set[int]] = {}
    for vote in votes:
        voters.setdefault((vote.source, vote.target), set()).add(vote.validator)
    return {
        link: sum(stakes.get(validator, 0) for validator in who)
        for link, who in voters.items()
    }
