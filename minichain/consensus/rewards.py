"""A reward is new stake for a vote that is right and in time; missing it costs as much.

All rewards together grow with the square root of the stake, so the yield of each ether
falls with it: many validators earn less each, few earn more.

References
----------
.. [1] Ethereum consensus specifications, Altair: `get_base_reward`,
   `get_flag_index_deltas`, `process_attestation`; Deneb:
   `get_attestation_participation_flag_indices`.
"""

from math import isqrt
from typing import NamedTuple

from minichain.consensus.stake import (
    COIN_OF_STAKE,
    MAINNET,
    Gwei,
    InvalidStake,
    NoValidators,
    Rules,
)

SOURCE_WEIGHT = 14
"""Part of the base reward for voting from the right source, of `WEIGHTS`."""

TARGET_WEIGHT = 26
"""Part for the right target."""

HEAD_WEIGHT = 14
"""Part for the right head."""

SYNC_WEIGHT = 2
"""Part for those who sign for light clients, 512 at a time, drawn once a day."""

PROPOSER_WEIGHT = 8
"""Part for whoever puts the votes into a block."""

WEIGHTS = SOURCE_WEIGHT + TARGET_WEIGHT + HEAD_WEIGHT + SYNC_WEIGHT + PROPOSER_WEIGHT
"""All parts."""

SECONDS_PER_YEAR = 31_557_600
"""Seconds in a year of 365.25 days."""


class Flag(NamedTuple):
    """One thing that a vote may be right about."""

    name: str
    bit: int
    weight: int


SOURCE = Flag("source", 1, SOURCE_WEIGHT)
"""From the right source, within the square root of an epoch's slots."""

TARGET = Flag("target", 2, TARGET_WEIGHT)
"""And to the right target, within the next epoch."""

HEAD = Flag("head", 4, HEAD_WEIGHT)
"""And for the right head, in the very next block."""

FLAGS = (SOURCE, TARGET, HEAD)
"""Each holds only together with those before it."""


def base_reward_per_increment(total: int, rules: Rules = MAINNET) -> Gwei:
    """Return what an increment of stake earns in an epoch if all goes well.

    Rounded down, as is the square root in it.

    Parameters
    ----------
    total : int
        All active stake in gwei.
    rules : Rules
        The numbers of the protocol.

    Raises
    ------
    NoValidators
        ``total`` is 0 or less.

    Examples
    --------
    >>> base_reward_per_increment(32_000_000 * 10**9)
    357
    """
    if total <= 0:
        raise NoValidators(f"rewards for a stake of {total}")
    return Gwei(rules.increment * rules.reward_factor // isqrt(total))


def base_reward(effective: int, total: int, rules: Rules = MAINNET) -> Gwei:
    """Return what a validator earns in an epoch, on average, if all goes well.

    Parameters
    ----------
    effective, total : int
        Its effective balance and all active stake, in gwei.
    rules : Rules
        The numbers of the protocol.

    Raises
    ------
    InvalidStake
        ``effective`` is negative.
    NoValidators
        ``total`` is 0 or less.
    """
    if effective < 0:
        raise InvalidStake(f"stake of {effective} gwei, required 0 or more")
    return Gwei(effective // rules.increment * base_reward_per_increment(total, rules))


def timely_flags(
    delay: int, source: bool, target: bool, head: bool, rules: Rules = MAINNET
) -> int:
    """Return the bits of all flags that a vote earns when a block includes it.

    Parameters
    ----------
    delay : int
        Slots from the vote to the block, 1 or more.
    source, target, head : bool
        What the vote is right about.
    rules : Rules
        The numbers of the protocol.
    """
    target = source and target
    head = target and head
    flags = 0
    if source and delay <= isqrt(rules.slots_per_epoch):
        flags |= SOURCE.bit
    if target:
        flags |= TARGET.bit
    if head and delay == 1:
        flags |= HEAD.bit
    return flags


def flag_reward(
    reward: int, flag: Flag, participating: int, total: int, rules: Rules = MAINNET
) -> Gwei:
    """Return the reward for one flag: more, the more others earned it as well.

    Parameters
    ----------
    reward : int
        The validator's base reward.
    flag : Flag
        What it was right about.
    participating, total : int
        Stake of all who were, and all active stake, in gwei.
    rules : Rules
        The numbers of the protocol.
    """
    part, whole = participating // rules.increment, total // rules.increment
    return Gwei(reward * flag.weight * part // (whole * WEIGHTS))


def flag_penalty(reward: int, flag: Flag) -> Gwei:
    """Return what missing one flag costs; the head's costs nothing."""
    return Gwei(0 if flag is HEAD else reward * flag.weight // WEIGHTS)


def proposer_reward(numerator: int) -> Gwei:
    """Return what a block earns for new flags of its votes.

    Parameters
    ----------
    numerator : int
        Sum of base reward times weight over all flags that the block is first to set.
    """
    return Gwei(numerator // ((WEIGHTS - PROPOSER_WEIGHT) * WEIGHTS // PROPOSER_WEIGHT))


def annual_yield(total: int, rules: Rules = MAINNET) -> float:
    """Return the yearly return on stake, were everyone right and in time.

    All parts are in it, those of proposers and light clients' signers too. What users
    pay on top (tips, and the order of transactions) is not.

    Parameters
    ----------
    total : int
        All active stake in gwei.
    rules : Rules
        The numbers of the protocol.

    Returns
    -------
    float
        A part of the stake: 0.03 for three per cent.

    Raises
    ------
    NoValidators
        ``total`` is 0 or less.

    Examples
    --------
    >>> f"{annual_yield(32_000_000 * 10**9):.2%}"
    '2.93%'
    """
    epochs = SECONDS_PER_YEAR / (rules.slots_per_epoch * rules.seconds_per_slot)
    return (
        base_reward(rules.most_effective, total, rules)
        * epochs
        / (rules.most_effective)
    )


def annual_issuance(total: int, rules: Rules = MAINNET) -> float:
    """Return the ether made in a year for a stake of ``total`` gwei."""
    return annual_yield(total, rules) * total / COIN_OF_STAKE
