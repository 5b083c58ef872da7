"""An instruction of the machine that needs more than its frame's stack and memory.

The loop of `minichain.kernels.evm` runs the others itself.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_calls import enter_call
from minichain.kernels.evm_creates import enter_create
from minichain.kernels.evm_inputs import blob_hash, copy_in, store_byte
from minichain.kernels.evm_outside import destroy, look_at_account, write_log
from minichain.kernels.evm_storage import (
    load_slot,
    load_transient,
    store_slot,
    store_transient,
)
from minichain.kernels.evm_table import NEED, NEVER
from minichain.kernels.runtime import routine


@routine
def misfit(words: int, op: int) -> int:
    """Return why an instruction does not fit the stack."""
    if NEED[op] == NEVER:
        return at.INVALID_OPCODE
    return at.STACK_UNDERFLOW if words < NEED[op] else at.STACK_OVERFLOW


@routine
def outside(
    r: Any, w: Any, frame: int, stack: Any, memory: Any, code: Any, jumps: Any,
    returned: Any, logged: Any, block: Any, op: int,
) -> int:  # fmt: skip
    """Run an instruction that the loop leaves to others; it leaves its SP and gas."""
    if op == 0xF0 or op == 0xF5:
        return enter_create(
            r, w, frame, stack, memory, code, jumps, returned, block, op
        )
    if op == 0xF1 or op == 0xF2 or op == 0xF4 or op == 0xFA:
        return enter_call(r, w, frame, stack, memory, op)
    top = r[frame + at.SP] - 1
    taken = 0
    if op == 0x54:
        status = load_slot(r, w, frame, stack, top)
    elif op == 0x55:
        status = store_slot(r, w, frame, stack, top)
        taken = 2
    elif op == 0x5C:
        status = load_transient(r, w, frame, stack, top)
    elif op == 0x5D:
        status = store_transient(r, w, frame, stack, top)
        taken = 2
    elif op == 0x53:
        status = store_byte(r, frame, stack, top, memory)
        taken = 2
    elif op == 0x49:
        status = blob_hash(r, w, stack, top)
    elif op == 0x37 or op == 0x39 or op == 0x3E or op == 0x5E:
        status = copy_in(r, frame, stack, top, memory, code, returned, op)
        taken = 3
    elif 0xA0 <= op <= 0xA4:
        status = write_log(r, w, frame, stack, top, memory, logged, op)
        taken = op - 0xA0 + 2
    elif op == 0xFF:
        status = destroy(r, w, frame, stack, top)
        taken = 1
    else:
        status = look_at_account(r, w, frame, stack, top, memory, code, op)
        taken = 4 if op == 0x3C else 0
    if status == at.GO_ON:
        r[frame + at.SP] -= taken
    return status
