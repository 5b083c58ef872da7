"""A list trie is the Merkle-Patricia trie of place to item, built at once.

Its keys are the places' RLP, so none begins another, and nothing is ever changed:
each node is encoded and hashed once, from the leaves up.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, appendices B and D; section 4.3.2.
"""

from bisect import bisect_left
from collections.abc import Sequence

import rlp

from minichain.crypto.hashing import keccak256
from minichain.units import Hash32

EMPTY = b"\x80"
"""RLP of no bytes: a branch without a child, and the trie of nothing."""

EXTENSION, LEAF = 0, 2
"""What the first half byte of a path says of its node, one more where it is odd."""

NIBBLES = "0123456789abcdef"
"""The half bytes of a path, in order."""

SHORT = 56
"""Bytes from which on RLP writes the length of a length."""


def compute_list_root(items: Sequence[bytes]) -> Hash32:
    """Return the root of the trie of place to item.

    Parameters
    ----------
    items : sequence of bytes
        None of them empty.

    Examples
    --------
    >>> compute_list_root([]).hex()[:8]
    '56e81f17'
    """
    if not items:
        return keccak256(EMPTY)
    leaves = sorted((rlp.encode(i).hex(), item) for i, item in enumerate(items))
    paths = [path for path, _ in leaves]
    values = [value for _, value in leaves]
    return keccak256(_encode_node(paths, values, 0, len(paths), 0))


def _encode_node(
    paths: Sequence[str], values: Sequence[bytes], low: int, high: int, depth: int
) -> bytes:
    """Return the node over some leaves in order, which share ``depth`` half bytes."""
    first, last = paths[low], paths[high - 1]
    if high - low == 1:
        return _list(_pack(first[depth:], LEAF) + _string(values[low]))
    end = depth
    while first[end] == last[end]:
        end += 1
    if end > depth:
        child = _encode_node(paths, values, low, high, end)
        return _list(_pack(first[depth:end], EXTENSION) + _refer(child))
    children, shared = [], first[:depth]
    for nibble in NIBBLES:
        # A path goes on behind its nibble with digits, all of them below "g".
        bound = bisect_left(paths, f"{shared}{nibble}g", low, high)
        children.append(
            _refer(_encode_node(paths, values, low, bound, depth + 1))
            if bound > low
            else EMPTY
        )
        low = bound
    return _list(b"".join(children) + EMPTY)


def _refer(node: bytes) -> bytes:
    """Return a node as its parent has it: itself, or its hash if that is shorter."""
    return node if len(node) < 32 else _string(keccak256(node))


def _pack(path: str, kind: int) -> bytes:
    odd = len(path) % 2
    return _string(bytes.fromhex(f"{kind + odd}{'' if odd else '0'}{path}"))


def _string(data: bytes) -> bytes:
    if len(data) == 1 and data[0] < 0x80:
        return data
    return _length(0x80, len(data)) + data


def _list(payload: bytes) -> bytes:
    return _length(0xC0, len(payload)) + payload


def _length(base: int, size: int) -> bytes:
    if size < SHORT:
        return bytes([base + size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([base + SHORT - 1 + len(digits)]) + digits
