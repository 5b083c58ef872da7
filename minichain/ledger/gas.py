"""Gas is the unit in which a transaction's work is counted and paid.

References
----------
.. [1] Ethereum Yellow Paper, appendix G; EIP-2028, EIP-2930, EIP-3860.
"""

from collections.abc import Sequence

from minichain.units import Address, Gas, Hash32

BASE_GAS = Gas(21_000)
"""What any transaction costs before it does anything."""

CREATE_GAS = Gas(32_000)
"""Added when a transaction creates a contract."""

ZERO_BYTE_GAS = Gas(4)
"""For each zero byte of data."""

NONZERO_BYTE_GAS = Gas(16)
"""For each other byte of data."""

ACCESS_ADDRESS_GAS = Gas(2_400)
"""For each address of an access list."""

ACCESS_SLOT_GAS = Gas(1_900)
"""For each storage slot of an access list."""

INITCODE_WORD_GAS = Gas(2)
"""For each 32 bytes of a new contract's initialising code."""

MAX_INITCODE_SIZE = 49_152
"""Most bytes of initialising code: twice the largest contract."""

AccessList = tuple[tuple[Address, tuple[Hash32, ...]], ...]
"""Addresses, and slots of their storage, that a transaction announces to touch."""


def compute_intrinsic_gas(
    data: bytes,
    *,
    creates: bool,
    access_list: Sequence[tuple[Address, Sequence[Hash32]]],
) -> Gas:
    """Return what a transaction pays before anything runs, by the rules of Cancun."""
    zeros = data.count(0)
    gas = BASE_GAS + ZERO_BYTE_GAS * zeros + NONZERO_BYTE_GAS * (len(data) - zeros)
    if creates:
        gas += CREATE_GAS + INITCODE_WORD_GAS * -(-len(data) // 32)
    for _, slots in access_list:
        gas += ACCESS_ADDRESS_GAS + ACCESS_SLOT_GAS * len(slots)
    return Gas(gas)
