"""A receipt is what executing a transaction came to: success, gas, and what was logged.

Receipts are not sent with a block. Whoever executes it can make them, and the block
commits to their root, so that a light client can be shown one.

References
----------
.. [1] Ethereum Yellow Paper, section 4.3.1; EIP-658, status; EIP-2718, types.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import rlp

from minichain.ledger.list_trie import compute_list_root
from minichain.ledger.log import Log, compute_bloom
from minichain.units import Address, Gas, Hash32


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of one transaction.

    Attributes
    ----------
    kind : int
        The transaction's type.
    succeeded : bool
        Whether its effects stayed; its fee is paid either way.
    gas_used : Gas
        Gas this transaction used.
    cumulative_gas_used : Gas
        Gas used by the block up to and with this transaction.
    logs : tuple of Log
        What contracts announced, in order; none if the transaction failed.
    created : Address or None
        The new contract. This and what follows is not encoded: whoever executes the
        transaction knows it.
    error : str
        Why it failed, such as ``"revert"`` or ``"out-of-gas"``; empty if it did not.
    output : bytes
        What a call returned, or a revert's reason; nothing for a creation.
    """

    kind: int
    succeeded: bool
    gas_used: Gas
    cumulative_gas_used: Gas
    logs: tuple[Log, ...] = ()
    created: Address | None = None
    error: str = ""
    output: bytes = b""

    @property
    def bloom(self) -> bytes:
        """The filter over the logs, 256 bytes."""
        return compute_bloom(self.logs)

    def encode(self) -> bytes:
        """Return the bytes that the receipts' root commits to."""
        logs = [[log.address, list(log.topics), log.data] for log in self.logs]
        fields = [int(self.succeeded), self.cumulative_gas_used, self.bloom, logs]
        body: bytes = rlp.encode(fields)
        return body if self.kind == 0 else bytes([self.kind]) + body


def compute_receipts_root(receipts: Sequence[Receipt]) -> Hash32:
    """Return the root of the Merkle-Patricia trie of place to receipt, 32 bytes."""
    return compute_list_root([receipt.encode() for receipt in receipts])
