"""A block tree is every block a node has seen: each names its parent, none is lost.

A chain is one path of it, from the first block to a leaf. Which path counts is the
matter of `minichain.consensus.fork_choice`.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from minichain.errors import InvalidBlock

BlockId = Hashable
"""What tells blocks apart: a hash, a number or a name."""


class UnknownParent(InvalidBlock):
    """A block whose parent is not in the tree.

    Attributes
    ----------
    parent : BlockId
        The parent it names.
    """

    rule = "parent"

    def __init__(self, block: BlockId, parent: BlockId) -> None:
        super().__init__(f"block {block!r} names the unknown parent {parent!r}")
        self.parent = parent


class DuplicateBlock(InvalidBlock):
    """A block that the tree holds already."""

    rule = "duplicate"


class InvalidWork(InvalidBlock):
    """A block that claims work below zero."""

    rule = "work"


class UnknownBlock(LookupError):
    """A block asked for that the tree does not hold."""


@dataclass(frozen=True, slots=True)
class TreeBlock:
    """A block as the tree sees it.

    Attributes
    ----------
    id : BlockId
        Its name.
    parent : BlockId or None
        The block it builds on; None for the first.
    height : int
        Distance from the first block.
    work : int
        Hashes it took on average.
    total_work : int
        Work of the path that ends here.
    miner : int or str or None
        Who made it.
    time : float
        When, in seconds.
    """

    id: BlockId
    parent: BlockId | None
    height: int
    work: int
    total_work: int
    miner: int | str | None = None
    time: float = 0.0


class BlockTree:
    """Blocks by name, in order of arrival, with the links from parent to child.

    Parameters
    ----------
    genesis : BlockId
        Name of the first block.
    work : int
        Its work.

    Examples
    --------
    >>> tree = BlockTree("genesis")
    >>> _ = tree.add("a", "genesis"), tree.add("b", "a"), tree.add("c", "genesis")
    >>> tree.path("b")
    ('genesis', 'a', 'b')
    >>> tree.leaves
    ('b', 'c')
    """

    def __init__(self, genesis: BlockId = "genesis", work: int = 0) -> None:
        if work < 0:
            raise InvalidWork(f"block {genesis!r} claims work {work}, required 0 or up")
        self.genesis = genesis
        first = TreeBlock(genesis, None, 0, work, work)
        self._blocks: dict[BlockId, TreeBlock] = {genesis: first}
        self._children: dict[BlockId, list[BlockId]] = {genesis: []}
        # A dict, for its order: blocks that arrived first come first.
        self._leaves: dict[BlockId, None] = {genesis: None}

    def add(
        self,
        block: BlockId,
        parent: BlockId,
        work: int = 1,
        miner: int | str | None = None,
        time: float = 0.0,
    ) -> TreeBlock:
        """Put a block on top of one that is there, and return it.

        Parameters
        ----------
        block, parent : BlockId
            Its name, and that of the block it builds on.
        work : int
            Hashes it took on average, at least 0.
        miner : int or str or None
            Who made it.
        time : float
            When, in seconds.

        Raises
        ------
        UnknownParent
            The tree does not hold the parent.
        DuplicateBlock
            The tree holds the block already.
        InvalidWork
            ``work`` is negative.
        """
        if block in self._blocks:
            raise DuplicateBlock(f"block {block!r} is in the tree already")
        if parent not in self._blocks:
            raise UnknownParent(block, parent)
        if work < 0:
            raise InvalidWork(f"block {block!r} claims work {work}, required 0 or up")
        below = self._blocks[parent]
        made = TreeBlock(
            block, parent, below.height + 1, work, below.total_work + work, miner, time
        )
        self._blocks[block] = made
        self._children[block] = []
        self._children[parent].append(block)
        self._leaves.pop(parent, None)
        self._leaves[block] = None
        return made

    def __getitem__(self, block: BlockId) -> TreeBlock:
        """Return the block of this name.

        Raises
        ------
        UnknownBlock
            The tree does not hold it.
        """
        try:
            return self._blocks[block]
        except KeyError:
            raise UnknownBlock(f"block {block!r} is not in the tree") from None

    def __contains__(self, block: BlockId) -> bool:
        """Return whether the tree holds the block."""
        return block in self._blocks

    def __iter__(self) -> Iterator[TreeBlock]:
        """Go through all blocks in order of arrival, parents before children."""
        return iter(self._blocks.values())

    def __len__(self) -> int:
        """Return the number of blocks, the first included."""
        return len(self._blocks)

    @property
    def leaves(self) -> tuple[BlockId, ...]:
        """Blocks without children, in order of arrival."""
        return tuple(self._leaves)

    def children(self, block: BlockId) -> tuple[BlockId, ...]:
        """Return the blocks right on top of one, in order of arrival.

        Raises
        ------
        UnknownBlock
            The tree does not hold the block.
        """
        return tuple(self._children[self[block].id])

    def path(self, block: BlockId) -> tuple[BlockId, ...]:
        """Return the chain from the first block to this one.

        Raises
        ------
        UnknownBlock
            The tree does not hold the block.
        """
        names = [block]
        while (parent := self[names[-1]].parent) is not None:
            names.append(parent)
        return tuple(reversed(names))

    def common_ancestor(self, left: BlockId, right: BlockId) -> BlockId:
        """Return the last block that two chains share.

        Raises
        ------
        UnknownBlock
            The tree does not hold one of the blocks.
        """
        a, b = self[left], self[right]
        while a.id != b.id:
            if a.height >= b.height and a.parent is not None:
                a = self[a.parent]
            elif b.parent is not None:
                b = self[b.parent]
        return a.id

    def is_ancestor(self, block: BlockId, of: BlockId) -> bool:
        """Return whether ``block`` lies on the chain that ends in ``of``.

        Raises
        ------
        UnknownBlock
            The tree does not hold one of the blocks.
        """
        return self.common_ancestor(block, of) == block
