"""An instruction of the machine that needs more than its frame's stack and memory.

The loop of `minichain.kernels.evm` runs the others itself.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_arithmetic import modular
from minichain.kernels.evm_calls import enter_call
from minichain.kernels.evm_creates import enter_create
from minichain.kernels.evm_frames import hash_to_word
from minichain.kernels.evm_inputs import (
    blob_hash,
    copy_in,
    input_word,
    known_word,
    store_byte,
)
from minichain.kernels.evm_memory import touch_memory
from minichain.kernels.evm_outside import destroy, look_at_account, write_log
from minichain.kernels.evm_storage import (
    load_slot,
    load_transient,
    store_slot,
    store_transient,
)
from minichain.kernels.evm_table import NEED, NEVER, OFFSET_AT
from minichain.kernels.runtime import routine
from minichain.kernels.word import count_bits, load_word, power, saturate, store_word

EXPONENT_BYTE = 50
"""Gas for each byte of an exponent."""


@routine
def misfit(words: int, op: int) -> int:
    """Return why an instruction does not fit the stack."""
    if NEED[op] == NEVER:
        return at.INVALID_OPCODE
    return at.STACK_UNDERFLOW if words < NEED[op] else at.STACK_OVERFLOW


@routine
def _end_or_enter(
    r: Any, w: Any, frame: int, stack: Any, top: int, memory: Any, code: Any,
    jumps: Any, returned: Any, block: Any, op: int,
) -> int:  # fmt: skip
    """Run an instruction that ends the frame or begins another."""
    if op == 0xF3 or op == 0xFD:
        count = saturate(stack[top - 1])
        spot = saturate(stack[top]) if count > 0 else 0
        r[at.OUTPUT_AT] = r[frame + at.MEMORY_AT] + spot
        r[at.OUTPUT_LENGTH] = count
        return at.RETURN if op == 0xF3 else at.REVERT
    if op == 0xFF:
        return destroy(r, w, frame, stack, top)
    if op == 0xF0 or op == 0xF5:
        return enter_create(
            r, w, frame, stack, memory, code, jumps, returned, block, op
        )
    return enter_call(r, w, frame, stack, memory, op)


@routine
def _hash(r: Any, frame: int, stack: Any, top: int, memory: Any, block: Any) -> None:
    count = saturate(stack[top - 1])
    spot = r[frame + at.MEMORY_AT] + saturate(stack[top]) if count > 0 else 0
    stack[top - 1] = hash_to_word(memory, spot, count, block)


@routine
def _raise_power(r: Any, frame: int, stack: Any, top: int) -> int:
    """Run EXP, which costs by the length of the exponent."""
    cost = EXPONENT_BYTE * ((count_bits(stack[top - 1]) + 7) >> 3)
    if r[frame + at.LEFT] < cost:
        return at.OUT_OF_GAS
    r[frame + at.LEFT] -= cost
    stack[top - 1] = power(stack[top], stack[top - 1])
    return at.GO_ON


@routine
def outside(
    r: Any, w: Any, frame: int, stack: Any, memory: Any, code: Any, jumps: Any,
    returned: Any, logged: Any, block: Any, op: int,
) -> int:  # fmt: skip
    """Run an instruction that the loop leaves to others; it leaves its SP and gas."""
    top = r[frame + at.SP] - 1
    if OFFSET_AT[op] >= 0:
        status = touch_memory(r, frame, stack, top, memory, op)
        if status != at.GO_ON:
            return status
    if op >= 0xF0:
        return _end_or_enter(
            r, w, frame, stack, top, memory, code, jumps, returned, block, op
        )
    taken = 0
    status = at.GO_ON
    if op == 0x54:
        status = load_slot(r, w, frame, stack, top)
    elif op == 0x55:
        status = store_slot(r, w, frame, stack, top)
        taken = 2
    elif op == 0x51:
        spot = r[frame + at.MEMORY_AT] + saturate(stack[top])
        stack[top] = load_word(memory, spot)
    elif op == 0x52:
        spot = r[frame + at.MEMORY_AT] + saturate(stack[top])
        store_word(memory, spot, stack[top - 1])
        taken = 2
    elif op == 0x20:
        _hash(r, frame, stack, top, memory, block)
        taken = 1
    elif op == 0x35:
        stack[top] = input_word(r, frame, memory, saturate(stack[top]))
    elif op == 0x53:
        status = store_byte(r, frame, stack, top, memory)
        taken = 2
    elif op == 0x5C:
        status = load_transient(r, w, frame, stack, top)
    elif op == 0x5D:
        status = store_transient(r, w, frame, stack, top)
        taken = 2
    elif op == 0x37 or op == 0x39 or op == 0x3E or op == 0x5E:
        status = copy_in(r, frame, stack, top, memory, code, returned, op)
        taken = 3
    elif op == 0x08 or op == 0x09:
        stack[top - 2] = modular(op, stack[top], stack[top - 1], stack[top - 2])
        taken = 2
    elif op == 0x0A:
        status = _raise_power(r, frame, stack, top)
        taken = 1
    elif 0xA0 <= op <= 0xA4:
        status = write_log(r, w, frame, stack, top, memory, logged, op)
        taken = op - 0xA0 + 2
    elif op == 0x49:
        status = blob_hash(r, w, stack, top)
    elif op == 0x40:
        return at.FIND_BLOCK
    elif op == 0x00:
        return at.STOP
    elif NEED[op] == 0:
        stack[top + 1] = known_word(r, w, frame, op)
        taken = -1
    else:
        status = look_at_account(r, w, frame, stack, top, memory, code, op)
        taken = 4 if op == 0x3C else 0
    if status == at.GO_ON:
        r[frame + at.SP] -= taken
    return status
