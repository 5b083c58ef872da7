"""Effects are what a message that succeeded leaves: accounts, slots and logs."""

from minichain.evm.arena import Arena
from minichain.evm.log_record import Record
from minichain.kernels import evm_layout as at
from minichain.ledger.state import EMPTY_ACCOUNT, State
from minichain.units import Address, Wei

WRAP = 1 << 64
"""Nonces are kept modulo this, as signed integers."""


def to_address(word: int) -> Address:
    """Return the address that a word holds."""
    return Address(word.to_bytes(20, "big"))


def write_changes(arena: Arena, state: State) -> bool:
    """Write what the message changed; return whether a contract was destroyed."""
    r, w = arena.r, arena.w
    start, words = r[at.JOURNAL_AT], r[at.SLOT_WORDS_AT]
    is_destroyed = False
    places = arena.slots
    for entry in r[start : start + r[at.CHANGED]]:
        row = entry >> 1
        if entry & 1:
            is_destroyed |= _write_account(arena, state, row)
        else:
            owner, key = places.get(row) or arena.find_slot(row)
            state.set_storage(owner, key, w[words + row * at.SLOT_WORDS + at.NOW])
    return is_destroyed


def _write_account(arena: Arena, state: State, row: int) -> bool:
    """Write an account that is not as it was; return whether it was destroyed."""
    r = arena.r
    place = r[at.ACCOUNTS_AT] + row * at.ACCOUNT
    address = arena.name(row)
    if r[place + at.DEAD] == r[at.TRANSACTION]:
        state.set_account(address, EMPTY_ACCOUNT)
        return True
    account = state.account(address)
    words = r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS
    balance = arena.w[words + at.BALANCE]
    nonce = r[place + at.NONCE] % WRAP
    if account.balance != balance:
        state.set_balance(address, Wei(balance))
    if account.nonce != nonce:
        state.set_nonce(address, nonce)
    is_new = r[place + at.CREATED] == r[at.TRANSACTION]
    if is_new and r[place + at.BYTES_LENGTH]:
        start, length = r[place + at.BYTES_AT], r[place + at.BYTES_LENGTH]
        state.set_code(address, bytes(arena.code[start : start + length]))
    return False


def read_record(arena: Arena) -> Record:
    """Return what was logged, as it lies in the arena."""
    r = arena.r
    count, logs = r[at.LOGGED], r[at.LOGS_AT]
    return Record(
        tuple(r[logs : logs + at.LOG * count]),
        arena.read_words(r[at.TOPICS_AT], at.LOG_WORDS * count),
        bytes(arena.logged[: r[at.LOG_BYTES]]),
    )
