"""A feed tells somebody what happens on the chain, as it happens.

A subscription hands it on at once; a filter keeps it until it is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from minichain.node.criteria import Criteria
from minichain.node.failures import LimitExceeded

MAX_FEEDS = 10_000
"""Feeds that a node keeps at most."""

MAX_KEPT = 10_000
"""Things that a filter keeps at most; one that is never asked for must not grow."""

MAX_IDLE = 300.0
"""Seconds after which a filter that nobody asks for is dropped."""

Sink = Callable[[Any], None]
"""Takes what a feed has to tell."""


class Topic(StrEnum):
    """What a feed is about."""

    HEADS = "newHeads"
    """Blocks that join the chain."""

    LOGS = "logs"
    """Logs that join the chain, or leave it."""

    PENDING = "newPendingTransactions"
    """Transactions that begin to wait."""


@dataclass(slots=True)
class Feed:
    """What somebody wants to be told.

    Attributes
    ----------
    topic : Topic
        What about.
    sink : callable
        Takes it.
    criteria : Criteria
        Which logs.
    whole : bool
        Whether transactions are wanted whole, and not by their hashes.
    """

    topic: Topic
    sink: Sink
    criteria: Criteria = field(default_factory=Criteria)
    whole: bool = False


@dataclass(slots=True)
class Filter:
    """A feed that waits to be asked.

    Attributes
    ----------
    feed : Feed
        The feed, whose sink is the filter's.
    kept : list
        What has not been asked for yet.
    asked : float
        When it was asked for last, in seconds of the clock.
    """

    feed: Feed
    kept: list[Any]
    asked: float


class Feeds:
    """All feeds of a node, by number.

    Parameters
    ----------
    clock : callable
        Returns seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._feeds: dict[int, Feed] = {}
        self._filters: dict[int, Filter] = {}
        self._next = 1

    def __len__(self) -> int:
        return len(self._feeds)

    def add(self, feed: Feed) -> int:
        """Begin to feed, and return the feed's number.

        Raises
        ------
        LimitExceeded
            There are too many.
        """
        self._drop_idle()
        if len(self._feeds) >= MAX_FEEDS:
            raise LimitExceeded(f"{MAX_FEEDS} filters and subscriptions are in use")
        number, self._next = self._next, self._next + 1
        self._feeds[number] = feed
        return number

    def connect(self, number: int, sink: Sink) -> None:
        """Set who takes what a feed has to tell."""
        self._feeds[number].sink = sink

    def add_filter(self, topic: Topic, criteria: Criteria | None = None) -> int:
        """Begin to keep what happens, and return the filter's number."""
        kept: list[Any] = []

        def keep(what: Any) -> None:
            kept.append(what["hash"] if topic is Topic.HEADS else what)

        feed = Feed(topic, keep, criteria or Criteria())
        number = self.add(feed)
        self._filters[number] = Filter(feed, kept, self._clock())
        return number

    def filter(self, number: int) -> Filter | None:
        """Return a filter that is in use, or None; it will be kept for longer."""
        self._drop_idle()
        found = self._filters.get(number)
        if found is not None:
            found.asked = self._clock()
        return found

    def remove(self, number: int) -> bool:
        """End a feed, and return whether there was one."""
        self._filters.pop(number, None)
        return self._feeds.pop(number, None) is not None

    def wanted(self, topic: Topic) -> list[Feed]:
        """Return the feeds about something."""
        return [feed for feed in self._feeds.values() if feed.topic is topic]

    def _drop_idle(self) -> None:
        now = self._clock()
        for number, found in list(self._filters.items()):
            if now - found.asked > MAX_IDLE or len(found.kept) > MAX_KEPT:
                self.remove(number)
