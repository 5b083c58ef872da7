"""A creation runs initialising code, and what that returns becomes a contract.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 7; EIP-1014, CREATE2;
   EIP-3860, the limit of initialising code; EIP-7610, addresses with storage.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_calls import start_code
from minichain.kernels.evm_frames import (
    address_of_row,
    hash_to_word,
    install_code,
    lacks_code_room,
    lacks_room,
    name_frame,
    push_frame,
)
from minichain.kernels.evm_outside import to_address
from minichain.kernels.evm_tables import (
    find_account,
    move_value,
    raise_nonce,
    set_flag,
)
from minichain.kernels.runtime import i64, routine, u64
from minichain.kernels.word import saturate, store_word, u256

LONGEST_INITCODE = 49_152
"""Most bytes of initialising code."""


@routine
def _created_address(sender: Any, nonce: int, scratch: Any, block: Any) -> Any:
    """Return where CREATE puts a contract: the hash of the RLP of sender and nonce."""
    store_word(scratch, 2, u256(sender << 96))
    number = u64(nonce)
    size = 0
    while size < 8 and number >> u64(8 * size) != u64(0):
        size += 1
    scratch[1] = 0x94
    if size == 0:
        scratch[22] = 0x80
    elif size == 1 and number < u64(0x80):
        scratch[22] = i64(number)
        size = 0
    else:
        scratch[22] = 0x80 + size
        for i in range(size):
            scratch[23 + i] = i64((number >> u64(8 * (size - 1 - i))) & u64(255))
    scratch[0] = 0xC0 + 22 + size
    return to_address(hash_to_word(scratch, 0, 23 + size, block))


@routine
def _salted_address(
    sender: Any, salt: Any, code_hash: Any, scratch: Any, block: Any
) -> Any:
    """Return where CREATE2 puts a contract: a hash that knows the code."""
    store_word(scratch, 1, u256(sender << 96))
    scratch[0] = 0xFF
    store_word(scratch, 21, salt)
    store_word(scratch, 53, code_hash)
    return to_address(hash_to_word(scratch, 0, 85, block))


@routine
def begin_create(
    r: Any, w: Any, memory: Any, code: Any, jumps: Any, sender: int, account: int,
    value: Any, gas: int, start: int, count: int, sp: int, memory_at: int,
) -> int:  # fmt: skip
    """Begin the frame of initialising code, unless there is a contract already."""
    set_flag(r, w, account, at.WARM)
    spot = r[at.ACCOUNTS_AT] + account * at.ACCOUNT
    if (
        r[spot + at.NONCE] != 0
        or r[spot + at.BYTES_LENGTH] > 0
        or r[spot + at.STORED] != 0
    ):
        return at.ADDRESS_TAKEN
    frame = push_frame(r, gas, account, sp, memory_at)
    own = address_of_row(r, w, account)
    name_frame(r, w, own, address_of_row(r, w, sender), value)
    r[frame + at.CREATES] = account + 1
    r[frame + at.CODE_LENGTH] = count
    r[frame + at.CODE_AT] = install_code(r, code, jumps, memory, start, count)
    set_flag(r, w, account, at.CREATED)
    raise_nonce(r, w, account)
    move_value(r, w, sender, account, value)
    return at.ENTERED


@routine
def enter_create(
    r: Any, w: Any, frame: int, stack: Any, memory: Any, code: Any, jumps: Any,
    returned: Any, block: Any, op: int,
) -> int:  # fmt: skip
    """Run CREATE or CREATE2 up to the first instruction of the initialising code."""
    if r[frame + at.STATIC] == 1:
        return at.STATIC_CHANGE
    top = r[frame + at.SP] - 1
    count = saturate(stack[top - 2])
    if count > LONGEST_INITCODE:
        return at.INITCODE_TOO_LONG
    if r[at.JOURNALED] + 12 > r[at.JOURNAL_ROOM]:
        return at.MORE_ROWS
    memory_at = r[frame + at.MEMORY_AT] + 32 * r[frame + at.WORDS]
    if lacks_code_room(r, code, count) or lacks_room(r, memory, top, memory_at):
        return at.MORE_BYTES
    value = stack[top]
    start = r[frame + at.MEMORY_AT] + saturate(stack[top - 1])
    if count == 0:
        start = r[frame + at.MEMORY_AT]
    sender = r[frame + at.SELF]
    own = address_of_row(r, w, sender)
    nonce = r[r[at.ACCOUNTS_AT] + sender * at.ACCOUNT + at.NONCE]
    balance = w[r[at.ACCOUNT_WORDS_AT] + sender * at.ACCOUNT_WORDS + at.BALANCE]
    place = top - 3 if op == at.OP_CREATE2 else top - 2
    if balance < value or r[at.DEPTH] >= at.DEPTH_LIMIT or nonce == -1:
        r[at.RETURNED] = 0
        stack[place] = u256(0)
        r[frame + at.SP] = place + 1
        return at.GO_ON
    r[at.RETURNED] = 0
    if op == at.OP_CREATE2:
        digest = hash_to_word(memory, start, count, block)
        address = _salted_address(own, stack[top - 3], digest, returned, block)
    else:
        address = _created_address(own, nonce, returned, block)
    account = find_account(r, w, address)
    if account < 0:
        w[at.WANTED] = address
        return at.LOAD_ACCOUNT
    left = r[frame + at.LEFT]
    gas = left - left // 64
    r[frame + at.LEFT] = left - gas
    r[frame + at.SP] = place
    raise_nonce(r, w, sender)
    status = begin_create(
        r, w, memory, code, jumps, sender, account, value, gas, start, count,
        place + 1, memory_at,
    )  # fmt: skip
    if status != at.ENTERED:
        stack[place] = u256(0)
        r[frame + at.SP] = place + 1
        return at.GO_ON
    return status


@routine
def _take_part(r: Any, w: Any, address: Any) -> int:
    """Return the row of one who takes part from the beginning, or -1 to be given it."""
    row = find_account(r, w, address)
    if row < 0:
        w[at.WANTED] = address
        return -1
    r[r[at.ACCOUNTS_AT] + row * at.ACCOUNT + at.WARM] = r[at.TRANSACTION]
    return row


@routine
def begin_message(r: Any, w: Any, memory: Any, code: Any, jumps: Any) -> int:
    """Begin the first frame: a call from outside, its input at memory's beginning."""
    sender = _take_part(r, w, w[at.ORIGIN])
    if sender < 0:
        return at.LOAD_ACCOUNT
    account = _take_part(r, w, w[at.MESSAGE_TO])
    if account < 0 or _take_part(r, w, w[at.BENEFICIARY]) < 0:
        return at.LOAD_ACCOUNT
    length = r[at.MESSAGE_LENGTH]
    memory_at = (length + 31) // 32 * 32
    value = w[at.MESSAGE_VALUE]
    gas = r[at.MESSAGE_GAS]
    if r[at.MESSAGE_KIND] == 1:
        return begin_create(
            r, w, memory, code, jumps, sender, account, value, gas, 0, length, 0,
            memory_at,
        )  # fmt: skip
    frame = push_frame(r, gas, account, 0, memory_at)
    r[frame + at.STATIC] = r[at.MESSAGE_STATIC]
    r[frame + at.DATA_LENGTH] = length
    own = address_of_row(r, w, account)
    name_frame(r, w, own, address_of_row(r, w, sender), value)
    if sender != account:
        move_value(r, w, sender, account, value)
    return start_code(r, frame, account, own)
