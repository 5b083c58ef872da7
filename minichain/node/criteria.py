"""Criteria say which logs somebody looks for: from where, and with which topics.

Topics are asked by place. In each place stands one topic, a list of which any will do,
or nothing, which is met by everything.

References
----------
.. [1] Ethereum execution API specification: ``eth_getLogs``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from minichain.ledger.log import Log, compute_bits
from minichain.node.failures import InvalidParameters
from minichain.node.hexadecimal import (
    Reader,
    read_address,
    read_hash,
    read_list,
    read_object,
)
from minichain.units import Address, Hash32

MAX_TOPICS = 4
"""Topics that a log has at most."""

MAX_CHOICES = 1_000
"""Addresses, or topics in one place, that may be asked for together."""

FIELDS = {"address", "topics", "fromBlock", "toBlock", "blockHash"}
"""What criteria may say."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which logs are looked for.

    Attributes
    ----------
    addresses : frozenset of Address
        Contracts; none means any.
    topics : tuple of frozenset of Hash32
        What each topic may be; none means anything.
    first, last : any JSON value
        The blocks looked at, as they were named; None if they were not.
    block_hash : Hash32 or None
        The one block looked at, its hash as it is shown.
    """

    addresses: frozenset[Address] = frozenset()
    topics: tuple[frozenset[Hash32], ...] = ()
    first: Any = None
    last: Any = None
    block_hash: Hash32 | None = None

    def is_met(self, log: Log) -> bool:
        """Return whether a log is looked for."""
        if self.addresses and log.address not in self.addresses:
            return False
        if len(self.topics) > len(log.topics):
            return False
        pairs = zip(self.topics, log.topics, strict=False)
        return all(not wanted or topic in wanted for wanted, topic in pairs)

    def make_sieve(self) -> Callable[[bytes], bool]:
        """Return what tells whether a filter leaves open that it has such a log."""
        places = [
            [compute_bits(entry) for entry in choices]
            for choices in (self.addresses, *self.topics)
            if choices
        ]

        def may_be_met(bloom: bytes) -> bool:
            set_bits = int.from_bytes(bloom, "big")
            return all(
                any(set_bits & bits == bits for bits in choices) for choices in places
            )

        return may_be_met


def read_criteria(value: Any) -> Criteria:
    """Return criteria from JSON; raises `InvalidParameters` where they are none."""
    fields = read_object(value)
    unknown = sorted(set(fields) - FIELDS)
    if unknown:
        raise InvalidParameters(f"criteria know no {unknown[0][:40]!r}")
    first, last = fields.get("fromBlock"), fields.get("toBlock")
    block_hash = fields.get("blockHash")
    if block_hash is not None and (first is not None or last is not None):
        raise InvalidParameters("blockHash does not go with fromBlock or toBlock")
    places = read_list(fields.get("topics") or [])
    if len(places) > MAX_TOPICS:
        raise InvalidParameters(f"{len(places)} topics, at most {MAX_TOPICS}")
    return Criteria(
        addresses=frozenset(_read_choices(fields.get("address"), read_address)),
        topics=tuple(frozenset(_read_choices(place, read_hash)) for place in places),
        first=first,
        last=last,
        block_hash=None if block_hash is None else read_hash(block_hash),
    )


def _read_choices(value: Any, read: Reader) -> Iterable[Any]:
    if value is None:
        return []
    choices = value if isinstance(value, list) else [value]
    if len(choices) > MAX_CHOICES:
        raise InvalidParameters(f"{len(choices)} choices, at most {MAX_CHOICES}")
    return [read(choice) for choice in choices]
