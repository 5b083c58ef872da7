"""A network is nodes that mine, tell each other of blocks, and hear of them late.

Nothing here takes real time: events wait in a queue, ordered by the second at which
they happen. All chance comes from one seed, so a run can be told again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from math import fsum, inf
from random import Random
from typing import Any

from minichain.consensus.estimate import CONFIDENCE, proportion
from minichain.consensus.fork_choice import ForkChoice, most_work
from minichain.consensus.network_events import Event, Kind, Report
from minichain.consensus.network_setting import (
    InvalidLatency,
    InvalidNetwork,
    InvalidPartition,
    Latency,
    Partition,
    Setting,
    fork_probability,
)
from minichain.consensus.tree import BlockId, BlockTree

GENESIS = 0
"""Name of the first block; the others are numbered as they are found."""

__all__ = [
    "GENESIS", "Event", "InvalidLatency", "InvalidNetwork", "InvalidPartition", "Kind",
    "Latency", "Network", "Partition", "Report", "fork_probability", "simulate",
]  # fmt: skip


class Network:
    """Nodes with shares of hash power that keep a block tree each.

    Parameters
    ----------
    shares : sequence of float
        Each node's part of all hash power. They sum to 1 or less; what is missing
        mines elsewhere and is not seen.
    interval : float
        Seconds between two blocks on average, were all the power here.
    latency : float or callable
        Seconds a block takes from one node to another, or a function of sender,
        receiver and random source that draws them.
    loss : float
        Chance that a message gets lost, 0 to 1. Who misses a block asks for it when
        one above it arrives.
    partitions : iterable of Partition
        When nodes do not hear each other.
    choose : ForkChoice
        How nodes choose their head. A block right on top of the head becomes the
        head without it.
    seed : int
        The same seed tells the same story.
    on_event : callable, optional
        Called with every `Event`.

    Attributes
    ----------
    setting : Setting
        What is fixed: shares, interval, latency, loss, partitions.
    tree : BlockTree
        Every block found so far, whoever knows of it.
    views : list of BlockTree
        What each node has seen.
    heads : list of BlockId
        The block each node works on.
    time : float
        The second of the last event.

    Raises
    ------
    InvalidShare
        A share is negative, none is positive, or together they are more than all the
        hash power.
    InvalidLatency
        The latency is negative.
    InvalidPartition
        A partition ends before it begins, or names a node that is not there.
    InvalidNetwork
        The interval is not positive, or ``loss`` is no chance between 0 and 1.

    Examples
    --------
    >>> network = Network([0.5, 0.5], latency=2.0, seed=1)
    >>> report = network.run(blocks=100)
    >>> report.found, len(set(network.heads))
    (100, 1)
    """

    def __init__(
        self,
        shares: Sequence[float],
        *,
        interval: float = 600.0,
        latency: Latency = 2.0,
        loss: float = 0.0,
        partitions: Iterable[Partition] = (),
        choose: ForkChoice = most_work,
        seed: int = 0,
        on_event: Callable[[Event], object] | None = None,
    ) -> None:
        self.setting = Setting(
            tuple(shares), interval, latency, loss, tuple(partitions)
        )
        self.choose = choose
        self.on_event = on_event
        self.tree = BlockTree(GENESIS)
        self.views = [BlockTree(GENESIS) for _ in shares]
        self.heads: list[BlockId] = [GENESIS for _ in shares]
        self.time = 0.0
        self._random = Random(seed)
        self._power = fsum(shares)
        self._messages: list[tuple[float, int, Kind, int, int, BlockId]] = []
        self._sent = 0
        self._next_find = self._draw_find()
        self._heals = sorted(p.end for p in self.setting.partitions if p.end < inf)

    def step(self) -> Event:
        """Let the next thing happen, and return it.

        Raises
        ------
        InvalidLatency
            The latency's function returned a negative number.
        """
        heal = self._heals[0] if self._heals else inf
        message = self._messages[0][0] if self._messages else inf
        if heal <= min(message, self._next_find):
            event = self._heal()
        elif message <= self._next_find:
            event = self._receive()
        else:
            event = self._find()
        if self.on_event:
            self.on_event(event)
        return event

    def run(self, blocks: int, confidence: float = CONFIDENCE) -> Report:
        """Run until so many blocks more are found and all messages have arrived.

        Raises
        ------
        InvalidNetwork
            ``blocks`` is below 1.
        InvalidLatency
            The latency's function returned a negative number.
        """
        if blocks < 1:
            raise InvalidNetwork(f"a run of {blocks} blocks, required 1 or more")
        goal = len(self.tree) + blocks
        while len(self.tree) < goal:
            self.step()
        # Nobody mines while the last messages arrive. Chance has no memory: the time
        # to the next block may be drawn anew afterwards.
        self._next_find = inf
        while self._messages:
            self.step()
        self._next_find = self._draw_find()
        return self.report(confidence)

    def report(self, confidence: float = CONFIDENCE) -> Report:
        """Return what the run came to so far.

        Raises
        ------
        InvalidNetwork
            No block has been found yet.
        """
        found = len(self.tree) - 1
        if not found:
            raise InvalidNetwork("nothing to report: no block has been found")
        [(head, _)] = Counter(self.heads).most_common(1)
        chain = [self.tree[block] for block in self.tree.path(head)][1:]
        at_height = Counter(block.height for block in self.tree)
        forks = sum(count > 1 for count in at_height.values())
        makers = Counter(block.miner for block in chain)
        return Report(
            seconds=self.time,
            found=found,
            height=len(chain),
            orphan_rate=proportion(found - len(chain), found, confidence),
            fork_rate=proportion(forks, len(at_height) - 1, confidence),
            expected_fork_rate=self.setting.expected_fork_rate,
            earned=tuple(
                makers[node] / len(chain) if chain else 0.0
                for node in range(len(self.setting.shares))
            ),
        )

    def _find(self) -> Event:
        self.time = self._next_find
        [node] = self._random.choices(
            range(len(self.setting.shares)), self.setting.shares
        )
        block, parent = len(self.tree), self.heads[node]
        self.tree.add(block, parent, 1, node, self.time)
        self._take(node, block)
        for receiver in range(len(self.setting.shares)):
            if receiver != node:
                self._send(node, receiver, block)
        self._next_find = self._draw_find()
        return Event(self.time, "found", node, block, node, True)

    def _receive(self) -> Event:
        self.time, _, kind, node, sender, block = heappop(self._messages)
        changed = False
        if kind == "received":
            parent = self.tree[block].parent
            if parent is not None and parent not in self.views[node]:
                # The question goes there, the answer comes back.
                self._send(sender, node, block, "asked", trips=2)
                return Event(self.time, "asked", node, block, sender)
            changed = self._take(node, block)
        elif kind == "asked":
            kind, changed = "received", self._take(node, block)
        return Event(self.time, kind, node, block, sender, changed)

    def _heal(self) -> Event:
        self.time = self._heals.pop(0)
        for sender in range(len(self.setting.shares)):
            for receiver in range(len(self.setting.shares)):
                if sender != receiver and self.heads[sender] != self.heads[receiver]:
                    self._send(sender, receiver, self.heads[sender])
        return Event(self.time, "healed", -1, GENESIS, -1)

    def _take(self, node: int, block: BlockId) -> bool:
        """Add a block and those missing below it; return whether the head changed."""
        view = self.views[node]
        missing: list[BlockId] = []
        above: BlockId | None = block
        while above is not None and above not in view:
            missing.append(above)
            above = self.tree[above].parent
        for name in reversed(missing):
            new = self.tree[name]
            view.add(name, new.parent, new.work, new.miner, new.time)
        before = self.heads[node]
        if missing and self.tree[block].parent == before:
            self.heads[node] = block
        elif missing:
            self.heads[node] = self.choose(view)
        return self.heads[node] != before

    def _send(
        self,
        sender: int,
        receiver: int,
        block: BlockId,
        kind: Kind = "received",
        trips: int = 1,
    ) -> None:
        delay = self.setting.latency
        if callable(delay):
            delay = delay(sender, receiver, self._random)
        if not 0 <= delay < inf:
            raise InvalidLatency(f"latency of {delay} s, required 0 or more")
        if (
            self.setting.is_parted(sender, receiver, self.time)
            or self._random.random() < self.setting.loss
        ):
            kind = "lost"
        self._sent += 1
        message = (
            self.time + trips * delay, self._sent, kind, receiver, sender, block
        )  # fmt: skip
        heappush(self._messages, message)

    def _draw_find(self) -> float:
        return self.time + self._random.expovariate(self._power / self.setting.interval)


def simulate(shares: Sequence[float], blocks: int = 1_000, **options: Any) -> Report:
    """Build a `Network`, run it for a number of blocks, and report.

    Parameters
    ----------
    shares : sequence of float
        Each node's part of all hash power.
    blocks : int
        Blocks to be found.
    **options
        Those of `Network`.

    Raises
    ------
    InvalidShare, InvalidLatency, InvalidPartition, InvalidNetwork
        As `Network` and `Network.run` raise them.
    """
    return Network(shares, **options).run(blocks)
