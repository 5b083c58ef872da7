"""Blocks that break one rule: the rest of them is put right again, work included."""

from dataclasses import replace

from minichain.chain import Chain
from minichain.chain.builder import seal_block
from minichain.ledger.block import Block


def forge(
    chain: Chain,
    block: Block,
    *,
    header: dict | None = None,
    commitment: dict | None = None,
    transactions: tuple | None = None,
    seal: bool = True,
) -> Block:
    """Return a block with some fields changed, its root computed and its work done."""
    block = replace(
        block,
        commitment=replace(block.commitment, **(commitment or {})),
        transactions=block.transactions if transactions is None else transactions,
    )
    fields = {"merkle_root": block.tree.root, **(header or {})}
    block = replace(block, header=replace(block.header, **fields))
    return seal_block(block, chain.seal) if seal else block


def snapshot(chain: Chain) -> tuple:
    """Return everything that a refused block must leave as it was."""
    state = chain.state
    return (
        tuple(block.encode() for block in chain.known_blocks),
        chain.blocks,
        chain.total_work,
        state.accounts,
        state.root,
        tuple(chain.mempool),
        chain._state.mark(),
    )
