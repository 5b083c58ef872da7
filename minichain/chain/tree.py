"""A block tree holds every valid block; the chain is its path to one of the leaves.

Each block is kept with what it changed, so that a state can walk from any block to
any other without executing anything again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Optional

from minichain.ledger.block import Block
from minichain.ledger.header import Header
from minichain.ledger.receipt import Receipt
from minichain.ledger.state import Change, State


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A block in its place.

    Attributes
    ----------
    block : Block
        The block.
    parent : Node or None
        Where its parent stands; None for the genesis.
    total_work : int
        What the seals from the genesis up to it weigh together.
    changes : tuple of Change
        What it did to the state.
    receipts : tuple of Receipt
        What its transactions came to.
    amendment : tuple of Change
        What a developer changed after it, by no transaction.
    """

    block: Block
    parent: Optional["Node"] = field(repr=False)
    total_work: int
    changes: tuple[Change, ...] = field(default=(), repr=False)
    receipts: tuple[Receipt, ...] = field(default=(), repr=False)
    amendment: tuple[Change, ...] = field(default=(), repr=False)

    def ancestors(self) -> Iterator["Node"]:
        """Yield the node itself, its parent, and so on to the genesis."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def headers(self, count: int) -> tuple[Header, ...]:
        """Return ``count`` headers back from this block's own, fewer at the start."""
        return tuple(node.block.header for node in islice(self.ancestors(), count))


class Fate(StrEnum):
    """What becomes of a valid block."""

    EXTENDED = "extended"
    """It is the new head, on top of the old one."""

    SIDE = "side"
    """It is kept on a branch that is not the heaviest."""

    REORGANISED = "reorganised"
    """It is the new head of a branch that has become the heaviest."""

    KNOWN = "known"
    """It was there already."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What importing a block did.

    Attributes
    ----------
    fate : Fate
        What became of the block.
    old, new : Block
        The head before and after.
    removed, added : tuple of Block
        Blocks that left the chain and that joined it, the oldest first.
    """

    fate: Fate
    old: Block
    new: Block
    removed: tuple[Block, ...] = ()
    added: tuple[Block, ...] = ()


def find_fork(first: Node, second: Node) -> Node:
    """Return the last block that is on the way to both."""
    while first is not second:
        if first.block.number >= second.block.number:
            assert first.parent is not None, "all branches meet in the genesis"
            first = first.parent
        else:
            assert second.parent is not None, "all branches meet in the genesis"
            second = second.parent
    return first


def list_branch(fork: Node, tip: Node) -> list[Node]:
    """Return the blocks after ``fork`` up to ``tip``, the oldest first."""
    branch = []
    for node in tip.ancestors():
        if node is fork:
            break
        branch.append(node)
    return branch[::-1]


def move_state(state: State, start: Node, end: Node) -> None:
    """Change the state from what block ``start`` left to what ``end`` left.

    The writes are in the journal: a rollback takes them back.
    """
    fork = find_fork(start, end)
    for node in reversed(list_branch(fork, start)):
        state.undo(node.amendment)
        state.undo(node.changes)
    for node in list_branch(fork, end):
        state.redo(node.changes)
        state.redo(node.amendment)
