"""A network's setting is all that is fixed of it: power, distances, and what fails.

References
----------
.. [1] Decker and Wattenhofer, "Information Propagation in the Bitcoin Network", 2013,
   section 4: blocks found while another is on its way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import expm1, fsum, inf
from random import Random

from minichain.consensus.estimate import InvalidShare

Latency = float | Callable[[int, int, Random], float]
"""Seconds from one node to another: the same for all, or drawn for each message."""


class InvalidLatency(ValueError):
    """A message that would arrive before it was sent."""


class InvalidPartition(ValueError):
    """A partition that ends before it begins, or names a node that is not there."""


class InvalidNetwork(ValueError):
    """An interval, a chance of loss or a length of run that no network can have."""


@dataclass(frozen=True)
class Partition:
    """A time in which some nodes and the others do not hear each other.

    Attributes
    ----------
    start, end : float
        From which second to which.
    nodes : frozenset of int
        The nodes on one side.
    """

    start: float
    end: float
    nodes: frozenset[int]


@dataclass(frozen=True)
class Setting:
    """What a network is made of; its parts are told in `Network`.

    Attributes
    ----------
    shares : tuple of float
        Each node's part of all hash power.
    interval : float
        Seconds between two blocks on average.
    latency : float or callable
        Seconds of a message's way.
    loss : float
        Chance that a message gets lost.
    partitions : tuple of Partition
        When nodes do not hear each other.
    """

    shares: tuple[float, ...]
    interval: float
    latency: Latency
    loss: float
    partitions: tuple[Partition, ...]

    def __post_init__(self) -> None:
        if any(not 0 <= share <= 1 for share in self.shares):
            raise InvalidShare(f"shares {self.shares} are not all between 0 and 1")
        if not 0 < fsum(self.shares) <= 1 + 1e-9:
            raise InvalidShare(
                f"shares sum to {fsum(self.shares):g}, required above 0 and at most 1"
            )
        if not callable(self.latency) and not 0 <= self.latency < inf:
            raise InvalidLatency(f"latency of {self.latency} s, required 0 or more")
        if not 0 < self.interval < inf:
            raise InvalidNetwork(f"interval of {self.interval} s, required above 0")
        if not 0 <= self.loss <= 1:
            raise InvalidNetwork(f"loss {self.loss} is not between 0 and 1")
        for partition in self.partitions:
            if not 0 <= partition.start <= partition.end:
                raise InvalidPartition(
                    f"partition from {partition.start} s to {partition.end} s"
                )
            if not partition.nodes <= set(range(len(self.shares))):
                raise InvalidPartition(
                    f"nodes {sorted(partition.nodes)}, there are {len(self.shares)}"
                )

    @property
    def expected_fork_rate(self) -> float | None:
        """Chance that others find a block before they hear of the last one.

        The finder itself hears of it at once, so only the others count. None where
        the formula does not hold.
        """
        power = fsum(self.shares)
        if callable(self.latency) or self.loss or self.partitions:
            return None
        return fsum(
            share
            / power
            * fork_probability(self.latency * (power - share), self.interval)
            for share in self.shares
        )

    def is_parted(self, left: int, right: int, time: float) -> bool:
        """Return whether two nodes do not hear each other at a second."""
        return any(
            p.start <= time < p.end and (left in p.nodes) != (right in p.nodes)
            for p in self.partitions
        )


def fork_probability(delay: float, interval: float = 600.0) -> float:
    """Return the chance that another block is found while one is on its way.

    Parameters
    ----------
    delay : float
        Seconds until everybody has heard of the block.
    interval : float
        Seconds between two blocks on average.

    Raises
    ------
    InvalidLatency
        ``delay`` is negative.
    InvalidNetwork
        ``interval`` is not positive.

    Examples
    --------
    >>> round(fork_probability(11.37, 633.68), 5)
    0.01778
    """
    if not delay >= 0:
        raise InvalidLatency(f"delay of {delay} s, required 0 or more")
    if not interval > 0:
        raise InvalidNetwork(f"interval of {interval} s, required above 0")
    return -expm1(-delay / interval)
