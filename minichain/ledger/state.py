"""The state is what the chain knows now: an account for every address that has one.

It is the ledger's only mutable object. Every write first notes the old value in a
journal, and the journal is the only way back, so whatever fails halfway leaves no
trace. One 32-byte root names the whole state: equal roots, equal accounts.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 4.1 and appendix D.
.. [2] EIP-161: an account without nonce, balance and code is no account.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import rlp

from minichain.crypto.hashing import keccak256
from minichain.ledger.account import (
    EMPTY_ACCOUNT,
    EMPTY_CODE_HASH,
    EMPTY_ROOT,
    NOTHING,
    Account,
)
from minichain.ledger.hashed_trie import HashedTrie
from minichain.units import Address, Hash32, Wei

__all__ = [
    "EMPTY_ACCOUNT",
    "EMPTY_CODE_HASH",
    "EMPTY_ROOT",
    "NOTHING",
    "Account",
    "Change",
    "State",
    "Table",
]

MOST_WRITTEN = 4096
"""Length of the list of latest writes."""


class Table(StrEnum):
    """The kinds of things a state maps to values."""

    ACCOUNTS = "accounts"
    """Accounts by address."""

    CODES = "codes"
    """Contracts' code by its hash."""

    STORAGE = "storage"
    """Words of storage, none of them zero, by address and number of the slot."""


# The names themselves: asking the class for them takes longer than a look-up.
_ACCOUNTS, _CODES, _STORAGE = Table


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a state before and after; None where there is no entry."""

    table: Table
    key: Any
    before: Any
    after: Any


@dataclass(slots=True, eq=False)
class State:
    """Accounts by address, with an undo journal.

    Examples
    --------
    >>> state = State()
    >>> alice = Address(bytes(20))
    >>> state.add_balance(alice, Wei(5))
    >>> mark = state.mark()
    >>> state.add_balance(alice, Wei(2))
    >>> state.rollback(mark)
    >>> state.account(alice).balance
    5
    """

    _tables: dict[Table, dict[Any, Any]] = field(
        default_factory=lambda: {table: {} for table in Table}
    )
    _journal: list[tuple[Table, Any, Any]] = field(default_factory=list)
    _trie: HashedTrie = field(default_factory=HashedTrie)
    _stale: set[Address] = field(default_factory=set)
    _storage_tries: dict[Address, HashedTrie] = field(default_factory=dict)
    _stale_slots: dict[Address, set[int]] = field(default_factory=dict)
    # The latest writes: who copied a part of the state knows what to read anew. When
    # it is long, a new list begins.
    written: list[tuple[Table, Any]] = field(default_factory=list)
    _noted: int = 0

    # Reading

    def account(self, address: Address) -> Account:
        """Return the account at ``address``, empty if it was never used."""
        account: Account = self._tables[_ACCOUNTS].get(address, EMPTY_ACCOUNT)
        return account

    @property
    def accounts(self) -> Mapping[Address, Account]:
        """A copy of all accounts that are not empty, by address."""
        return dict(self._tables[_ACCOUNTS])

    @property
    def supply(self) -> Wei:
        """Sum of all balances."""
        accounts = self._tables[_ACCOUNTS].values()
        return Wei(sum(account.balance for account in accounts))

    def code(self, address: Address) -> bytes:
        """Return the contract's code at ``address``, nothing if there is none."""
        code: bytes = self._tables[_CODES].get(self.account(address).code_hash, b"")
        return code

    def storage(self, address: Address, slot: int) -> int:
        """Return the word that ``address`` keeps in a slot, 0 if it never wrote."""
        word: int = self._tables[_STORAGE].get((address, slot), 0)
        return word

    def storage_root(self, address: Address) -> Hash32:
        """Return the root of the trie of Keccak(slot) to word of one account."""
        self._note_stale()
        trie = self._storage_tries.get(address)
        stale = self._stale_slots.pop(address, ())
        if trie is None:
            if not stale:
                return EMPTY_ROOT
            trie = self._storage_tries[address] = HashedTrie()
        for slot in stale:
            word = self.storage(address, slot)
            trie.put(slot.to_bytes(32, "big"), rlp.encode(word) if word else b"")
        return trie.root

    @property
    def root(self) -> Hash32:
        """Root of the Merkle-Patricia trie of Keccak(address) to account.

        Only accounts written since the last call are hashed anew.
        """
        self._note_stale()
        for address in self._stale:
            account = self.account(address)
            if address in self._storage_tries or address in self._stale_slots:
                account = replace(account, storage_root=self.storage_root(address))
            self._trie.put(address, b"" if account.is_empty else account.encode())
        self._stale.clear()
        return self._trie.root

    def slots(self, address: Address) -> tuple[int, ...]:
        """Return the numbers of all slots in which an account keeps a word."""
        return tuple(n for at, n in self._tables[_STORAGE] if at == address)

    def prove(self, address: Address, slot: int | None = None) -> tuple[bytes, ...]:
        """Return the trie's nodes on the way to an account, or to a slot of it."""
        assert self.root, "asking for the root brings the tries up to date"
        trie = self._trie if slot is None else self._storage_tries.get(address)
        key = address if slot is None else slot.to_bytes(32, "big")
        return () if trie is None else trie.prove(key)

    # Writing

    def set_account(self, address: Address, account: Account) -> None:
        """Replace the account at ``address``; an empty one is removed."""
        self._write(_ACCOUNTS, address, None if account.is_empty else account)

    def set_nonce(self, address: Address, nonce: int) -> None:
        """Set how many transactions ``address`` has sent."""
        self.set_account(address, replace(self.account(address), nonce=nonce))

    def set_balance(self, address: Address, balance: Wei) -> None:
        """Set what ``address`` owns, in wei."""
        assert balance >= 0, "a balance is checked before it is spent"
        self.set_account(address, replace(self.account(address), balance=balance))

    def add_balance(self, address: Address, amount: Wei) -> None:
        """Add wei to what ``address`` owns; a negative amount takes them away."""
        self.set_balance(address, Wei(self.account(address).balance + amount))

    def set_code(self, address: Address, code: bytes) -> None:
        """Make ``address`` a contract that runs ``code``."""
        digest = keccak256(code)
        self._write(_CODES, digest, code)
        self.set_account(address, replace(self.account(address), code_hash=digest))

    def set_storage(self, address: Address, slot: int, word: int) -> None:
        """Set the word of 256 bits that ``address`` keeps in a slot."""
        self._write(_STORAGE, (address, slot), word or None)

    def _write(self, table: Table, key: Any, value: Any) -> None:
        before = self._tables[table].get(key)
        if before != value:
            self._journal.append((table, key, before))
            self._put(table, key, value)

    def _put(self, table: Table, key: Any, value: Any) -> None:
        if len(self.written) == MOST_WRITTEN:
            self._note_stale()
            self.written, self._noted = [], 0
        self.written.append((table, key))
        if value is None:
            self._tables[table].pop(key, None)
        else:
            self._tables[table][key] = value

    def _note_stale(self) -> None:
        """Note what has to be hashed anew because of the latest writes."""
        for table, key in self.written[self._noted :]:
            if table is _ACCOUNTS:
                self._stale.add(key)
            elif table is _STORAGE:
                address, slot = key
                self._stale.add(address)
                self._stale_slots.setdefault(address, set()).add(slot)
        self._noted = len(self.written)

    # Undoing

    def mark(self) -> int:
        """Return the place in the journal to which `rollback` can return."""
        return len(self._journal)

    def rollback(self, mark: int) -> None:
        """Undo every write since ``mark``, the last one first."""
        while len(self._journal) > mark:
            self._put(*self._journal.pop())

    def commit(self) -> None:
        """Forget the journal: what was written stays."""
        self._journal.clear()

    @contextmanager
    def checkpoint(self) -> Iterator[None]:
        """Undo every write made inside the ``with`` block if it raises."""
        mark = self.mark()
        try:
            yield
        except BaseException:
            self.rollback(mark)
            raise

    # Moving between two states

    def changes_since(self, mark: int) -> tuple[Change, ...]:
        """Return what the writes since ``mark`` amount to, one change an entry."""
        before: dict[tuple[Table, Any], Any] = {}
        for table, key, value in self._journal[mark:]:
            before.setdefault((table, key), value)
        changes = (
            Change(table, key, value, self._tables[table].get(key))
            for (table, key), value in before.items()
        )
        return tuple(change for change in changes if change.before != change.after)

    def redo(self, changes: tuple[Change, ...]) -> None:
        """Write the values after ``changes``; the journal can undo it."""
        for change in changes:
            self._write(change.table, change.key, change.after)

    def undo(self, changes: tuple[Change, ...]) -> None:
        """Write the values before ``changes``; the journal can undo it."""
        for change in changes:
            self._write(change.table, change.key, change.before)

    def copy(self) -> "State":
        """Return a state with the same accounts, an empty journal, its own life."""
        self._note_stale()
        tables = {table: dict(entries) for table, entries in self._tables.items()}
        tries = {at: trie.copy() for at, trie in self._storage_tries.items()}
        slots = {at: set(stale) for at, stale in self._stale_slots.items()}
        return State(tables, [], self._trie.copy(), set(self._stale), tries, slots)
