"""A row is what the machine holds of one account or one storage slot.

Rows are found through open addressing. Each change of a row is first noted in a
journal, so that a frame that fails leaves no trace.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.runtime import i64, routine, u64
from minichain.kernels.word import low64, u256

GOLDEN = 0x9E3779B97F4A7C15
"""2**64 over the golden ratio: multiplying by it spreads near numbers apart."""


@routine
def _scatter(key: Any, row: int) -> Any:
    mixed = u64(low64(key) + u64(low64(key >> 64) * u64(5)))
    mixed = u64(mixed + u64(low64(key >> 128) * u64(11)))
    mixed = u64(mixed + u64(low64(key >> 192) * u64(23)))
    mixed = u64(u64(mixed ^ u64(row)) * u64(GOLDEN))
    return i64(mixed >> u64(24))


@routine
def find_account(r: Any, w: Any, address: Any) -> int:
    """Return an account's row, or -1 less the free place in the index."""
    mask = r[at.ACCOUNT_MASK]
    place = _scatter(address, 0) & mask
    while True:
        row = r[r[at.ACCOUNT_INDEX_AT] + place] - 1
        if row < 0:
            return -1 - place
        if w[r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS + at.ADDRESS] == address:
            return row
        place = (place + 1) & mask


@routine
def find_slot(r: Any, w: Any, account: int, key: Any) -> int:
    """Return the row of an account's slot, or -1 less the free place in the index."""
    mask = r[at.SLOT_MASK]
    place = _scatter(key, account) & mask
    while True:
        row = r[r[at.SLOT_INDEX_AT] + place] - 1
        if row < 0:
            return -1 - place
        if (
            r[r[at.SLOTS_AT] + row * at.SLOT + at.SLOT_ACCOUNT] == account
            and w[r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS + at.KEY] == key
        ):
            return row
        place = (place + 1) & mask


@routine
def insert_slot(r: Any, w: Any, account: int, key: Any, place: int) -> int:
    """Add an empty slot at a free ``place`` of the index and return its row."""
    row = r[at.SLOTS]
    r[at.SLOTS] = row + 1
    r[r[at.SLOT_INDEX_AT] + place] = row + 1
    spot = r[at.SLOTS_AT] + row * at.SLOT
    r[spot + at.SLOT_ACCOUNT] = account
    r[spot + at.SLOT_WARM] = 0
    r[spot + at.SLOT_SEEN] = 0
    r[spot + at.SLOT_LISTED] = 0
    words = r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS
    w[words + at.KEY] = key
    w[words + at.NOW] = u256(0)
    return row


@routine
def insert_account(r: Any, w: Any) -> int:
    """Add the account that the host gives, unless it is there; return its row."""
    row = find_account(r, w, w[at.WANTED])
    if row < 0:
        place = -1 - row
        row = r[at.ACCOUNTS]
        r[at.ACCOUNTS] = row + 1
        r[r[at.ACCOUNT_INDEX_AT] + place] = row + 1
    spot = r[at.ACCOUNTS_AT] + row * at.ACCOUNT
    r[spot + at.NONCE] = r[at.GIVEN_NONCE]
    r[spot + at.BYTES_AT] = r[at.GIVEN_AT]
    r[spot + at.BYTES_LENGTH] = r[at.GIVEN_LENGTH]
    r[spot + at.STORED] = r[at.GIVEN_STORED]
    r[spot + at.WARM] = r[at.GIVEN_WARM]
    r[spot + at.CREATED] = 0
    r[spot + at.DEAD] = 0
    r[spot + at.LISTED] = 0
    words = r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS
    w[words + at.ADDRESS] = w[at.WANTED]
    w[words + at.BALANCE] = w[at.GIVEN_BALANCE]
    w[words + at.CODE_HASH] = w[at.GIVEN_HASH]
    return row


@routine
def take_slot(r: Any, w: Any) -> int:
    """Add the slot that the host gives, unless it is there; return its row."""
    owner = r[at.GIVEN_OWNER]
    row = find_slot(r, w, owner, w[at.WANTED])
    if row < 0:
        row = insert_slot(r, w, owner, w[at.WANTED], -1 - row)
    r[r[at.SLOTS_AT] + row * at.SLOT + at.SLOT_WARM] = r[at.GIVEN_WARM]
    w[r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS + at.NOW] = w[at.GIVEN_VALUE]
    return row


@routine
def index_rows(r: Any, w: Any) -> None:
    """Enter all rows into indexes that are empty."""
    for row in range(r[at.ACCOUNTS]):
        words = r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS
        place = -1 - find_account(r, w, w[words + at.ADDRESS])
        r[r[at.ACCOUNT_INDEX_AT] + place] = row + 1
    for row in range(r[at.SLOTS]):
        owner = r[r[at.SLOTS_AT] + row * at.SLOT + at.SLOT_ACCOUNT]
        words = r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS
        place = -1 - find_slot(r, w, owner, w[words + at.KEY])
        r[r[at.SLOT_INDEX_AT] + place] = row + 1


@routine
def note(r: Any, w: Any, row: int, kind: int, old: Any) -> None:
    """Write an entry of the journal."""
    spot = r[at.JOURNALED]
    r[r[at.JOURNAL_AT] + spot] = row * at.KINDS + kind
    w[r[at.JOURNAL_WORDS_AT] + spot] = old
    r[at.JOURNALED] = spot + 1


@routine
def set_balance(r: Any, w: Any, account: int, balance: Any) -> None:
    """Change a balance."""
    spot = r[at.ACCOUNT_WORDS_AT] + account * at.ACCOUNT_WORDS + at.BALANCE
    note(r, w, account, at.OLD_BALANCE, w[spot])
    w[spot] = balance


@routine
def move_value(r: Any, w: Any, sender: int, receiver: int, value: Any) -> None:
    """Pay a value that the sender has."""
    if value == u256(0):
        return
    spot = r[at.ACCOUNT_WORDS_AT] + at.BALANCE
    set_balance(r, w, sender, u256(w[spot + sender * at.ACCOUNT_WORDS] - value))
    set_balance(r, w, receiver, u256(w[spot + receiver * at.ACCOUNT_WORDS] + value))


@routine
def raise_nonce(r: Any, w: Any, account: int) -> None:
    """Add one to a nonce, which is kept modulo 2**64 as a signed integer."""
    note(r, w, account, at.OLD_NONCE, u256(0))
    r[r[at.ACCOUNTS_AT] + account * at.ACCOUNT + at.NONCE] += 1


@routine
def set_flag(r: Any, w: Any, account: int, flag: int) -> bool:
    """Set a flag for this transaction; return whether it was not set."""
    spot = r[at.ACCOUNTS_AT] + account * at.ACCOUNT + flag
    if r[spot] == r[at.TRANSACTION]:
        return False
    r[spot] = r[at.TRANSACTION]
    note(r, w, account, at.OLD_WARM + flag - at.WARM, u256(0))
    return True


@routine
def undo(r: Any, w: Any, mark: int) -> None:
    """Undo what the journal noted since it held ``mark`` entries."""
    while r[at.JOURNALED] > mark:
        r[at.JOURNALED] -= 1
        spot = r[at.JOURNALED]
        entry = r[r[at.JOURNAL_AT] + spot]
        row = entry // at.KINDS
        kind = entry % at.KINDS
        old = w[r[at.JOURNAL_WORDS_AT] + spot]
        if kind == at.OLD_VALUE:
            w[r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS + at.NOW] = old
        elif kind == at.OLD_SLOT_WARM:
            r[r[at.SLOTS_AT] + row * at.SLOT + at.SLOT_WARM] = 0
        elif kind == at.OLD_BALANCE:
            w[r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS + at.BALANCE] = old
        elif kind == at.OLD_NONCE:
            r[r[at.ACCOUNTS_AT] + row * at.ACCOUNT + at.NONCE] -= 1
        elif kind == at.OLD_CODE:
            r[r[at.ACCOUNTS_AT] + row * at.ACCOUNT + at.BYTES_LENGTH] = 0
            w[r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS + at.CODE_HASH] = old
        else:
            r[r[at.ACCOUNTS_AT] + row * at.ACCOUNT + at.WARM + kind - at.OLD_WARM] = 0
