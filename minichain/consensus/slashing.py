"""Slashing takes stake from a validator whose votes prove that it broke the rules.

There are three losses: one at once, one halfway to the payout that grows with how many
others were slashed at about the same time, and what an absent validator loses until
then. A mistake alone is cheap; an attack by a third costs everything.

References
----------
.. [1] Ethereum consensus specifications, Electra: `slash_validator`,
   `process_slashings`.
"""

from minichain.consensus.stake import (
    MAINNET,
    Gwei,
    InvalidStake,
    NoValidators,
    Rules,
)


def initial_penalty(effective: int, rules: Rules = MAINNET) -> Gwei:
    """Return what being slashed costs at once, rounded down.

    Parameters
    ----------
    effective : int
        Effective balance in gwei.
    rules : Rules
        The numbers of the protocol.

    Raises
    ------
    InvalidStake
        ``effective`` is negative.

    Examples
    --------
    >>> initial_penalty(32 * 10**9)
    7812500
    """
    _check(effective)
    return Gwei(effective // rules.slashing_quotient)


def whistleblower_reward(effective: int, rules: Rules = MAINNET) -> Gwei:
    """Return what the block that brings the evidence earns, rounded down.

    Parameters and errors are those of `initial_penalty`.
    """
    _check(effective)
    return Gwei(effective // rules.whistleblower_quotient)


def correlation_penalty(
    effective: int, slashed: int, total: int, rules: Rules = MAINNET
) -> Gwei:
    """Return the second loss, which grows with all that was slashed.

    Three times the part of the stake that was slashed together, of one's own stake:
    all of it from a third on. Rounded down for each increment.

    Parameters
    ----------
    effective : int
        Effective balance in gwei.
    slashed : int
        Effective balance of all slashed in the same period, this one among them.
    total : int
        All active stake, in gwei.
    rules : Rules
        The numbers of the protocol.

    Raises
    ------
    InvalidStake
        A stake is negative.
    NoValidators
        ``total`` is below one increment.

    Examples
    --------
    >>> million, ether = 10**6, 10**9
    >>> correlation_penalty(32 * ether, 32 * ether, 32 * million * ether)
    96000
    >>> correlation_penalty(32 * ether, 11 * million * ether, 32 * million * ether)
    32000000000
    """
    _check(effective)
    _check(slashed)
    if total < rules.increment:
        raise NoValidators(f"slashing among a stake of {total} gwei")
    adjusted = min(slashed * rules.slashing_multiplier, total)
    # One division for all, before the multiplication, as Electra rounds.
    per_increment = adjusted // (total // rules.increment)
    return Gwei(per_increment * (effective // rules.increment))


def _check(stake: int) -> None:
    if stake < 0:
        raise InvalidStake(f"stake of {stake} gwei, required 0 or more")
