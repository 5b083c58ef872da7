"""The machine's loop takes one opcode after the other until a message has ended.

It runs every frame of a message. What it lacks, an account, a slot, a larger arena, it
asks of its host: it returns a status, and is called again with the answer in place.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 9.4.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_arithmetic import computed
from minichain.kernels.evm_frames import leave
from minichain.kernels.evm_instructions import misfit, outside
from minichain.kernels.evm_start import start
from minichain.kernels.evm_table import GAS, NEED, ROOM
from minichain.kernels.runtime import i64, kernel, u64
from minichain.kernels.word import (
    divide,
    load_short,
    load_word,
    modulo,
    saturate,
    store_word,
    u256,
)


@kernel("i64[] u256[] u256[] u8[] u8[] u8[] u8[] u8[] u64[]")
def run_message(
    r: Any, w: Any, stack: Any, memory: Any, code: Any, jumps: Any, returned: Any,
    logged: Any, block: Any,
) -> int:  # fmt: skip
    """Run until the message has ended or the host is needed.

    Parameters
    ----------
    r, w : i64[], u256[]
        Integers and words, as `minichain.kernels.evm_layout` says.
    stack : u256[]
        The frames' stacks, one behind the other.
    memory : u8[]
        The message's input, then the frames' memories.
    code, jumps : u8[]
        All code, and for each byte of it whether it may be jumped to.
    returned : u8[]
        What the last call returned.
    logged : u8[]
        The data of logs.
    block : u64[17]
        Words to hash in.

    Returns
    -------
    i64
        A status of the layout: what is asked of the host, or `DONE`.
    """
    status = start(r, w, stack, memory, code, jumps, returned, block)
    if status != at.GO_ON:
        return status
    budget = r[at.BUDGET]
    while True:
        # One turn for each frame that begins or goes on.
        frame = r[at.FRAMES_AT] + r[at.DEPTH] * at.FRAME
        pc = r[frame + at.PC]
        sp = r[frame + at.SP]
        gas = r[frame + at.LEFT]
        size = r[frame + at.WORDS]
        base = r[frame + at.BASE]
        memory_at = r[frame + at.MEMORY_AT]
        code_at = r[frame + at.CODE_AT]
        code_length = r[frame + at.CODE_LENGTH]
        before = gas
        while True:
            if budget == 0:
                before = gas
                status = at.STEP
                break
            budget -= 1
            # Behind the code lie zeros, and zero is STOP.
            op = i64(code[code_at + pc])
            if sp - base < NEED[op] or sp - base > ROOM[op]:
                status = misfit(sp - base, op)
                break
            gas -= GAS[op]
            if gas < 0:
                status = at.OUT_OF_GAS
                break
            is_done = True
            if 0x60 <= op <= 0x67:
                number = load_short(code, code_at + pc + 1)
                stack[sp] = u256(number >> u64(64 - 8 * (op - 0x5F)))
                sp += 1
                pc += op - 0x5F
            elif 0x68 <= op <= 0x7F:
                word = load_word(code, code_at + pc + 1)
                stack[sp] = word >> (256 - 8 * (op - 0x5F))
                sp += 1
                pc += op - 0x5F
            elif 0x80 <= op <= 0x8F:
                stack[sp] = stack[sp + 0x7F - op]
                sp += 1
            elif 0x90 <= op <= 0x9F:
                word = stack[sp + 0x8E - op]
                stack[sp + 0x8E - op] = stack[sp - 1]
                stack[sp - 1] = word
            elif op == 0x5B:
                pass
            elif op == 0x50:
                sp -= 1
            elif op == 0x5F:
                stack[sp] = u256(0)
                sp += 1
            elif op == 0x57:
                sp -= 2
                if stack[sp] != u256(0):
                    pc = saturate(stack[sp + 1])
                    if pc >= code_length or jumps[code_at + pc] == 0:
                        status = at.INVALID_JUMP
                        break
                    pc -= 1
            elif op == 0x56:
                sp -= 1
                pc = saturate(stack[sp])
                if pc >= code_length or jumps[code_at + pc] == 0:
                    status = at.INVALID_JUMP
                    break
                pc -= 1
            elif op == 0x01:
                sp -= 1
                stack[sp - 1] = u256(stack[sp] + stack[sp - 1])
            elif op == 0x02:
                sp -= 1
                stack[sp - 1] = u256(stack[sp] * stack[sp - 1])
            elif op == 0x03:
                sp -= 1
                stack[sp - 1] = u256(stack[sp] - stack[sp - 1])
            elif op == 0x10:
                sp -= 1
                stack[sp - 1] = u256(stack[sp] < stack[sp - 1])
            elif op == 0x11:
                sp -= 1
                stack[sp - 1] = u256(stack[sp] > stack[sp - 1])
            elif op == 0x14:
                sp -= 1
                stack[sp - 1] = u256(stack[sp] == stack[sp - 1])
            elif op == 0x15:
                stack[sp - 1] = u256(stack[sp - 1] == u256(0))
            elif op == 0x16:
                sp -= 1
                stack[sp - 1] = stack[sp] & stack[sp - 1]
            elif op == 0x17:
                sp -= 1
                stack[sp - 1] = stack[sp] | stack[sp - 1]
            elif op == 0x18:
                sp -= 1
                stack[sp - 1] = stack[sp] ^ stack[sp - 1]
            elif op == 0x19:
                stack[sp - 1] = u256(~stack[sp - 1])
            elif op == 0x04:
                sp -= 1
                if stack[sp - 1] != u256(0):
                    stack[sp - 1] = divide(stack[sp], stack[sp - 1])
            elif op == 0x06:
                sp -= 1
                if stack[sp - 1] != u256(0):
                    stack[sp - 1] = modulo(stack[sp], stack[sp - 1])
            elif op == 0x51:
                spot = saturate(stack[sp - 1])
                is_done = spot + 32 <= 32 * size
                if is_done:
                    stack[sp - 1] = load_word(memory, memory_at + spot)
            elif op == 0x52:
                spot = saturate(stack[sp - 1])
                is_done = spot + 32 <= 32 * size
                if is_done:
                    sp -= 2
                    store_word(memory, memory_at + spot, stack[sp])
            elif op == 0x58:
                stack[sp] = u256(pc)
                sp += 1
            elif op == 0x59:
                stack[sp] = u256(32 * size)
                sp += 1
            elif op == 0x5A:
                stack[sp] = u256(gas)
                sp += 1
            elif 0x05 <= op <= 0x1D and NEED[op] == 2 and op != 0x0A:
                sp -= 1
                stack[sp - 1] = computed(op, stack[sp], stack[sp - 1])
            else:
                is_done = False
            if not is_done:
                # It needs the frame, new memory, other accounts, or the host.
                before = gas + GAS[op]
                r[frame + at.PC] = pc + 1
                r[frame + at.SP] = sp
                r[frame + at.LEFT] = gas
                r[frame + at.WORDS] = size
                status = outside(
                    r, w, frame, stack, memory, code, jumps, returned, logged, block, op
                )
                if status != at.GO_ON:
                    break
                sp = r[frame + at.SP]
                gas = r[frame + at.LEFT]
                size = r[frame + at.WORDS]
            pc += 1
        if status == at.ENTERED:
            continue
        if status <= at.REVERT or status > at.GO_ON:
            status = leave(r, w, stack, memory, code, jumps, returned, block, status)
            if status == at.GO_ON:
                continue
        if (
            status != at.DONE and status != at.PRECOMPILE and status != at.FIND_BLOCK
        ):  # fmt: skip
            # When the host has helped, the instruction begins anew.
            r[frame + at.PC] = pc
            r[frame + at.SP] = sp
            r[frame + at.LEFT] = before
            r[frame + at.WORDS] = size
            budget += status != at.STEP
        r[at.BUDGET] = budget
        return status
