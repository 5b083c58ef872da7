"""Finality is the promise that a block stays, with a third of all stake as its pledge.

A checkpoint is justified when two thirds of the stake vote from a justified one to it.
It is final when the vote that follows starts from it without a gap. To finalise two
contradicting checkpoints, a third of the stake must have voted for both, and every
vote is signed: that third is known, and lost.

References
----------
.. [1] Buterin and Griffith, "Casper the Friendly Finality Gadget", 2017, section 2.
.. [2] Ethereum consensus specifications, phase 0:
   `weigh_justification_and_finalization`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from minichain.consensus.attestation import Checkpoint, Vote, stake_behind
from minichain.consensus.stake import InvalidStake, NoValidators
from minichain.consensus.tree import BlockId

JUSTIFICATION_BITS = 4
"""Epochs back that finality looks at."""


def is_supermajority(votes: int, total: int) -> bool:
    """Return whether the votes are two thirds of the total or more, in integers.

    Parameters
    ----------
    votes, total : int
        Stake in any one unit, at least 0.

    Raises
    ------
    InvalidStake
        The votes are negative, or more than the total.
    NoValidators
        The total is 0.

    Examples
    --------
    >>> is_supermajority(66, 100), is_supermajority(67, 100), is_supermajority(2, 3)
    (False, True, True)
    """
    if total == 0:
        raise NoValidators("a vote among a stake of 0")
    if not 0 <= votes <= total:
        raise InvalidStake(f"{votes} of {total} voted")
    return 3 * votes >= 2 * total


@dataclass(frozen=True)
class Justification:
    """How far a chain is justified and final.

    Attributes
    ----------
    bits : tuple of bool
        Whether the checkpoint of the current epoch, the one before it, and so on four
        epochs back, is justified.
    previous : Checkpoint
        The last justified one as of the epoch before.
    current : Checkpoint
        The last justified one.
    finalized : Checkpoint
        The last final one.
    rule : int
        Which of the four rules made it final at the last epoch's end; 0 if it was so
        before.
    """

    bits: tuple[bool, ...]
    previous: Checkpoint
    current: Checkpoint
    finalized: Checkpoint
    rule: int = 0

    @classmethod
    def at_genesis(cls, block: BlockId) -> "Justification":
        """Return what holds at the start: the first block is final."""
        start = Checkpoint(0, block)
        return cls((False,) * JUSTIFICATION_BITS, start, start, start)


def weigh(
    before: Justification,
    epoch: int,
    previous_target: Checkpoint,
    current_target: Checkpoint,
    previous_votes: int,
    current_votes: int,
    total: int,
) -> Justification:
    """Return what is justified and final at an epoch's end.

    Parameters
    ----------
    before : Justification
        What was so at the end of the epoch before.
    epoch : int
        The epoch that ends, 2 or later: the first two have nothing to weigh.
    previous_target, current_target : Checkpoint
        The checkpoints of the epoch before and of this one.
    previous_votes, current_votes : int
        Stake that voted for each of them, from the justified checkpoint of its time.
        Those who have left since the epoch before count in the first and no more in
        the total, so it may be the larger.
    total : int
        All active stake.

    Raises
    ------
    InvalidStake
        Negative votes, or more for this epoch's checkpoint than there is stake.
    NoValidators
        ``total`` is 0.
    """
    bits = [False, *before.bits[: JUSTIFICATION_BITS - 1]]
    justified = before.current
    if is_supermajority(min(previous_votes, total), total):
        justified = previous_target
        bits[1] = True
    if is_supermajority(current_votes, total):
        justified = current_target
        bits[0] = True
    finalized, rule = before.finalized, 0
    # Each rule: justified without a gap from the source that voted, until now. The
    # last that applies has the latest source, and wins.
    rules = [
        (1, bits[1:4], before.previous, 3),
        (2, bits[1:3], before.previous, 2),
        (3, bits[0:3], before.current, 2),
        (4, bits[0:2], before.current, 1),
    ]
    for number, run, source, distance in rules:
        if all(run) and source.epoch + distance == epoch:
            finalized = source
            rule = number if source.epoch > before.finalized.epoch else 0
    return Justification(tuple(bits), before.current, justified, finalized, rule)


def justified_by(
    votes: Iterable[Vote], stakes: Mapping[int, int], start: Checkpoint
) -> tuple[frozenset[Checkpoint], frozenset[Checkpoint]]:
    """Return which checkpoints a heap of votes justifies, and which it finalises.

    It is Casper as its paper has it, without slots or time: a link counts when two
    thirds of the stake voted for it and its source is justified; its source is final
    when the link spans one epoch.

    Parameters
    ----------
    votes : iterable of Vote
        All votes, false ones too.
    stakes : mapping from int to int
        Stake of each validator.
    start : Checkpoint
        Justified and final from the start.

    Raises
    ------
    NoValidators
        There is no stake.
    """
    total = sum(stakes.values())
    links = [
        link
        for link, stake in stake_behind(votes, stakes).items()
        if is_supermajority(stake, total)
    ]
    justified, finalized = {start}, {start}
    for source, target in sorted(links, key=lambda link: link[1].epoch):
        if source in justified and source.epoch < target.epoch:
            justified.add(target)
            if source.epoch + 1 == target.epoch:
                finalized.add(source)
    return frozenset(justified), frozenset(finalized)


def finality_delay(finalized: Checkpoint, epoch: int) -> int:
    """Return the epochs from the last final checkpoint to the one before this epoch."""
    return max(epoch - 1, 0) - finalized.epoch


def without_rule(justification: Justification) -> Justification:
    """Return the same with no rule marked: for an epoch that weighs nothing."""
    return replace(justification, rule=0)
