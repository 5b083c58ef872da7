"""The root of a Merkle-Patricia trie, straight from the Yellow Paper's appendix D.

Slow and simple: the whole trie is built from a mapping in one recursion, with
pycryptodome's Keccak. It shares no code with the `trie` library.
"""

from collections.abc import Mapping

import rlp
from Crypto.Hash import keccak


def keccak256(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def compute_root(entries: Mapping[bytes, bytes]) -> bytes:
    """Return the root of the trie of the entries whose value is not empty."""
    leaves = {key.hex(): value for key, value in entries.items() if value}
    return keccak256(rlp.encode(_node(leaves) if leaves else b""))


def _node(leaves: dict[str, bytes]) -> list:
    if len(leaves) == 1:
        [(path, value)] = leaves.items()
        return [_prefixed(path, flag=2), value]
    paths = list(leaves)
    shared = 0
    while all(len(p) > shared and p[shared] == paths[0][shared] for p in paths):
        shared += 1
    if shared:
        rest = {path[shared:]: value for path, value in leaves.items()}
        return [_prefixed(paths[0][:shared], flag=0), _reference(rest)]
    branch = [
        _reference({p[1:]: v for p, v in leaves.items() if p and p[0] == nibble})
        for nibble in "0123456789abcdef"
    ]
    return [*branch, leaves.get("", b"")]


def _reference(leaves: dict[str, bytes]) -> bytes | list:
    if not leaves:
        return b""
    node = _node(leaves)
    encoded = rlp.encode(node)
    return node if len(encoded) < 32 else keccak256(encoded)


def _prefixed(path: str, flag: int) -> bytes:
    odd = len(path) % 2
    return bytes.fromhex(f"{flag + odd:x}" + ("" if odd else "0") + path)
