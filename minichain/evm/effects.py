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


def _address(arena: Arena, row: int) -> Address:
    words = arena.r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS
    return to_address(arena.w[words + at.ADDRESS])


def write_accounts(arena: Arena, state: State) -> None:
    """Write each account that is not as it was."""
    r, w = arena.r, arena.w
    for row in range(r[at.ACCOUNTS]):
        place = r[at.ACCOUNTS_AT] + row * at.ACCOUNT
        address = _address(arena, row)
        if r[place + at.DEAD] == r[at.TRANSACTION]:
            state.set_account(address, EMPTY_ACCOUNT)
            continue
        account = state.account(address)
        balance = w[r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS + at.BALANCE]
        nonce = r[place + at.NONCE] % WRAP
        if account.balance != balance:
            state.set_balance(address, Wei(balance))
        if account.nonce != nonce:
            state.set_nonce(address, nonce)
        is_new = r[place + at.CREATED] == r[at.TRANSACTION]
        if is_new and r[place + at.BYTES_LENGTH]:
            start, length = r[place + at.BYTES_AT], r[place + at.BYTES_LENGTH]
            state.set_code(address, bytes(arena.code[start : start + length]))


def write_slots(arena: Arena, state: State) -> None:
    """Write each slot that is not as it was."""
    r, w = arena.r, arena.w
    for row in range(r[at.SLOTS]):
        place = r[at.SLOTS_AT] + row * at.SLOT
        owner = r[place + at.SLOT_ACCOUNT]
        if r[place + at.SLOT_SEEN] != r[at.TRANSACTION] or owner >= at.TRANSIENT:
            continue
        if r[r[at.ACCOUNTS_AT] + owner * at.ACCOUNT + at.DEAD] == r[at.TRANSACTION]:
            continue
        words = r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS
        now = w[words + at.NOW]
        if now != w[words + at.BEFORE]:
            state.set_storage(_address(arena, owner), w[words + at.KEY], now)


def read_logs(arena: Arena) -> tuple[Log, ...]:
    """Return what was logged, in order."""
    r, w = arena.r, arena.w
    logs = []
    for row in range(r[at.LOGGED]):
        place, topic = r[at.LOGS_AT] + row * at.LOG, r[at.TOPICS_AT] + row * at.LOG
        start, length = r[place + at.LOG_AT], r[place + at.LOG_LENGTH]
        words = [w[topic + i] for i in range(r[place + at.LOG_TOPICS])]
        topics = tuple(Hash32(word.to_bytes(32, "big")) for word in words)
        data = bytes(arena.logged[start : start + length])
        logs.append(Log(_address(arena, r[place + at.LOG_ACCOUNT]), topics, data))
    return tuple(logs)
