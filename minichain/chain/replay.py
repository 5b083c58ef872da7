"""A replay executes a transaction of a block once more, to see how it went."""

from minichain.chain.execution import apply_transaction, make_environment
from minichain.chain.history import History
from minichain.evm.message import Steps
from minichain.ledger.header import Header
from minichain.ledger.receipt import Receipt
from minichain.units import Gas


def replay(
    chain: History, block_hash: bytes, index: int, on_step: Steps | None = None
) -> Receipt:
    """Return the receipt of one transaction of a known block, executed again.

    Parameters
    ----------
    chain : History
        It is left as it is.
    block_hash : bytes
        The block.
    index : int
        The transaction's place in it.
    on_step : callable, optional
        Sees the machine before each instruction of that transaction.

    Raises
    ------
    LookupError
        The block is not known, has no parent, or has no such transaction.
    """
    block = chain.block(block_hash)
    if not 0 <= index < len(block.transactions):
        count = len(block.transactions)
        raise LookupError(f"transaction {index} of a block of {count}")

    def headers(count: int) -> tuple[Header, ...]:
        found = [chain.block(block.header.parent_hash).header]
        while len(found) < count and found[-1].parent_hash in chain:
            found.append(chain.block(found[-1].parent_hash).header)
        return tuple(found)

    environment = make_environment(block, headers, chain.config)
    with chain.visit(block.header.parent_hash) as state:
        used = Gas(0)
        for earlier in block.transactions[:index]:
            done = apply_transaction(state, earlier, environment, used)
            used = done.cumulative_gas_used
        return apply_transaction(
            state, block.transactions[index], environment, used, on_step
        )
