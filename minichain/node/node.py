"""A node keeps a chain, seals its blocks, and answers what others ask of it.

It does nothing on its own: time is an argument, and whoever serves it calls it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from minichain.chain import Chain
from minichain.chain.impersonation import Impersonation
from minichain.chain.snapshot import Snapshot
from minichain.crypto.keys import Key
from minichain.errors import ProtocolError
from minichain.ledger.block import Block
from minichain.ledger.state import State
from minichain.ledger.transaction import Transaction
from minichain.node.changes import encode_changes
from minichain.node.failures import (
    InvalidParameters,
    NotFound,
    NotPossible,
    TransactionRefused,
)
from minichain.node.feeds import Feeds, Topic
from minichain.node.hexadecimal import data, read_hash, read_quantity
from minichain.node.index import Index
from minichain.node.views import (
    View,
    read_block_hash,
    show_block,
    show_logs,
    show_transaction,
)
from minichain.units import Address, Timestamp

NAMED_BLOCKS = ("latest", "pending", "safe", "finalized")
"""Names of the head, which is also what is pending where no call is made. Nothing is
final on this chain before nobody reorganises it."""

Watcher = Callable[[str, bytes], None]
"""Told what must be kept, and what it is: a "block", an "amendment" of accounts, a
"rewind" to a snapshot (the head's hash, in 8 bytes how many blocks are known, and what
was changed after the head), or an "impersonation" in the block that follows (hash of
the transaction, and who acts). Raises OSError if it cannot be."""


class Node:
    """A chain, and what surrounds it while it is used.

    Parameters
    ----------
    chain : Chain
        The chain.
    clock : callable or None
        Returns the time in seconds since 1970. Without it blocks are a spacing
        apart, so that the same requests make the same blocks.
    timer : callable or None
        Returns seconds that only grow, for filters that nobody asks for.

    Attributes
    ----------
    chain : Chain
        The chain.
    keys : dict of Address to Key
        Keys that the node signs with when it is asked to.
    impersonated : set of Address
        Accounts that the node speaks for without their keys.
    automine : bool
        Whether each transaction is put into a block at once.
    index : Index
        Where transactions are.
    feeds : Feeds
        Who wants to be told what happens.
    offset : int
        Seconds by which the node's time is ahead of the clock.
    watcher : callable or None
        Told of every block before anyone else is.
    """

    def __init__(
        self,
        chain: Chain,
        clock: Callable[[], float] | None = None,
        timer: Callable[[], float] | None = None,
    ) -> None:
        self.chain = chain
        self.keys: dict[Address, Key] = {key.address: key for key in chain.keys}
        self.impersonated: set[Address] = set()
        self.automine = True
        self.index = Index(chain)
        self.feeds = Feeds(timer or (lambda: 0.0))
        self.offset = 0
        self.watcher: Watcher | None = None
        self._clock = clock
        self._next_time: int | None = None
        self._snapshots: list[tuple[int, Snapshot, int]] = []
        self._snapshot_count = 0

    # Blocks

    @property
    def next_time(self) -> Timestamp:
        """The time of the next block: later than the head's, whatever the clock."""
        if self._next_time is not None:
            return Timestamp(self._next_time)
        head = self.chain.head.header.time
        if self._clock is None:
            return Timestamp(self.chain.next_time + self.offset)
        return Timestamp(max(int(self._clock()) + self.offset, head + 1))

    def set_next_time(self, time: int) -> None:
        """Set the time of the next block; the clock runs on from there."""
        head = self.chain.head.header.time
        if not head < time < 2**32:
            raise InvalidParameters(f"time {time} is not later than the head's, {head}")
        self._next_time = time

    def mine(self, count: int = 1, spacing: int | None = None) -> list[Block]:
        """Seal blocks with what waits, and tell everyone."""
        blocks = []
        for number in range(count):
            time = self.next_time
            if number and spacing is not None:
                time = Timestamp(self.chain.head.header.time + spacing)
            before = self.chain.snapshot()
            self.chain.mine(time=time)
            self._keep_block(self.chain.head, before)
            if self._clock is None:
                self.offset = 0
            elif self._next_time is not None:
                self.offset = time - int(self._clock())
            self._next_time = None
            blocks.append(self.chain.head)
        self.announce()
        return blocks

    def import_block(self, encoded: bytes) -> str:
        """Take a block from outside, and return what became of it."""
        before = self.chain.snapshot()
        try:
            outcome = self.chain.import_block(encoded)
        except ProtocolError as error:
            raise NotPossible(f"{error.rule}: {error}", {"rule": error.rule}) from error
        if outcome.fate != "known":
            self._keep([("block", encoded)], before)
        self.announce()
        return str(outcome.fate)

    def send(self, transaction: Transaction) -> Transaction:
        """Let a signed transaction wait, and seal it at once if the node does so.

        Raises
        ------
        TransactionRefused
            It breaks a rule.
        """
        try:
            self.chain.send(transaction)
        except ProtocolError as error:
            raise refuse(error) from error
        for feed in self.feeds.wanted(Topic.PENDING):
            whole = feed.whole
            feed.sink(
                show_transaction(transaction) if whole else data(transaction.hash)
            )
        if self.automine:
            self.mine()
        return transaction

    def amend(self, change: Callable[[State], None]) -> None:
        """Change accounts by no transaction; the next block begins with it."""
        before = self.chain.snapshot()
        with self.chain.amend() as state:
            mark = state.mark()
            change(state)
            changes = state.changes_since(mark)
        self._keep([("amendment", encode_changes(changes))], before)

    def ready(self) -> Iterator[Transaction]:
        """Yield what waits for a block alone, and for no transaction before it."""
        expected: dict[Address, int] = {}
        for transaction in self.chain.mempool:
            sender = transaction.sender
            nonce = expected.setdefault(sender, self.chain.nonce(sender))
            if transaction.nonce == nonce:
                expected[sender] += 1
                yield transaction

    # Going back

    def snapshot(self) -> int:
        """Remember the chain as it is now, and return the snapshot's number."""
        self._snapshot_count += 1
        state = (self._snapshot_count, self.chain.snapshot(), self.offset)
        self._snapshots.append(state)
        return self._snapshot_count

    def revert(self, number: int) -> bool:
        """Return to a snapshot, which is used up with all that came after it."""
        for place, (taken, snapshot, offset) in enumerate(self._snapshots):
            if taken == number:
                self._keep([("rewind", _write_snapshot(snapshot))])
                del self._snapshots[place:]
                self.chain.revert(snapshot)
                self.offset, self._next_time = offset, None
                self.announce()
                return True
        return False

    # Finding

    def find_block(self, name: Any) -> Block:
        """Return the block that a request names: by number, by a word, or by hash.

        Raises
        ------
        InvalidParameters
            It is no name of a block.
        NotFound
            There is no such block.
        """
        if isinstance(name, dict):
            if "blockHash" in name:
                return self.find_block_by_hash(read_hash(name["blockHash"]))
            name = name.get("blockNumber")
        if name is None or name in NAMED_BLOCKS:
            return self.chain.head
        number = 0 if name == "earliest" else read_quantity(name)
        if number > self.chain.head.number:
            raise NotFound(f"block {number} of a chain up to {self.chain.head.number}")
        return self.chain.block_at(number)

    def find_block_by_hash(self, shown: bytes) -> Block:
        """Return the block on the chain whose hash is shown so."""
        block_hash = read_block_hash(shown)
        if block_hash not in self.chain or not self.chain.is_active(block_hash):
            raise NotFound(f"block 0x{shown.hex()} is not on the chain")
        return self.chain.block(block_hash)

    # Telling

    def announce(self) -> None:
        """Tell every feed what has changed since the last time."""
        change = self.index.follow()
        for block in change.removed:
            self._tell_logs(block, removed=True)
        for block in change.added:
            view: View | None = None
            for feed in self.feeds.wanted(Topic.HEADS):
                view = view or show_block(self.chain, block)
                feed.sink(view)
            self._tell_logs(block, removed=False)

    def _tell_logs(self, block: Block, *, removed: bool) -> None:
        feeds = self.feeds.wanted(Topic.LOGS)
        if not feeds or (removed and block.hash not in self.chain):
            return
        receipts = self.chain.receipts(block.hash)
        logs = [log for receipt in receipts for log in receipt.logs]
        views = list(show_logs(block, receipts, removed=removed))
        for feed in feeds:
            for log, view in zip(logs, views, strict=True):
                if feed.criteria.is_met(log):
                    feed.sink(view)

    def _keep_block(self, block: Block, before: Snapshot) -> None:
        acting = [
            ("impersonation", one.hash + one.sender)
            for one in block.transactions
            if isinstance(one, Impersonation)
        ]
        self._keep([*acting, ("block", block.encode())], before)

    def _keep(
        self, records: list[tuple[str, bytes]], before: Snapshot | None = None
    ) -> None:
        try:
            for what, value in records:
                if self.watcher is not None:
                    self.watcher(what, value)
        except OSError as error:
            # What is not on disk was never promised to anyone.
            if before is not None:
                self.chain.revert(before)
            raise NotPossible(f"it could not be kept: {error}") from error


def _write_snapshot(snapshot: Snapshot) -> bytes:
    known = snapshot.known.to_bytes(8, "big")
    return snapshot.head + known + encode_changes(snapshot.amendment)


def refuse(error: ProtocolError) -> TransactionRefused:
    """Return the failure that says which rule a transaction breaks."""
    return TransactionRefused(f"{error.rule}: {error}", {"rule": error.rule})
