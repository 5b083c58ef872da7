"""The inactivity leak takes stake from whoever is absent until the others are enough.

Without two thirds of the stake nothing becomes final. After four such epochs the leak
starts: the absent lose more with every epoch, until the present hold two thirds of
what is left. A chain cut in two heals itself so, on both sides: safety is given up
for life, after weeks.

References
----------
.. [1] Ethereum consensus specifications, Altair: `process_inactivity_updates`;
   Bellatrix: `get_inactivity_penalty_deltas`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from minichain.consensus.rewards import (
    SOURCE,
    TARGET,
    base_reward,
    flag_penalty,
)
from minichain.consensus.stake import (
    MAINNET,
    Gwei,
    InvalidStake,
    Rules,
    effective_balance,
)

ONE_THIRD = 1 / 3
"""Share of the stake without which nothing becomes final."""


def is_leaking(delay: int, rules: Rules = MAINNET) -> bool:
    """Return whether the leak is on, so many epochs after the last final checkpoint."""
    return delay > rules.epochs_to_leak


def next_score(
    score: int, took_part: bool, leaking: bool, rules: Rules = MAINNET
) -> int:
    """Return a validator's inactivity score after one more epoch.

    Parameters
    ----------
    score : int
        Its score until now.
    took_part : bool
        Whether it voted for the right target in time.
    leaking : bool
        Whether the leak is on: without it, scores fall fast.
    rules : Rules
        The numbers of the protocol.
    """
    score = score - min(1, score) if took_part else score + rules.score_bias
    return score if leaking else score - min(rules.score_recovery, score)


def inactivity_penalty(effective: int, score: int, rules: Rules = MAINNET) -> Gwei:
    """Return what a missed target costs at this score, rounded down.

    Parameters
    ----------
    effective : int
        Effective balance in gwei.
    score : int
        The validator's inactivity score.
    rules : Rules
        The numbers of the protocol.

    Raises
    ------
    InvalidStake
        The balance or the score is negative.
    """
    if effective < 0 or score < 0:
        raise InvalidStake(f"stake of {effective} gwei at an inactivity of {score}")
    return Gwei(effective * score // (rules.score_bias * rules.inactivity_quotient))


@dataclass(frozen=True)
class LeakStep:
    """An absent validator at the end of an epoch of the leak.

    Attributes
    ----------
    epoch : int
        Epochs since the leak began, from 1.
    score : int
        Its inactivity score.
    penalty : int
        Gwei lost in this epoch.
    balance, effective : int
        What is left, and what of it counts, in gwei.
    """

    epoch: int
    score: int
    penalty: int
    balance: int
    effective: int


def leak(rules: Rules = MAINNET, total: int = 0) -> Iterator[LeakStep]:
    """Yield an absent validator's epochs in a leak, up to its ejection.

    Parameters
    ----------
    rules : Rules
        The numbers of the protocol.
    total : int
        All active stake in gwei, for what missed votes cost besides; 0 leaves that
        out, and only the leak itself counts.

    Raises
    ------
    NoValidators
        ``total`` is negative.
    """
    balance = effective = int(rules.most_effective)
    score = epoch = 0
    while effective > rules.ejection_balance:
        epoch += 1
        score = next_score(score, False, True, rules)
        penalty = int(inactivity_penalty(effective, score, rules))
        if total:
            reward = base_reward(effective, total, rules)
            penalty += flag_penalty(reward, SOURCE) + flag_penalty(reward, TARGET)
        penalty = min(penalty, balance)
        balance -= penalty
        effective = effective_balance(balance, effective, rules)
        yield LeakStep(epoch, score, penalty, balance, effective)


def ejection_epoch(rules: Rules = MAINNET, total: int = 0) -> int:
    """Return the epoch of the leak in which an absent validator is ejected.

    Parameters are those of `leak`.

    Examples
    --------
    >>> ejection_epoch(), round(MAINNET.days(ejection_epoch()), 1)
    (4685, 20.8)
    """
    *_, last = leak(rules, total)
    return last.epoch


def recovery_epoch(absent: float, rules: Rules = MAINNET) -> int:
    """Return the epoch of the leak in which those present become two thirds.

    The present neither gain nor lose in a leak; the absent fall until their part is a
    third, at the latest when they are ejected.

    Parameters
    ----------
    absent : float
        Part of the stake that is absent when the leak begins, 0 to 1 without 1.
    rules : Rules
        The numbers of the protocol.

    Returns
    -------
    int
        0 if the present are enough from the start.

    Raises
    ------
    InvalidStake
        ``absent`` is not a part, or everyone is absent.
    """
    if not 0 <= absent < 1:
        raise InvalidStake(f"{absent} of the stake is absent, required 0 up to 1")
    if absent <= ONE_THIRD:
        return 0
    step = None
    for step in leak(rules):
        left = absent * step.effective / rules.most_effective
        if left <= (left + 1 - absent) * ONE_THIRD:
            break
    assert step is not None
    return step.epoch
