"""The machine's loop takes one opcode after the other until a message has ended.

It runs every frame of a message. What it lacks, an account, a slot, a larger arena, it
asks of its host: it returns a status, and is called again with the answer in place.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 9.4.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_arithmetic import computed, modular
from minichain.kernels.evm_calls import LARGEST_OFFSET
from minichain.kernels.evm_creates import begin_message
from minichain.kernels.evm_frames import hash_to_word, leave, mark_jumps
from minichain.kernels.evm_inputs import input_word, known_word
from minichain.kernels.evm_instructions import misfit, outside
from minichain.kernels.evm_table import (
    GAS,
    LENGTH_AT,
    NEED,
    OFFSET_AT,
    ROOM,
    WORD_GAS,
)
from minichain.kernels.evm_tables import index_rows, insert_account, take_slot
from minichain.kernels.runtime import i64, kernel
from minichain.kernels.word import (
    count_bits,
    load_word,
    saturate,
    store_word,
    u256,
)

EXPONENT_BYTE = 50
"""Gas for each byte of an exponent."""


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
    action = r[at.ACTION]
    r[at.ACTION] = at.RUN
    if action == at.LIST_ACCOUNT:
        return insert_account(r, w)
    if action == at.LIST_SLOT:
        return take_slot(r, w)
    if action == at.LIST_ALL:
        index_rows(r, w)
        return at.DONE
    if action == at.LIST_CODE:
        start = r[at.GIVEN_AT]
        mark_jumps(code, jumps, start, start + r[at.GIVEN_LENGTH])
        return at.DONE
    if action == at.TAKE_ACCOUNT:
        insert_account(r, w)
    elif action == at.TAKE_SLOT:
        take_slot(r, w)
    elif action == at.BEGIN:
        status = begin_message(r, w, memory, code, jumps)
        if status != at.ENTERED:
            # There is a contract already, or the machine's own is called.
            r[at.ENDED] = status
            r[at.GAS_LEFT] = 0
            return at.PRECOMPILE if status == at.PRECOMPILE else at.DONE
    elif action == at.ANSWER:
        status = leave(
            r, w, stack, memory, code, jumps, returned, block, r[at.REASON], -1,
            r[at.RETURNED],
        )  # fmt: skip
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
        start = 0
        count = 0
        status = at.GO_ON
        before = gas
        size_before = size
        while True:
            before = gas
            size_before = size
            if budget == 0:
                status = at.STEP
                break
            budget -= 1
            op = i64(code[code_at + pc]) if pc < code_length else 0
            if sp - base < NEED[op] or sp - base > ROOM[op]:
                status = misfit(sp - base, op)
                break
            gas -= GAS[op]
            if gas < 0:
                status = at.OUT_OF_GAS
                break
            if OFFSET_AT[op] >= 0:
                # Memory is paid for before it is touched.
                n = -LENGTH_AT[op]
                if n <= 0:
                    n = saturate(stack[sp - 1 + n])
                if n > 0:
                    spot = saturate(stack[sp - 1 - OFFSET_AT[op]])
                    if op == 0x5E:
                        spot = max(spot, saturate(stack[sp - 2]))
                    if spot > LARGEST_OFFSET or n > LARGEST_OFFSET:
                        status = at.OUT_OF_GAS
                        break
                    gas -= WORD_GAS[op] * ((n + 31) >> 5)
                    words = (spot + n + 31) >> 5
                    if words > size:
                        gas -= 3 * (words - size)
                        gas -= (words * words >> 9) - (size * size >> 9)
                    if gas < 0:
                        status = at.OUT_OF_GAS
                        break
                    if words > size:
                        end = memory_at + 32 * words + at.PADDING
                        if end > len(memory):
                            r[at.WHICH] = at.MEMORY
                            r[at.SIZE] = end
                            status = at.MORE_BYTES
                            break
                        size = words
            if 0x60 <= op <= 0x7F:
                n = op - 0x5F
                stack[sp] = load_word(code, code_at + pc + 1) >> (256 - 8 * n)
                sp += 1
                pc += n
            elif 0x80 <= op <= 0x8F:
                stack[sp] = stack[sp + 0x7F - op]
                sp += 1
            elif 0x90 <= op <= 0x9F:
                k = sp + 0x8E - op
                word = stack[k]
                stack[k] = stack[sp - 1]
                stack[sp - 1] = word
            elif op == 0x5B:
                pass
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
            elif op == 0x50:
                sp -= 1
            elif op == 0x51:
                stack[sp - 1] = load_word(memory, memory_at + saturate(stack[sp - 1]))
            elif op == 0x52:
                sp -= 2
                store_word(memory, memory_at + saturate(stack[sp + 1]), stack[sp])
            elif op == 0x15:
                stack[sp - 1] = u256(stack[sp - 1] == u256(0))
            elif op == 0x19:
                stack[sp - 1] = u256(~stack[sp - 1])
            elif op == 0x08 or op == 0x09:
                sp -= 2
                stack[sp - 1] = modular(op, stack[sp + 1], stack[sp], stack[sp - 1])
            elif 0x01 <= op <= 0x1D:
                sp -= 1
                if op == 0x0A:
                    gas -= EXPONENT_BYTE * ((count_bits(stack[sp - 1]) + 7) >> 3)
                    if gas < 0:
                        status = at.OUT_OF_GAS
                        break
                stack[sp - 1] = computed(op, stack[sp], stack[sp - 1])
            elif op == 0x35:
                stack[sp - 1] = input_word(r, frame, memory, saturate(stack[sp - 1]))
            elif op == 0x20:
                sp -= 1
                n = saturate(stack[sp - 1])
                spot = memory_at + saturate(stack[sp]) if n > 0 else 0
                stack[sp - 1] = hash_to_word(memory, spot, n, block)
            elif op == 0x58:
                stack[sp] = u256(pc)
                sp += 1
            elif op == 0x59:
                stack[sp] = u256(32 * size)
                sp += 1
            elif op == 0x5A:
                stack[sp] = u256(gas)
                sp += 1
            elif op == 0x5F:
                stack[sp] = u256(0)
                sp += 1
            elif 0x30 <= op <= 0x4A and NEED[op] == 0:
                stack[sp] = known_word(r, w, frame, op)
                sp += 1
            elif op == 0x00:
                status = at.STOP
                break
            elif op == 0xF3 or op == 0xFD:
                count = saturate(stack[sp - 2])
                start = memory_at + saturate(stack[sp - 1]) if count > 0 else 0
                status = at.RETURN if op == 0xF3 else at.REVERT
                break
            elif op == 0x40:
                status = at.FIND_BLOCK
                break
            else:
                r[frame + at.PC] = pc + 1
                r[frame + at.SP] = sp
                r[frame + at.LEFT] = gas
                r[frame + at.WORDS] = size
                status = outside(
                    r, w, frame, stack, memory, code, jumps, returned, logged, block, op
                )
                sp = r[frame + at.SP]
                gas = r[frame + at.LEFT]
                size = r[frame + at.WORDS]
                if status != at.GO_ON:
                    break
            pc += 1
        if status == at.ENTERED:
            continue
        if status == at.PRECOMPILE:
            r[at.BUDGET] = budget
            return status
        r[frame + at.PC] = pc
        r[frame + at.SP] = sp
        if at.STEP <= status < at.ENTERED:
            if status == at.FIND_BLOCK:
                # The host finishes this instruction; any other begins anew.
                r[frame + at.LEFT] = gas
                r[frame + at.WORDS] = size
                r[at.BUDGET] = budget
                return status
            r[frame + at.LEFT] = before
            r[frame + at.WORDS] = size_before
            r[at.BUDGET] = budget if status == at.STEP else budget + 1
            return status
        r[frame + at.LEFT] = gas
        r[frame + at.WORDS] = size
        status = leave(
            r, w, stack, memory, code, jumps, returned, block, status, start, count
        )
        if status == at.MORE_BYTES:
            r[frame + at.LEFT] = before
            r[frame + at.WORDS] = size_before
            r[at.BUDGET] = budget + 1
            return status
        if status != at.GO_ON:
            return status
