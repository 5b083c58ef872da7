"""A view is what one node has seen of a chain of votes, and which head follows from it.

The head is found from the latest justified checkpoint on, by the greedy heaviest
subtree, where a block weighs what the latest votes for it weigh (LMD-GHOST). A block
in time counts for two fifths of a slot's votes as long as its slot lasts, so that
votes held back cannot outweigh it.

References
----------
.. [1] Buterin et al., "Combining GHOST and Casper", 2020, section 4.
.. [2] Ethereum consensus specifications, phase 0, fork choice: `get_head`,
   `filter_block_tree`, `on_tick`, `on_block`, `on_attestation`.
"""

from collections.abc import Mapping
from contextlib import suppress
from copy import copy

from minichain.consensus.attestation import (
    Checkpoint,
    Evidence,
    UnknownTarget,
    Vote,
    contradicted,
)
from minichain.consensus.beacon_state import BeaconState, Block
from minichain.consensus.finality import Justification
from minichain.consensus.fork_choice import subtree_weights
from minichain.consensus.stake import Gwei, Rules, UnknownValidator
from minichain.consensus.stake_transition import advance, apply_block, justify
from minichain.consensus.tree import BlockId, BlockTree, UnknownParent


def proposer_boost(total: int, rules: Rules) -> Gwei:
    """Return the gwei that a block in time counts for, in its own slot.

    Parameters
    ----------
    total : int
        All active stake in gwei.
    rules : Rules
        The numbers of the protocol.

    Examples
    --------
    >>> from minichain.consensus.stake import MAINNET
    >>> proposer_boost(32_000_000 * 10**9, MAINNET) // 10**9
    400000
    """
    return Gwei(total // rules.slots_per_epoch * rules.proposer_boost // 100)


def lmd_ghost(
    tree: BlockTree, weights: Mapping[BlockId, int], start: BlockId | None = None
) -> BlockId:
    """Return the head: from ``start`` on, always to the child that carries the most.

    Of equal children, the one that came first is taken; Ethereum takes the one with
    the larger hash.

    Parameters
    ----------
    tree : BlockTree
        What the node has seen.
    weights : mapping from BlockId to int
        Stake of the latest votes for each block itself. What stands behind a block
        that the tree does not hold counts for nothing until it does: Ethereum puts
        such a vote off.
    start : BlockId, optional
        The justified block; the first of all without it.

    Raises
    ------
    UnknownBlock
        The tree does not hold ``start``.
    """
    carried = subtree_weights(tree, weights)
    block = tree.genesis if start is None else start
    while above := tree.children(block):
        block = max(above, key=carried.__getitem__)
    return block


class View:
    """The blocks and votes that one node, or a group that hears all, has seen.

    Parameters
    ----------
    genesis : BeaconState
        The state at the first block.

    Attributes
    ----------
    rules : Rules
        The numbers of the protocol.
    tree : BlockTree
        The blocks; each one's ``time`` is its slot.
    blocks : dict from BlockId to Block
        What they say.
    states : dict from BlockId to BeaconState
        What each chain has come to.
    latest : dict from int to Vote
        The latest vote of each validator.
    votes : dict from int to list of Vote
        All votes of each validator, to catch whoever contradicts itself.
    evidence : dict from int to Evidence
        Proofs found so far, by validator. Its votes count no more here.
    slot : int
        The slot it is.
    justified, finalized : Checkpoint
        The latest of all chains seen.
    boosted : BlockId or None
        The block that came in time in this slot.
    """

    def __init__(self, genesis: BeaconState) -> None:
        first = genesis.root_at(0)
        self.rules = genesis.rules
        self.tree = BlockTree(first)
        self.blocks = {first: Block(first, None, 0, -1)}
        self.states = {first: genesis}
        self.latest: dict[int, Vote] = {}
        self.votes: dict[int, list[Vote]] = {}
        self.evidence: dict[int, Evidence] = {}
        self.slot = 0
        self.justified = self.finalized = Checkpoint(0, first)
        self.boosted: BlockId | None = None
        self._anchored: tuple[Checkpoint, BeaconState] | None = None
        self._pulled_up: dict[BlockId, Justification] = {first: genesis.justification}

    def on_slot(self, slot: int) -> None:
        """Let time pass: the boost ends, and a new epoch takes what votes prove."""
        new_epoch = self.rules.epoch_of(slot) > self.rules.epoch_of(self.slot)
        self.slot, self.boosted = slot, None
        if new_epoch:
            for known in self._pulled_up.values():
                self._take(known)

    def on_block(self, block: Block) -> BeaconState:
        """Check a block, add it, and return its state.

        Raises
        ------
        UnknownParent
            Its parent is not in this view.
        DuplicateBlock
            It is there already.
        InvalidBlock, InvalidVote
            As `apply_block` raises them.
        """
        if block.parent not in self.states:
            raise UnknownParent(block.id, block.parent)
        state = apply_block(self.states[block.parent], block)
        self.tree.add(block.id, block.parent, 0, block.proposer, block.slot)
        self.blocks[block.id], self.states[block.id] = block, state
        if block.slot == self.slot and self.boosted is None:
            self.boosted = block.id
        self._pulled_up[block.id] = justify(state)
        self._take(state.justification)
        if self.rules.epoch_of(block.slot) < self.rules.epoch_of(self.slot):
            self._take(self._pulled_up[block.id])
        for vote in block.votes:
            # The chain counts a vote for whatever head; a head not seen has no weight.
            with suppress(UnknownTarget):
                self.on_vote(vote)
        for evidence in block.evidence:
            self.evidence.setdefault(evidence.validator, evidence)
        return state

    def on_vote(self, vote: Vote) -> Evidence | None:
        """Count a vote; return a proof if it contradicts one seen before.

        Raises
        ------
        UnknownValidator
            There is no such validator.
        UnknownTarget
            Its head or target is not in this view, or the head is not on top of the
            target.
        """
        count = len(self.states[self.tree.genesis].validators)
        if not 0 <= vote.validator < count:
            raise UnknownValidator(vote.validator, count)
        for block in (vote.head, vote.target.block):
            if block not in self.tree:
                raise UnknownTarget(f"vote for block {block!r}, which is not known")
        if self.checkpoint(vote.head, vote.target.epoch) != vote.target:
            raise UnknownTarget(
                f"vote for head {vote.head!r}, which is not on top of {vote.target}"
            )
        earlier = self.votes.setdefault(vote.validator, [])
        if vote in earlier:
            return None
        against = contradicted(vote, earlier)
        earlier.append(vote)
        last = self.latest.get(vote.validator)
        if last is None or vote.target.epoch > last.target.epoch:
            self.latest[vote.validator] = vote
        if against is None or vote.validator in self.evidence:
            return None
        self.evidence[vote.validator] = found = Evidence(against, vote)
        return found

    def checkpoint(self, block: BlockId, epoch: int) -> Checkpoint:
        """Return the checkpoint of an epoch on the chain that ends in a block.

        Raises
        ------
        UnknownBlock
            The block is not in this view.
        """
        first = self.rules.first_slot(epoch)
        node = self.tree[block]
        while node.time > first and node.parent is not None:
            node = self.tree[node.parent]
        return Checkpoint(epoch, node.id)

    def state_at(self, block: BlockId, slot: int) -> BeaconState:
        """Return the state of a chain at a slot, with no blocks after ``block``."""
        return advance(self.states[block], slot)

    def weights(self) -> dict[BlockId, int]:
        """Return the stake of the latest votes for each block itself, and the boost."""
        state = self._anchor()
        weights: dict[BlockId, int] = {}
        for index in state.active:
            vote = self.latest.get(index)
            validator = state.validators[index]
            if vote is None or validator.slashed or index in self.evidence:
                continue
            known = weights.get(vote.head, 0)
            weights[vote.head] = known + validator.effective_balance
        if self.boosted is not None:
            boost = proposer_boost(state.total, self.rules)
            weights[self.boosted] = weights.get(self.boosted, 0) + boost
        return weights

    def head(self) -> BlockId:
        """Return the block that counts as the end of the chain."""
        carried = subtree_weights(self.tree, self.weights())
        viable = self._viable()
        block = self.justified.block
        while above := [b for b in self.tree.children(block) if b in viable]:
            block = max(above, key=carried.__getitem__)
        return block

    def copy(self) -> "View":
        """Return a view that goes on by itself; states never change, and are shared."""
        other = copy(self)
        other.tree = self.tree.copy()
        other.blocks, other.states = dict(self.blocks), dict(self.states)
        other.latest, other.evidence = dict(self.latest), dict(self.evidence)
        other.votes = {index: votes[:] for index, votes in self.votes.items()}
        other._pulled_up = dict(self._pulled_up)
        return other

    def _anchor(self) -> BeaconState:
        """Return the state at the justified checkpoint: its stakes weigh the votes."""
        if self._anchored is None or self._anchored[0] != self.justified:
            slot = self.rules.first_slot(self.justified.epoch)
            block = self.justified.block
            slot = max(slot, self.blocks[block].slot)
            self._anchored = self.justified, self.state_at(block, slot)
        return self._anchored[1]

    def _viable(self) -> set[BlockId]:
        """Return blocks with a leaf above them that agrees on what is justified."""
        epoch = self.rules.epoch_of(self.slot)
        viable: set[BlockId] = set()
        for leaf in self.tree.leaves:
            old = self.rules.epoch_of(self.blocks[leaf].slot) < epoch
            known = self._pulled_up[leaf] if old else self.states[leaf].justification
            source, final = known.current.epoch, self.finalized
            if (
                self.justified.epoch in (0, source) or source + 2 >= epoch
            ) and self.checkpoint(leaf, final.epoch).block == final.block:
                viable.update(self.tree.path(leaf))
        return viable

    def _take(self, known: Justification) -> None:
        if known.current.epoch > self.justified.epoch:
            self.justified = known.current
        if known.finalized.epoch > self.finalized.epoch:
            self.finalized = known.finalized
