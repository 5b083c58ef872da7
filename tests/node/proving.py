"""A checker of Merkle-Patricia proofs of its own: rlp and a hash, and no trie."""

import rlp
from eth_utils import keccak

hash_key = keccak
"""From a key to its path."""


def look_up(root: bytes, key: bytes, proof: list[bytes]) -> bytes | None:
    """Return what a trie with this root holds under a key; None if nothing is proven.

    Every node of the proof has to be used.
    """
    path = hash_key(key).hex()
    nodes = {keccak(node): node for node in proof}
    wanted, used = root, set()
    if not proof:
        return b"" if root == keccak(b"\x80") else None
    item = None
    while True:
        if item is None:
            if wanted not in nodes:
                return None
            used.add(wanted)
            item = rlp.decode(nodes[wanted])
        if len(item) == 17:
            child, path = item[int(path[0], 16)], path[1:]
        else:
            prefix = item[0].hex()
            shared = prefix[1:] if int(prefix[0], 16) & 1 else prefix[2:]
            if not path.startswith(shared):
                child = b""
            elif int(prefix[0], 16) & 2:
                return item[1] if len(used) == len(nodes) else None
            else:
                child, path = item[1], path[len(shared) :]
        if child == b"":
            return b"" if len(used) == len(nodes) else None
        wanted, item = (child, None) if isinstance(child, bytes) else (b"", child)
