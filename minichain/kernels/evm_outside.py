"""Outside a contract are the other accounts, and the logs that it leaves to the world.

References
----------
.. [1] EIP-2929, the price of a first touch; EIP-1052, hashes of code.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_inputs import copy_padded
from minichain.kernels.evm_tables import find_account, move_value, set_balance, set_flag
from minichain.kernels.runtime import i64, routine
from minichain.kernels.word import copy_bytes, saturate, u256

COLD_ACCOUNT = 2_600
"""Gas for the first touch of an account in a transaction."""

WARM_ACCOUNT = 100
"""Gas for a later one."""

NEW_ACCOUNT = 25_000
"""Gas to bring an account into being by paying it."""

LOG_BYTE = 8
"""Gas for each byte of a log."""


@routine
def to_address(value: Any) -> Any:
    """Return the address in a word: its last 20 bytes."""
    return u256(value << 96) >> 96


@routine
def is_empty(r: Any, w: Any, account: int) -> bool:
    """Return whether an account has neither nonce, nor balance, nor code."""
    spot = r[at.ACCOUNTS_AT] + account * at.ACCOUNT
    balance = w[r[at.ACCOUNT_WORDS_AT] + account * at.ACCOUNT_WORDS + at.BALANCE]
    return (
        r[spot + at.NONCE] == 0
        and r[spot + at.BYTES_LENGTH] == 0
        and balance == u256(0)
    )


@routine
def is_cold(r: Any, w: Any, account: int, address: Any) -> bool:
    """Make an account warm, and return whether it was cold.

    The machine's own contracts are warm from the beginning.
    """
    if saturate(address) - 1 < at.LAST_PRECOMPILE and address != u256(0):
        return False
    return set_flag(r, w, account, at.WARM)


@routine
def look_at_account(
    r: Any, w: Any, frame: int, stack: Any, top: int, memory: Any, code: Any, op: int
) -> int:
    """Run BALANCE, EXTCODESIZE, EXTCODECOPY or EXTCODEHASH."""
    if r[at.JOURNALED] + 8 > r[at.JOURNAL_ROOM]:
        return at.MORE_ROWS
    address = to_address(stack[top])
    row = find_account(r, w, address)
    if row < 0:
        w[at.WANTED] = address
        return at.LOAD_ACCOUNT
    cost = COLD_ACCOUNT if is_cold(r, w, row, address) else WARM_ACCOUNT
    if r[frame + at.LEFT] < cost:
        return at.OUT_OF_GAS
    r[frame + at.LEFT] -= cost
    spot = r[at.ACCOUNTS_AT] + row * at.ACCOUNT
    words = r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS
    if op == 0x31:
        stack[top] = w[words + at.BALANCE]
    elif op == 0x3B:
        stack[top] = u256(r[spot + at.BYTES_LENGTH])
    elif op == 0x3F:
        stack[top] = u256(0) if is_empty(r, w, row) else w[words + at.CODE_HASH]
    else:
        count = saturate(stack[top - 3])
        if count > 0:
            to = r[frame + at.MEMORY_AT] + saturate(stack[top - 1])
            start = saturate(stack[top - 2])
            first, length = r[spot + at.BYTES_AT], r[spot + at.BYTES_LENGTH]
            copy_padded(memory, to, code, first, length, start, count)
    return at.GO_ON


@routine
def write_log(
    r: Any, w: Any, frame: int, stack: Any, top: int, memory: Any, logged: Any, op: int
) -> int:
    """Run LOG0 to LOG4."""
    if r[frame + at.STATIC] == 1:
        return at.STATIC_CHANGE
    length = saturate(stack[top - 1])
    if r[frame + at.LEFT] < LOG_BYTE * length:
        return at.OUT_OF_GAS
    row = r[at.LOGGED]
    if row + 1 > r[at.LOG_ROOM]:
        return at.MORE_ROWS
    start = r[at.LOG_BYTES]
    if start + length > len(logged):
        r[at.WHICH] = at.LOG_DATA
        r[at.SIZE] = start + length
        return at.MORE_BYTES
    r[frame + at.LEFT] -= LOG_BYTE * length
    if length > 0:
        spot = r[frame + at.MEMORY_AT] + saturate(stack[top])
        copy_bytes(logged, start, memory, spot, length)
    topics = i64(op) - 0xA0
    log = r[at.LOGS_AT] + row * at.LOG
    r[log + at.LOG_TOPICS] = topics
    r[log + at.LOG_AT] = start
    r[log + at.LOG_LENGTH] = length
    words = r[at.TOPICS_AT] + row * at.LOG_WORDS
    w[words] = w[r[at.FRAME_WORDS_AT] + r[at.DEPTH] * at.FRAME_WORDS]
    for i in range(4):
        w[words + 1 + i] = stack[top - 2 - i] if i < topics else u256(0)
    r[at.LOGGED] = row + 1
    r[at.LOG_BYTES] = start + length
    return at.GO_ON


@routine
def destroy(r: Any, w: Any, frame: int, stack: Any, top: int) -> int:
    """Run SELFDESTRUCT: pay everything out; only what is new is removed (EIP-6780)."""
    if r[frame + at.STATIC] == 1:
        return at.STATIC_CHANGE
    if r[at.JOURNALED] + 8 > r[at.JOURNAL_ROOM]:
        return at.MORE_ROWS
    address = to_address(stack[top])
    heir = find_account(r, w, address)
    if heir < 0:
        w[at.WANTED] = address
        return at.LOAD_ACCOUNT
    own = r[frame + at.SELF]
    balance = w[r[at.ACCOUNT_WORDS_AT] + own * at.ACCOUNT_WORDS + at.BALANCE]
    cost = COLD_ACCOUNT if is_cold(r, w, heir, address) else 0
    if balance != u256(0) and is_empty(r, w, heir):
        cost += NEW_ACCOUNT
    if r[frame + at.LEFT] < cost:
        return at.OUT_OF_GAS
    r[frame + at.LEFT] -= cost
    if heir != own:
        move_value(r, w, own, heir, balance)
    if r[r[at.ACCOUNTS_AT] + own * at.ACCOUNT + at.CREATED] == r[at.TRANSACTION]:
        set_flag(r, w, own, at.DEAD)
        if heir == own:
            set_balance(r, w, own, u256(0))
    return at.STOP
