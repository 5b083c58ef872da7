"""A subscription hands on what happens, over the connection that asked for it.

References
----------
.. [1] The go-ethereum authors, "Real-time Events": ``eth_subscribe``.
"""

import json
from collections.abc import Callable
from typing import Any

from minichain.node.criteria import Criteria, read_criteria
from minichain.node.dispatch import VERSION, Methods
from minichain.node.failures import InvalidParameters, LimitExceeded
from minichain.node.feeds import Feed, Topic
from minichain.node.hexadecimal import quantity, read_quantity
from minichain.node.node import Node

Send = Callable[[str], None]
"""Takes a text for the other side."""

OUTSIDE = ("transactions", "uncles", "size", "totalDifficulty")
"""What of a block is not in a header, which is all that subscribers get."""


class Subscriptions:
    """What one connection wants to be told.

    Parameters
    ----------
    node : Node
        The node.
    send : callable
        Takes each message.
    most : int
        Subscriptions at once.
    """

    def __init__(self, node: Node, send: Send, most: int) -> None:
        self._node, self._send, self._most = node, send, most
        self._numbers: set[int] = set()

    @property
    def methods(self) -> Methods:
        """Methods that only a connection has."""
        return {"eth_subscribe": self._subscribe, "eth_unsubscribe": self._unsubscribe}

    def close(self) -> None:
        """End all of them, with the connection."""
        for number in self._numbers:
            self._node.feeds.remove(number)
        self._numbers.clear()

    def _subscribe(self, node: Node, given: list[Any]) -> str:
        if not 1 <= len(given) <= 2 or given[0] not in list(Topic):
            raise InvalidParameters(f"a subscription is to one of {', '.join(Topic)}")
        if len(self._numbers) >= self._most:
            raise LimitExceeded(f"{self._most} subscriptions, which is the most")
        topic = Topic(given[0])
        criteria, whole = Criteria(), False
        if topic is Topic.LOGS:
            criteria = read_criteria(given[1] if len(given) > 1 else {})
        elif topic is Topic.PENDING and len(given) > 1:
            whole = given[1] is True
        number = node.feeds.add(Feed(topic, lambda _: None, criteria, whole))
        node.feeds.connect(number, lambda what: self._tell(number, topic, what))
        self._numbers.add(number)
        return quantity(number)

    def _unsubscribe(self, node: Node, given: list[Any]) -> bool:
        if len(given) != 1:
            raise InvalidParameters("one subscription is named")
        number = read_quantity(given[0])
        if number not in self._numbers:
            return False
        self._numbers.remove(number)
        return node.feeds.remove(number)

    def _tell(self, number: int, topic: Topic, what: Any) -> None:
        if topic is Topic.HEADS:
            what = {name: v for name, v in what.items() if name not in OUTSIDE}
        told = {"subscription": quantity(number), "result": what}
        message = {"jsonrpc": VERSION, "method": "eth_subscription", "params": told}
        self._send(json.dumps(message, separators=(",", ":")))
