"""A chain small enough to read in an afternoon and strict enough to trust.

The names below load on first use, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from minichain.extensions import register_extension

if TYPE_CHECKING:
    from minichain.chain import Chain
    from minichain.crypto.hashing import keccak256, sha256, sha256d
    from minichain.crypto.keys import Key
    from minichain.crypto.merkle import MerkleTree
    from minichain.ledger.block import Block
    from minichain.ledger.transaction import Transaction

__all__ = [
    "Block",
    "Chain",
    "Key",
    "MerkleTree",
    "Transaction",
    "keccak256",
    "sha256",
    "sha256d",
]

_HOMES = {
    "Block": "minichain.ledger.block",
    "Chain": "minichain.chain",
    "Key": "minichain.crypto.keys",
    "MerkleTree": "minichain.crypto.merkle",
    "Transaction": "minichain.ledger.transaction",
    "keccak256": "minichain.crypto.hashing",
    "sha256": "minichain.crypto.hashing",
    "sha256d": "minichain.crypto.hashing",
}

# Contracts stand above the chain, which only knows that somebody deploys them.
register_extension("deploy", "minichain.contracts.deployment")
register_extension("contract", "minichain.contracts.deployment")


def __getattr__(name: str) -> object:
    """Load the module a public name lives in, once, when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
