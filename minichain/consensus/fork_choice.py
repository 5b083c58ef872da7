"""Fork choice is the rule by which a node picks one chain out of its block tree.

All rules keep what came first when two candidates are equal, as Bitcoin's nodes do.

References
----------
.. [1] Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008, section 5.
.. [2] Sompolinsky and Zohar, "Secure high-rate transaction processing in Bitcoin",
   2015, section 4: the greedy heaviest-observed subtree.
"""

from collections.abc import Callable, Mapping

from minichain.consensus.tree import BlockId, BlockTree

ForkChoice = Callable[[BlockTree], BlockId]
"""From a tree to the head: the last block of the chain that counts."""


def longest(tree: BlockTree) -> BlockId:
    """Return the highest block.

    Height costs nothing: whoever makes easy blocks makes the longest chain.
    """
    return tree.highest


def most_work(tree: BlockTree) -> BlockId:
    """Return the block whose chain took the most hashes: Bitcoin's rule."""
    return tree.heaviest


def ghost(tree: BlockTree, weights: Mapping[BlockId, int] | None = None) -> BlockId:
    """Return the head of the greedy heaviest observed subtree.

    From the first block on, step to the child that carries the most: blocks that lost
    a race still speak for their parent.

    Parameters
    ----------
    tree : BlockTree
        What the node has seen.
    weights : mapping from BlockId to int, optional
        Weight of each block itself, 0 where it is missing, such as votes for it. The
        work of each block without it.
    """
    if weights is None:
        return tree.climb(tree.subtree_work.__getitem__)
    return tree.climb(subtree_weights(tree, weights).__getitem__)


def subtree_weights(
    tree: BlockTree, weights: Mapping[BlockId, int] | None = None
) -> dict[BlockId, int]:
    """Return the weight of each block together with all blocks above it.

    Parameters are those of `ghost`.
    """
    carried = {
        block.id: block.work if weights is None else weights.get(block.id, 0)
        for block in tree
    }
    # From the latest arrival back: a block is complete before its parent takes it.
    for block in reversed(list(tree)):
        if block.parent is not None:
            carried[block.parent] += carried[block.id]
    return carried


RULES: dict[str, ForkChoice] = {
    "longest": longest,
    "most-work": most_work,
    "ghost": ghost,
}
"""The rules by name."""
