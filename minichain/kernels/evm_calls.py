"""A call runs a contract for another: with its own storage, or with the caller's.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, appendix H.2, opcodes 0xf0 to 0xfa.
.. [2] EIP-150, all but a 64th of the gas; EIP-1014, CREATE2; EIP-3860, initcode.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_frames import (
    address_of_row,
    drop_frame,
    lacks_room,
    name_frame,
    push_frame,
)
from minichain.kernels.evm_memory import grow_memory
from minichain.kernels.evm_outside import (
    COLD_ACCOUNT,
    NEW_ACCOUNT,
    WARM_ACCOUNT,
    is_cold,
    is_empty,
    to_address,
)
from minichain.kernels.evm_tables import find_account, move_value
from minichain.kernels.runtime import i64, routine
from minichain.kernels.word import low64, saturate, u256

PAYMENT = 9_000
"""Gas to pay something with a call."""

STIPEND = 2_300
"""Gas that the receiver gets with a payment."""


@routine
def _refuse(r: Any, frame: int, stack: Any, gas: int) -> int:
    """Give the gas back and answer that the call failed."""
    r[frame + at.LEFT] += gas
    r[at.RETURNED] = 0
    stack[r[frame + at.SP]] = u256(0)
    r[frame + at.SP] += 1
    return at.GO_ON


@routine
def start_code(r: Any, frame: int, target: int, address: Any) -> int:
    """Give a new frame the code of an account, and say what runs it."""
    number = saturate(address)
    if 0 < number <= at.LAST_PRECOMPILE:
        r[frame + at.PRECOMPILED] = number
        return at.PRECOMPILE
    spot = r[at.ACCOUNTS_AT] + target * at.ACCOUNT
    r[frame + at.CODE_AT] = r[spot + at.BYTES_AT]
    r[frame + at.CODE_LENGTH] = r[spot + at.BYTES_LENGTH]
    return at.ENTERED


@routine
def enter_call(r: Any, w: Any, frame: int, stack: Any, memory: Any, op: int) -> int:
    """Run CALL, CALLCODE, DELEGATECALL or STATICCALL up to its first instruction."""
    if r[at.JOURNALED] + 8 > r[at.JOURNAL_ROOM]:
        return at.MORE_ROWS
    top = r[frame + at.SP] - 1
    address = to_address(stack[top - 1])
    target = find_account(r, w, address)
    if target < 0:
        w[at.WANTED] = address
        return at.LOAD_ACCOUNT
    value = u256(0)
    spot = top - 2
    if op == at.OP_CALL or op == at.OP_CALLCODE:
        value = stack[top - 2]
        spot = top - 3
    pays = value != u256(0)
    if pays and op == at.OP_CALL and r[frame + at.STATIC] == 1:
        return at.STATIC_CHANGE
    status = grow_memory(
        r, frame, memory, saturate(stack[spot]), saturate(stack[spot - 1])
    )
    if status != at.GO_ON:
        return status
    status = grow_memory(
        r, frame, memory, saturate(stack[spot - 2]), saturate(stack[spot - 3])
    )
    if status != at.GO_ON:
        return status
    memory_at = r[frame + at.MEMORY_AT] + 32 * r[frame + at.WORDS]
    if lacks_room(r, memory, top, memory_at):
        return at.MORE_BYTES
    cost = COLD_ACCOUNT if is_cold(r, w, target, address) else WARM_ACCOUNT
    if pays:
        cost += PAYMENT
        if op == at.OP_CALL and is_empty(r, w, target):
            cost += NEW_ACCOUNT
    left = r[frame + at.LEFT] - cost
    if left < 0:
        return at.OUT_OF_GAS
    gas = left - left // 64
    if stack[top] < u256(gas):
        gas = i64(low64(stack[top]))
    r[frame + at.LEFT] = left - gas
    if pays:
        gas += STIPEND
    r[frame + at.SP] = spot - 3
    own = r[frame + at.SELF]
    balance = w[r[at.ACCOUNT_WORDS_AT] + own * at.ACCOUNT_WORDS + at.BALANCE]
    if r[at.DEPTH] >= at.DEPTH_LIMIT or balance < value:
        return _refuse(r, frame, stack, gas)
    words = r[at.FRAME_WORDS_AT] + r[at.DEPTH] * at.FRAME_WORDS
    is_own = op == at.OP_CALLCODE or op == at.OP_DELEGATECALL
    storage = own if is_own else target
    child = push_frame(r, gas, storage, r[frame + at.SP] + 1, memory_at)
    r[child + at.STATIC] = 1 if op == at.OP_STATICCALL else r[frame + at.STATIC]
    r[child + at.DATA_LENGTH] = saturate(stack[spot - 1])
    r[child + at.DATA_AT] = r[frame + at.MEMORY_AT] + saturate(stack[spot])
    r[child + at.RETURN_LENGTH] = saturate(stack[spot - 3])
    r[child + at.RETURN_AT] = r[frame + at.MEMORY_AT] + saturate(stack[spot - 2])
    if op == at.OP_DELEGATECALL:
        name_frame(r, w, w[words], w[words + 1], w[words + 2])
    else:
        name_frame(r, w, address_of_row(r, w, storage), w[words], value)
    if pays and own != storage:
        move_value(r, w, own, storage, value)
    status = start_code(r, child, target, address)
    if status == at.ENTERED and r[child + at.CODE_LENGTH] == 0:
        # Nothing to run: what was paid stays paid.
        drop_frame(r)
        r[frame + at.LEFT] += gas
        stack[r[frame + at.SP]] = u256(1)
        r[frame + at.SP] += 1
        return at.GO_ON
    return status
