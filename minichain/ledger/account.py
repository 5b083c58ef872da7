"""An account is what the chain remembers about one address.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 4.1; EIP-161, empty accounts.
"""

from dataclasses import dataclass

import rlp

from minichain.units import Hash32, Wei

EMPTY_ROOT = Hash32(
    bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")
)
"""Root of the trie that holds nothing: Keccak-256 of the RLP of no bytes."""

EMPTY_CODE_HASH = Hash32(
    bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
)
"""Code hash of an account without code: Keccak-256 of no bytes."""

NOTHING = Wei(0)
"""Balance of an account that owns nothing."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the chain remembers about one address.

    Attributes
    ----------
    nonce : int
        Transactions sent so far.
    balance : Wei
        Wei owned.
    storage_root : Hash32
        Root of the contract's own trie; a state reckons it when it is asked for.
    code_hash : Hash32
        Keccak-256 of the contract's code.
    """

    nonce: int = 0
    balance: Wei = NOTHING
    storage_root: Hash32 = EMPTY_ROOT
    code_hash: Hash32 = EMPTY_CODE_HASH

    @property
    def has_code(self) -> bool:
        """Whether the account is a contract."""
        return self.code_hash != EMPTY_CODE_HASH

    @property
    def is_empty(self) -> bool:
        """Whether the account is as good as absent."""
        return self.nonce == 0 and self.balance == 0 and not self.has_code

    def encode(self) -> bytes:
        """Return the bytes that the state root commits to."""
        fields = [self.nonce, self.balance, self.storage_root, self.code_hash]
        encoded: bytes = rlp.encode(fields)
        return encoded


EMPTY_ACCOUNT = Account()
"""The account of an address that was never used."""
