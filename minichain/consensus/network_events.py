"""What happens in a network of miners, and what can be said of it afterwards."""

from dataclasses import dataclass
from typing import Literal

from minichain.consensus.estimate import Estimate
from minichain.consensus.tree import BlockId

Kind = Literal["found", "received", "asked", "lost", "healed"]
"""What can happen."""


@dataclass(frozen=True)
class Event:
    """Something that happened in the network.

    Attributes
    ----------
    time : float
        At which second.
    kind : str
        ``"found"`` a block; ``"received"`` one; ``"asked"`` the sender for those
        below it; ``"lost"`` it on the way; a partition ``"healed"``.
    node : int
        Where: the finder or the receiver; -1 when a partition heals.
    block : BlockId
        Which block; the first one when a partition heals.
    sender : int
        Who sent it; the node itself when it found it.
    head_changed : bool
        Whether the node now works on another block.
    """

    time: float
    kind: Kind
    node: int
    block: BlockId
    sender: int
    head_changed: bool = False


@dataclass(frozen=True)
class Report:
    """What a run came to.

    Attributes
    ----------
    seconds : float
        Length of the run.
    found : int
        Blocks found by all.
    height : int
        Blocks of the chain that most nodes agree on.
    orphan_rate : Estimate
        Part of the blocks found that are not on it.
    fork_rate : Estimate
        Part of the heights at which two blocks or more were found.
    expected_fork_rate : float or None
        The same by formula; None where messages get lost, nodes are parted or the
        latency changes.
    earned : tuple of float
        Each node's part of the chain.
    """

    seconds: float
    found: int
    height: int
    orphan_rate: Estimate
    fork_rate: Estimate
    expected_fork_rate: float | None
    earned: tuple[float, ...]
