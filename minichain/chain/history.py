"""A history is every valid block that is known, and the state at the head of one.

It takes blocks from anywhere, believes none, and follows the branch that most work
went into: the first one seen, among equals. What it refuses leaves no trace.

References
----------
.. [1] Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008, section 5.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from minichain.chain.block_rules import Arrival
from minichain.chain.config import Config
from minichain.chain.genesis import check_genesis, make_genesis, make_genesis_state
from minichain.chain.seal import make_seal
from minichain.chain.tree import Fate, Node, Outcome, find_fork, list_branch, move_state
from minichain.chain.validation import BrokenRule, Check, Examination, raise_first
from minichain.errors import ProtocolError
from minichain.ledger.block import Block
from minichain.ledger.receipt import Receipt
from minichain.ledger.state import State
from minichain.units import Address, Hash32, Timestamp, Wei


class History:
    """The tree of valid blocks, the branch that counts, and its state.

    Parameters
    ----------
    config : Config
        The rules.
    genesis : Block or None
        The first block, if it is there already; else it is made from the rules.

    Attributes
    ----------
    config : Config
        The rules.
    seal : Seal
        How blocks are sealed.

    Raises
    ------
    InvalidConfig
        No chain can follow the rules.
    InvalidGenesis, InvalidHeader
        The genesis is another one, or is not sealed.
    """

    def __init__(self, config: Config, genesis: Block | None = None) -> None:
        if genesis is None:
            genesis = make_genesis(config)
        else:
            check_genesis(genesis, config)
        self.config = config
        self.seal = make_seal(config)
        root = Node(genesis, None, self.seal.compute_weight(genesis.header))
        # In the order of arrival: parents come before their children.
        self._nodes = {genesis.hash: root}
        self._active = [root]
        self._state = make_genesis_state(config)

    # Reading

    @property
    def head(self) -> Block:
        """The last block of the chain."""
        return self._active[-1].block

    @property
    def genesis(self) -> Block:
        """The first block."""
        return self._active[0].block

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the chain, from the genesis to the head."""
        return tuple(node.block for node in self._active)

    @property
    def known_blocks(self) -> tuple[Block, ...]:
        """All valid blocks, of every branch, in the order of arrival."""
        return tuple(node.block for node in self._nodes.values())

    @property
    def tips(self) -> tuple[Block, ...]:
        """The last block of each branch, in the order of arrival."""
        parents = {block.header.parent_hash for block in self.known_blocks}
        return tuple(b for b in self.known_blocks if b.hash not in parents)

    @property
    def total_work(self) -> int:
        """What the seals of the chain weigh together, in hashes for proof of work."""
        return self._active[-1].total_work

    @property
    def state(self) -> State:
        """A copy of the state at the head."""
        return self._state.copy()

    def balance(self, address: Address) -> Wei:
        """Return what an account owns at the head, in wei."""
        return self._state.account(address).balance

    def nonce(self, address: Address) -> int:
        """Return how many transactions an account has sent, up to the head."""
        return self._state.account(address).nonce

    def block_at(self, number: int) -> Block:
        """Return the block of the chain that has a number.

        Raises
        ------
        LookupError
            The chain has no such block.
        """
        if not 0 <= number < len(self._active):
            raise LookupError(f"block {number} of a chain up to {self.head.number}")
        return self._active[number].block

    def block(self, block_hash: bytes) -> Block:
        """Return the known block that has a hash, or raise LookupError."""
        return self._node(block_hash).block

    def receipts(self, block_hash: bytes) -> tuple[Receipt, ...]:
        """Return what a known block's transactions came to."""
        return self._node(block_hash).receipts

    def work_of(self, block_hash: bytes) -> int:
        """Return what the seals up to a known block weigh together."""
        return self._node(block_hash).total_work

    def is_active(self, block_hash: bytes) -> bool:
        """Return whether a known block is on the chain, and on no side branch."""
        node = self._node(block_hash)
        return node in self._active[node.block.number : node.block.number + 1]

    def state_at(self, block_hash: bytes) -> State:
        """Return a copy of the state that a known block left."""
        with self.visit(block_hash) as state:
            return state.copy()

    @contextmanager
    def visit(self, block_hash: bytes | None = None) -> Iterator[State]:
        """Lend the state that a known block left, by default the head.

        What is written to it is undone in the end.
        """
        node = self._active[-1] if block_hash is None else self._node(block_hash)
        mark = self._state.mark()
        try:
            move_state(self._state, self._active[-1], node)
            yield self._state
        finally:
            self._state.rollback(mark)

    def __contains__(self, block_hash: object) -> bool:
        return block_hash in self._nodes

    def __len__(self) -> int:
        return len(self._active)

    def _node(self, block_hash: bytes) -> Node:
        node = self._nodes.get(Hash32(block_hash))
        if node is None:
            raise LookupError(f"block {block_hash[::-1].hex()} is not known")
        return node

    # Validating

    def check(self, block: Block | bytes, now: int | None = None) -> tuple[Check, ...]:
        """Return what every rule says of a block, in order; the chain is unchanged.

        Parameters
        ----------
        block : Block or bytes
            The block, or its encoding.
        now : int or None
            The clock, in seconds; without it no block is from the future.
        """
        mark = self._state.mark()
        try:
            return tuple(self._examine(_read(block), now).checks())
        except BrokenRule as broken:
            return (broken.check,)
        finally:
            self._state.rollback(mark)

    def validate(
        self, block: Block | bytes, now: int | None = None
    ) -> ProtocolError | None:
        """Return the error of the first rule a block breaks, or None."""
        errors = (check.error for check in self.check(block, now))
        return next((error for error in errors if error is not None), None)

    # Importing

    def import_block(self, block: Block | bytes, now: int | None = None) -> Outcome:
        """Take a block from anywhere, if it keeps every rule.

        Parameters
        ----------
        block : Block or bytes
            The block, or its encoding.
        now : int or None
            The clock, in seconds; without it no block is from the future.

        Returns
        -------
        Outcome
            What became of it, and of the head.

        Raises
        ------
        InvalidBlock
            The first rule that it breaks. The chain is as it was.
        """
        block = _read(block)
        old = self._active[-1]
        if block.hash in self and self.block(block.hash) == block:
            return Outcome(Fate.KNOWN, old.block, old.block)
        with self._state.checkpoint():
            node = self._accept(block, now)
        if node.total_work > old.total_work:
            self._state.commit()
        else:
            self._state.rollback(0)
        self._nodes[block.hash] = node
        if node.total_work <= old.total_work:
            return Outcome(Fate.SIDE, old.block, old.block)
        fork = find_fork(old, node)
        removed, added = list_branch(fork, old), list_branch(fork, node)
        self._active[fork.block.number + 1 :] = added
        return Outcome(
            Fate.REORGANISED if removed else Fate.EXTENDED,
            old.block,
            block,
            tuple(gone.block for gone in removed),
            tuple(come.block for come in added),
        )

    def forget_after(self, head: bytes, count: int) -> None:
        """Return to an earlier head, and forget all blocks but the first ``count``.

        Raises
        ------
        LookupError
            The head is not among these blocks.
        """
        kept = dict(islice(self._nodes.items(), count))
        if head not in kept:
            raise LookupError(f"block {head[::-1].hex()} is not known")
        move_state(self._state, self._active[-1], kept[Hash32(head)])
        self._state.commit()
        self._active = list(kept[Hash32(head)].ancestors())[::-1]
        self._nodes = kept

    def _accept(self, block: Block, now: int | None) -> Node:
        """Return the node of a block that keeps every rule; the state is after it."""
        examination = self._examine(block, now)
        mark = self._state.mark()
        raise_first(examination.checks())
        parent = self._nodes[block.header.parent_hash]
        return Node(
            block,
            parent,
            parent.total_work + self.seal.compute_weight(block.header),
            self._state.changes_since(mark),
            tuple(examination.receipts),
        )

    def _examine(self, block: Block, now: int | None) -> Examination:
        """Walk the state to the parent, and return the block under its rules."""
        parent = self._nodes.get(block.header.parent_hash)
        if parent is not None:
            move_state(self._state, self._active[-1], parent)
        arrival = Arrival(
            block=block,
            ancestor=None if parent is None else parent.block,
            headers=(parent or self._active[0]).headers,
            config=self.config,
            seal=self.seal,
            now=None if now is None else Timestamp(now),
        )
        return Examination(arrival, self._state)


def _read(block: Block | bytes) -> Block:
    try:
        if not isinstance(block, Block):
            return Block.decode(block)
        # A header that does not fit its 80 bytes has no hash to be known by.
        block.header.encode()
        return block
    except ProtocolError as error:
        check = Check("encoding", "block", False, str(error), error)
        raise BrokenRule(check) from error
