"""A block tree is every block a node has seen: each names its parent, none is lost.

A chain is one path of it, from the first block to a leaf. Which path counts is the
matter of `minichain.consensus.fork_choice`.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from types import MappingProxyType

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
        self._highest = self._heaviest = first
        self._subtree_work: dict[BlockId, int] = {}
        self._uncounted = [first]

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
        self._uncounted.append(made)
        if made.height > self._highest.height:
            self._highest = made
        # Work of 0 makes a chain longer, not heavier: its last block still counts.
        if (made.total_work, made.parent == self._heaviest.id) > (
            self._heaviest.total_work, False,
        ):  # fmt: skip
            self._heaviest = made
        return made

    def copy(self) -> "BlockTree":
        """Return a tree that goes on by itself; blocks never change, and are shared."""
        other = copy(self)
        other._blocks, other._leaves = self._blocks.copy(), self._leaves.copy()
        other._children = {block: on[:] for block, on in self._children.items()}
        other._subtree_work = self._subtree_work.copy()
        other._uncounted = self._uncounted[:]
        return other

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

    @property
    def highest(self) -> BlockId:
        """The block farthest from the first; of equal ones, the one that came first."""
        return self._highest.id

    @property
    def heaviest(self) -> BlockId:
        """The end of the path with the most work; of equal ones, the first to come."""
        return self._heaviest.id

    @property
    def subtree_work(self) -> Mapping[BlockId, int]:
        """Work of each block together with all blocks above it, as of now."""
        work = self._subtree_work
        gained: dict[BlockId, int] = {}
        # Blocks that came since the last question, latest first: each is complete
        # before its parent takes it, and only a counted parent's ancestors are walked.
        while self._uncounted:
            new = self._uncounted.pop()
            work[new.id] = more = new.work + gained.pop(new.id, 0)
            if new.parent not in work and new.parent is not None:
                gained[new.parent] = gained.get(new.parent, 0) + more
                continue
            above = new.parent
            while above is not None:
                work[above] += more
                above = self._blocks[above].parent
        return MappingProxyType(work)

    def climb(self, weigh: Callable[[BlockId], int]) -> BlockId:
        """Return the leaf reached by stepping from block to its weightiest child.

        Of equal children, the one that came first is taken.
        """
        block = self.genesis
        while above := self._children[block]:
            block = above[0] if len(above) == 1 else max(above, key=weigh)
        return block

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
