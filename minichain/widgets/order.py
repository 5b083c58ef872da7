"""An order is what a signer signs: any text, or a transfer as the chain takes it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from minichain.crypto.hashing import keccak256
from minichain.crypto.keys import Key
from minichain.ledger.transaction import Transaction
from minichain.units import Hash32

OrderKind = Literal["text", "transfer"]
"""What is signed."""

Person = Literal["Alice", "Bob", "Carol"]
"""Who may be paid."""

PEOPLE: tuple[Person, ...] = ("Alice", "Bob", "Carol")
"""Whose addresses everybody knows."""


@lru_cache(maxsize=128)
def derive_key(word: str) -> Key:
    """Return the key that a word is hashed to."""
    return Key.from_seed(word)


@dataclass(frozen=True)
class Order:
    """What is signed.

    Attributes
    ----------
    kind : str
        A text, or a transfer.
    text : str
        The text.
    to : str
        Who is paid.
    value : int
        Wei to pay.
    nonce : int
        How many transfers the signer made before.
    """

    kind: OrderKind = "text"
    text: str = "I owe Bob 5"
    to: Person = "Bob"
    value: int = 5
    nonce: int = 0

    @property
    def digest(self) -> Hash32:
        """The 32 bytes that are signed."""
        if self.kind == "text":
            return keccak256(self.text.encode())
        receiver = derive_key(self.to).address
        return Transaction.transfer(receiver, self.value, self.nonce).signing_hash

    @property
    def words(self) -> str:
        """The order in words."""
        if self.kind == "text":
            return self.text
        return f"pay {self.to} {self.value} wei, nonce {self.nonce}"
