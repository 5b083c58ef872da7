"""A moment is what a call finds: a state, and the block that the call is in.

Called at a block, a contract sees the state that the block left, and that block's
number and time. Called at what is pending, it sees the block that comes next, after
all that waits for it; which takes as long as that block takes to execute.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from minichain.chain.builder import execute
from minichain.chain.execution import make_environment
from minichain.evm.message import Environment
from minichain.ledger.block import Block
from minichain.ledger.header import Header
from minichain.ledger.state import State
from minichain.node.node import Node

PENDING = "pending"
"""The name of the next block with all that waits for it."""

NEXT = object()
"""Stands for the next block before anything is in it; no request can name it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A state, lent for a while, and a block.

    Attributes
    ----------
    state : State
        What is written to it is undone in the end.
    environment : Environment
        The block.
    """

    state: State
    environment: Environment


@contextmanager
def visit(node: Node, name: Any) -> Iterator[Moment]:
    """Lend the moment that a request names, as `Node.find_block` reads the name.

    Raises
    ------
    InvalidParameters
        It is no name of a block.
    NotFound
        There is no such block.
    """
    if name is NEXT or name == PENDING:
        following = node.chain.environment(time=node.next_time)
        with node.chain.visit() as state:
            if name is not NEXT:
                waiting = node.chain.mempool.select(following.base_fee_per_gas)
                execute(state, waiting, following, skip_invalid=True)
            yield Moment(state, following)
        return
    block = node.find_block(name)
    with node.chain.visit(block.hash) as state:
        yield Moment(state, see_block(node, block))


def see_block(node: Node, block: Block) -> Environment:
    """Return what the transactions of a known block see of it."""

    def headers(count: int) -> tuple[Header, ...]:
        found = [node.chain.block(block.header.parent_hash).header]
        while len(found) < count and found[-1].parent_hash in node.chain:
            found.append(node.chain.block(found[-1].parent_hash).header)
        return tuple(found)

    return make_environment(block, headers, node.chain.config)
