"""An impersonation is a transaction of an account whose key nobody was asked for.

Developers' tools act for any account, contracts included, to see what would happen.
No other chain accepts such a transaction: in place of a signature it carries a mark,
and decoded from its bytes it comes from nobody who owns anything.
"""

from dataclasses import dataclass, fields
from functools import cached_property

from minichain.crypto.signature import Signature
from minichain.evm.message import NOBODY
from minichain.ledger.transaction import Transaction
from minichain.units import Address

MARK = 1 << 160
"""What is added to the account's number: no account has number zero then."""


@dataclass(frozen=True)
class Impersonation(Transaction):
    """A transaction that says by itself who sends it.

    Attributes
    ----------
    actor : Address
        Who sends it.
    """

    actor: Address = NOBODY

    @cached_property
    def sender(self) -> Address:
        """The account that it is made out to come from."""
        return self.actor


def impersonate(transaction: Transaction, actor: Address) -> Impersonation:
    """Return a transaction as if an account had signed it.

    The mark in place of the signature names the account, so that the same order of
    two accounts is two transactions.

    Raises
    ------
    InvalidField
        A field is outside its range.
    """
    transaction.check()
    values = {f.name: getattr(transaction, f.name) for f in fields(Transaction)}
    values["signature"] = Signature(MARK + int.from_bytes(actor, "big"), 1, 0)
    return Impersonation(**values, actor=actor)
