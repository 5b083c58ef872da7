"""A miner fills blocks with what waits, and seals them.

Everything it makes goes through the same validation as a block from outside.
"""

from collections.abc import Iterable
from contextlib import suppress

from minichain.chain.archive import Archive
from minichain.chain.builder import draft_block, fill_block, seal_block
from minichain.chain.config import Config
from minichain.chain.execution import compute_base_fee, make_environment
from minichain.chain.mempool import Mempool
from minichain.chain.tree import Outcome
from minichain.crypto.keys import Key
from minichain.errors import ProtocolError
from minichain.evm.message import Environment
from minichain.ledger.block import Block
from minichain.ledger.transaction import Transaction
from minichain.units import Address, Timestamp, Wei


class Miner(Archive):
    """A history with a mempool, to which blocks are added.

    Parameters
    ----------
    config : Config
        The rules.
    genesis : Block or None
        The first block, if it is there already; else it is made from the rules.

    Attributes
    ----------
    mempool : Mempool
        Transactions that wait.
    keys : tuple of Key
        Keys of those who act here: where a committee seals, they vote.
    beneficiary : Address
        Who gets the rewards of blocks mined here.
    """

    def __init__(self, config: Config, genesis: Block | None = None) -> None:
        super().__init__(config, genesis)
        self.mempool = Mempool()
        self.keys: tuple[Key, ...] = ()
        self.beneficiary = Address(bytes(20))

    @property
    def base_fee(self) -> Wei:
        """Wei that the next block burns for each unit of gas."""
        return compute_base_fee(self.head.commitment)

    def send(self, transaction: Transaction) -> Transaction:
        """Let a signed transaction wait for a block, and return it.

        Raises
        ------
        InvalidTransaction, InvalidSignature
            No next block could include it.
        """
        self.mempool.add(transaction, self._state, self.environment())
        return transaction

    @property
    def next_time(self) -> Timestamp:
        """When the next block is due: one spacing after the head."""
        return Timestamp(self.head.header.time + self.config.spacing)

    def mine(self, count: int = 1, time: int | None = None) -> Block:
        """Mine blocks on the head with what waits, and return the new head.

        Parameters
        ----------
        count : int
            How many.
        time : int or None
            The first one's time; the others follow one spacing apart. By default it
            is one spacing after the head's, so that the same calls make the same
            blocks.
        """
        for _ in range(count):
            block = seal_block(self.build(time=time), self.seal, self.keys)
            self.import_block(block)
            time = None
        return self.head

    def build(
        self,
        transactions: Iterable[Transaction] | None = None,
        *,
        parent: bytes | None = None,
        time: int | None = None,
        beneficiary: Address | None = None,
        extra: bytes = b"",
    ) -> Block:
        """Return a block that keeps every rule, but is not sealed and not imported.

        Parameters
        ----------
        transactions : iterable of Transaction or None
            What it includes; by default what waits and is valid, the best tips first.
        parent : bytes or None
            Hash of the block to build on, by default the head's.
        time : int or None
            The block's time, by default one spacing after its parent's.
        beneficiary : Address or None
            Who gets the reward, by default `beneficiary`.
        extra : bytes, at most 32
            Whatever the miner likes.

        Raises
        ------
        InvalidTransaction, InvalidSignature
            One of ``transactions`` breaks a rule.
        LookupError
            The parent is not known.
        """
        draft = self._draft(parent, time, beneficiary, extra)
        with self.visit(draft.header.parent_hash) as state:
            return fill_block(
                state,
                draft,
                self.mempool.select(draft.commitment.base_fee_per_gas)
                if transactions is None
                else transactions,
                headers=self._node(draft.header.parent_hash).headers,
                config=self.config,
                skip_invalid=transactions is None,
            )

    def environment(
        self, parent: bytes | None = None, time: int | None = None
    ) -> Environment:
        """Return what transactions see of the block that comes next.

        Parameters
        ----------
        parent : bytes or None
            Hash of the block before it, by default the head's.
        time : int or None
            Its time, by default one spacing after its parent's.

        Raises
        ------
        LookupError
            The parent is not known.
        """
        draft = self._draft(parent, time)
        headers = self._node(draft.header.parent_hash).headers
        return make_environment(draft, headers, self.config)

    def _draft(
        self,
        parent: bytes | None = None,
        time: int | None = None,
        beneficiary: Address | None = None,
        extra: bytes = b"",
    ) -> Block:
        node = self._active[-1] if parent is None else self._node(parent)
        if time is None:
            time = node.block.header.time + self.config.spacing
        return draft_block(
            node.block,
            node.headers,
            self.config,
            self.seal,
            Timestamp(time),
            self.beneficiary if beneficiary is None else beneficiary,
            extra,
        )

    def import_block(self, block: Block | bytes, now: int | None = None) -> Outcome:
        """Take a block from anywhere, as `History.import_block` does.

        Transactions of blocks that left the chain wait again.
        """
        outcome = super().import_block(block, now)
        environment = self.environment()
        for gone in outcome.removed:
            for transaction in gone.transactions:
                # What the new branch included or made impossible is not kept.
                with suppress(ProtocolError):
                    self.mempool.add(transaction, self._state, environment)
        if outcome.added:
            self.mempool.forget_impossible(self._state)
        return outcome
