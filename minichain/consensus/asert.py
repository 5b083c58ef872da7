"""ASERT is a rule that sets each target by how far the chain is off its schedule.

Two days behind, the target doubles; two days ahead, it halves; and in between it moves
a little with every block. Bitcoin Cash has followed it since November 2020. The
power of two is a cubic in whole numbers, so that all nodes get the same bits.

References
----------
.. [1] Bitcoin Cash, "ASERT Difficulty Adjustment Algorithm (aserti3-2d)", 2020.
"""

from dataclasses import dataclass

from minichain.consensus.difficulty import BLOCK_SPACING, InvalidTime
from minichain.ledger.target import (
    MAX_TARGET,
    bits_from_target,
    check_target,
    target_from_bits,
)
from minichain.units import Timestamp

HALF_LIFE = 2 * 86_400
"""Seconds off schedule that double or halve the target: two days."""

FRACTION_BITS = 16
"""Bits behind the point in the exponent and in the factor."""

LINEAR, SQUARE, CUBE = 195_766_423_245_049, 971_821_376, 5_127
"""Coefficients of 2**x - 1 from 0 to 1, in units of 2**-48 for x in 2**-16."""


@dataclass(frozen=True)
class Anchor:
    """The block from which the schedule is counted.

    Attributes
    ----------
    height : int
        Its height.
    parent_time : Timestamp
        The time of the block before it.
    bits : int
        Its compact bits.
    """

    height: int
    parent_time: Timestamp
    bits: int


def asert_bits(
    anchor: Anchor, height: int, time: Timestamp, easiest: int = MAX_TARGET
) -> int:
    """Return the compact bits of the block after the one at ``height``.

    Parameters
    ----------
    anchor : Anchor
        Where the schedule begins.
    height, time : int
        Height and time of the last block.
    easiest : int
        The target may not rise above this.

    Raises
    ------
    InvalidBits
        The anchor's bits stand for no target.
    InvalidTime
        A time is negative.
    InvalidTarget
        ``easiest`` is no target.

    Examples
    --------
    Two days late, the target is twice what it was:

    >>> anchor = Anchor(0, Timestamp(0), 0x1B010000)
    >>> hex(asert_bits(anchor, 1, Timestamp(1200 + HALF_LIFE)))
    '0x1b020000'
    """
    check_target(easiest)
    if anchor.parent_time < 0 or time < 0:
        raise InvalidTime(
            f"from {anchor.parent_time} to {time} seconds: required 0, 0 up"
        )
    target = target_from_bits(anchor.bits)
    due = BLOCK_SPACING * (height - anchor.height + 1)
    late = (time - anchor.parent_time - due) << FRACTION_BITS
    # The rule divides towards zero, not down: a block too early rounds the other way.
    exponent = late // HALF_LIFE if late >= 0 else -(-late // HALF_LIFE)
    whole, part = exponent >> FRACTION_BITS, exponent & (1 << FRACTION_BITS) - 1
    cubic = LINEAR * part + SQUARE * part**2 + CUBE * part**3 + (1 << 47)
    target *= (1 << FRACTION_BITS) + (cubic >> 48)
    # 256 doublings from the least target are above any: shift no further.
    target = target << min(whole, 256) if whole >= 0 else target >> -whole
    return bits_from_target(max(1, min(easiest, target >> FRACTION_BITS)))
