"""Units and identifiers: the vocabulary every other module speaks.

Each name is a ``NewType``: the type checker keeps wei from being added to gas, and
at run time the value is the plain ``int`` or ``bytes`` it always was.
"""

from typing import NewType

Wei = NewType("Wei", int)
"""Ether in its smallest unit, 10**-18 of an ether."""

Gas = NewType("Gas", int)
"""Metered work: what a transaction buys with wei."""

Satoshi = NewType("Satoshi", int)
"""Bitcoin in its smallest unit, 10**-8 of a bitcoin."""

BlockNumber = NewType("BlockNumber", int)
"""Distance of a block from its genesis, which is number 0."""

Timestamp = NewType("Timestamp", int)
"""Seconds since 1970-01-01 00:00 UTC."""

Hash32 = NewType("Hash32", bytes)
"""A 32-byte digest, in the order the hash function gave it."""

Address = NewType("Address", bytes)
"""A 20-byte Ethereum account identifier."""

GWEI = Wei(10**9)
"""Wei in one gwei, the unit gas prices are quoted in."""

ETHER = Wei(10**18)
"""Wei in one ether."""

COIN = Satoshi(10**8)
"""Satoshi in one bitcoin."""
