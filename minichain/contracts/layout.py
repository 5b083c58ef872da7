"""The layout says in which slot of its storage a contract keeps what.

A mapping keeps nothing in its own slot: the slot of an entry is a hash of the mapping's
slot and the key, so that entries of all mappings lie far apart.

References
----------
.. [1] The Vyper authors, "Storage layout": Keccak-256 over the slot, then the key.
"""

from minichain.crypto.hashing import keccak256
from minichain.units import Address

WORD = 32
"""Bytes of a slot's number and of a key."""


def compute_slot(slot: int, *keys: int | bytes | Address) -> int:
    """Return the slot of an entry of a mapping, with one key for each level.

    Parameters
    ----------
    slot : int
        The mapping's own.
    *keys : int or bytes
        Numbers, addresses, or 32 bytes; for a text the hash of its bytes.

    Examples
    --------
    >>> compute_slot(7)
    7
    >>> compute_slot(0, 1) == compute_slot(0, bytes(31) + bytes([1]))
    True
    """
    for key in keys:
        data = key if isinstance(key, bytes) else (key % 2**256).to_bytes(WORD, "big")
        number = keccak256(slot.to_bytes(WORD, "big") + data.rjust(WORD, b"\0"))
        slot = int.from_bytes(number, "big")
    return slot
