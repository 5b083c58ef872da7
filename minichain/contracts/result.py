"""A result is what a transaction to a contract came to, with its events readable."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from minichain.chain import Chain
from minichain.contracts.abi import Event, InvalidAnswer
from minichain.contracts.artifact import Artifact
from minichain.contracts.known import find_artifact, list_known
from minichain.ledger.log import Log
from minichain.ledger.receipt import Receipt
from minichain.ledger.state import State
from minichain.ledger.transaction import Transaction
from minichain.units import Address, BlockNumber, Gas


@dataclass(frozen=True)
class Announced:
    """An event of a contract, with its values by name.

    Attributes
    ----------
    address : Address
        The contract.
    name : str
        The event's name.
    values : dict
        Its values; of an indexed text, list or struct the hash.
    """

    address: Address
    name: str
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __str__(self) -> str:
        shown = (
            f"{name}={f'0x{value.hex()}' if isinstance(value, bytes) else repr(value)}"
            for name, value in self.values.items()
        )
        return f"{self.name}({', '.join(shown)})"


@dataclass(frozen=True)
class Result:
    """A transaction in a block, with its receipt.

    Attributes
    ----------
    transaction : Transaction
        What was sent.
    receipt : Receipt
        What it came to.
    block_number : BlockNumber
        The block's number.
    value : object
        What the function returned.
    events : tuple of Announced
        The events of all contracts whose source is known, in order.
    """

    transaction: Transaction
    receipt: Receipt
    block_number: BlockNumber
    value: Any
    events: tuple[Announced, ...]

    @property
    def succeeded(self) -> bool:
        """Whether its effects stayed."""
        return self.receipt.succeeded

    @property
    def gas_used(self) -> Gas:
        """Gas that was paid for."""
        return self.receipt.gas_used

    def __str__(self) -> str:
        events = "".join(f"\n  {event}" for event in self.events)
        return f"block {self.block_number}, {self.gas_used} gas{events}"


def read_events(chain: Chain, state: State, logs: Iterable[Log]) -> Iterator[Announced]:
    """Yield the logs that a known contract's events explain.

    A log may come from code that is lent, as behind a proxy: then whichever known
    contract has such an event explains it.
    """
    for log in logs:
        own = find_artifact(chain, state, log.address)
        read = _read_by(log, [] if own is None else [own])
        read = read or _read_by(log, list_known(chain))
        if read is not None:
            yield read


def _read_by(log: Log, artifacts: Iterable[Artifact]) -> Announced | None:
    if not log.topics:
        return None
    for artifact in artifacts:
        event: Event | None = artifact.events.get(log.topics[0])
        if event is None:
            continue
        try:
            values = event.decode(log.topics, log.data)
        except InvalidAnswer:
            # Another event of the same signature has other values indexed.
            continue
        return Announced(log.address, event.name, values)
    return None


def read_result(
    chain: Chain,
    number: BlockNumber,
    index: int,
    decode: Callable[[bytes], Any] | None = None,
) -> Result:
    """Return what the transaction in a place of a block came to.

    Parameters
    ----------
    chain : Chain
        The chain.
    number : BlockNumber
        The block's number.
    index : int
        The transaction's place in it.
    decode : callable, optional
        From the bytes that were returned to what they say.
    """
    block = chain.block_at(number)
    receipt = chain.receipts(block.hash)[index]
    with chain.visit(block.hash) as state:
        events = tuple(read_events(chain, state, receipt.logs))
    value = decode(receipt.output) if decode and receipt.succeeded else None
    return Result(block.transactions[index], receipt, number, value, events)
