"""A hashed trie is a Merkle-Patricia trie whose paths are the hashes of its keys.

No one can choose keys that make it deep.

References
----------
.. [1] Ethereum Yellow Paper, appendix D and section 4.1.
"""

from collections import defaultdict

import rlp
from trie import HexaryTrie

from minichain.crypto.hashing import keccak256
from minichain.units import Hash32

EMBEDDED = 32
"""Bytes below which a node is put into its parent, in the place of its hash."""


class HashedTrie:
    """The nodes under one state root, and no others."""

    def __init__(self) -> None:
        self._references: dict[bytes, int] = defaultdict(int)
        self._trie = HexaryTrie({}, prune=True, ref_count=self._references)

    @property
    def root(self) -> Hash32:
        """The 32 bytes that commit to every key and value."""
        return Hash32(self._trie.root_hash)

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value of a key; no bytes remove it."""
        self._trie[keccak256(key)] = value

    def prove(self, key: bytes) -> tuple[bytes, ...]:
        """Return the encoded nodes from the root to a key, or to where it is missing.

        A node of less than 32 bytes lies within the one before, and is not told again.
        """
        nodes = [rlp.encode(node) for node in self._trie.get_proof(keccak256(key))]
        return tuple(n for at, n in enumerate(nodes) if at == 0 or len(n) >= EMBEDDED)

    def copy(self) -> "HashedTrie":
        """Return a trie with the same nodes, and its own life."""
        twin = HashedTrie()
        twin._references.update(self._references)
        twin._trie.root_hash = self._trie.root_hash
        twin._trie.db.update(self._trie.db)
        return twin
