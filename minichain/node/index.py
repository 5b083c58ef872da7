"""An index says where on the chain a transaction is, and follows the chain's head."""

from dataclasses import dataclass

from minichain.chain import Chain
from minichain.ledger.block import Block
from minichain.ledger.log import compute_bloom
from minichain.units import Hash32


@dataclass(frozen=True, slots=True)
class Change:
    """How the chain has changed.

    Attributes
    ----------
    removed, added : tuple of Block
        Blocks that left the chain and that joined it, the oldest first.
    """

    removed: tuple[Block, ...]
    added: tuple[Block, ...]


class Index:
    """Places of transactions, and each block's filter over its logs.

    Parameters
    ----------
    chain : Chain
        The chain that is followed.
    """

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._blocks: list[Block] = []
        self._blooms: list[bytes] = []
        self._places: dict[Hash32, tuple[Block, int]] = {}
        self.follow()

    def follow(self) -> Change:
        """Catch up with the chain, and return what has changed."""
        chain, removed = self._chain, []
        while self._blocks and not self._is_active(self._blocks[-1]):
            block = self._blocks.pop()
            self._blooms.pop()
            for transaction in block.transactions:
                del self._places[transaction.hash]
            removed.append(block)
        added = [chain.block_at(n) for n in range(len(self._blocks), len(chain))]
        for block in added:
            logs = (log for r in chain.receipts(block.hash) for log in r.logs)
            self._blocks.append(block)
            self._blooms.append(compute_bloom(logs))
            for place, transaction in enumerate(block.transactions):
                self._places[transaction.hash] = (block, place)
        return Change(tuple(removed[::-1]), tuple(added))

    def find(self, transaction_hash: bytes) -> tuple[Block, int] | None:
        """Return the block that has a transaction, and its place there."""
        return self._places.get(Hash32(transaction_hash))

    def bloom(self, number: int) -> bytes:
        """Return the filter over all logs of the chain's block ``number``."""
        return self._blooms[number]

    def _is_active(self, block: Block) -> bool:
        return block.hash in self._chain and self._chain.is_active(block.hash)
