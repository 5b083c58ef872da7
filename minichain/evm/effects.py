"""Effects are what a message that succeeded leaves: accounts, slots and logs."""

from minichain.evm.arena import Arena
from minichain.kernels import evm_layout as at
from minichain.ledger.log import Log
from minichain.ledger.state import EMPTY_ACCOUNT, State
from minichain.units import Address, Hash32, Wei

WRAP = 1 << 64
"""Nonces are kept modulo this, as signed integers."""


def to_address(word: int) -> Address:
    """Return the address that a word holds."""
    return Address(word.to_bytes(20, "big"))


def write_changes(arena: Arena, state: State) -> bool:
    """Write what the message changed; return whether a contract was destroyed."""
    r = arena.r
    start = r[at.JOURNAL_AT]
    is_destroyed = False
    for entry in r[start : start + r[at.CHANGED]]:
        if entry & 1:
            is_destroyed |= _write_account(arena, state, entry >> 1)
        else:
            _write_slot(arena, state, entry >> 1)
    return is_destroyed


def _write_slot(arena: Arena, state: State, row: int) -> None:
    r, w = arena.r, arena.w
    owner = r[r[at.SLOTS_AT] + row * at.SLOT + at.SLOT_ACCOUNT]
    words = r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS
    state.set_storage(arena.name(owner), w[words + at.KEY], w[words + at.NOW])


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


def read_logs(arena: Arena) -> tuple[Log, ...]:
    """Return what was logged, in order."""
    r = arena.r
    count = r[at.LOGGED]
    rows = list(r[r[at.LOGS_AT] : r[at.LOGS_AT] + at.LOG * count])
    topics = arena.read_words(r[at.TOPICS_AT], at.LOG * count)
    data = bytes(arena.logged[: r[at.LOG_BYTES]])
    logs = []
    for i in range(0, at.LOG * count, at.LOG):
        account, number, start, length = rows[i : i + at.LOG]
        named = tuple(map(Hash32, topics[i : i + number]))
        logs.append(Log(arena.name(account), named, data[start : start + length]))
    return tuple(logs)
