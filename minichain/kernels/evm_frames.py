"""A frame is one call in progress: its code, its stack, its memory and its gas.

Frames lie one behind the other in shared arenas, so that a call costs no more than a
few writes. What a frame changed is undone when it fails.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_changes import finish
from minichain.kernels.evm_table import STACK_LIMIT
from minichain.kernels.evm_tables import note, undo
from minichain.kernels.keccak import hash_range
from minichain.kernels.runtime import routine
from minichain.kernels.word import clear_bytes, copy_bytes, join_digest, u256

LONGEST_CODE = 24_576
"""Most bytes of a contract (EIP-170)."""

CODE_BYTE = 200
"""Gas for each byte of a new contract."""

RESERVED = 0xEF
"""The first byte that no new contract may have (EIP-3541)."""

FRESH_MEMORY = 4096
"""Bytes of memory that a frame finds without asking the host."""


@routine
def hash_to_word(buffer: Any, start: int, count: int, block: Any) -> Any:
    """Return the Keccak-256 of ``count`` bytes as a word."""
    state = hash_range(buffer, start, count, block)
    return join_digest(state[0], state[1], state[2], state[3])


@routine
def lacks_room(r: Any, memory: Any, sp: int, memory_at: int) -> bool:
    """Ask for larger arenas if one more frame may not fit; return whether it may not.

    The frame's stack would begin at ``sp`` and its memory at ``memory_at``.
    """
    if sp + STACK_LIMIT + 32 > r[at.STACK_ROOM]:
        r[at.WHICH] = at.STACK
        r[at.SIZE] = sp + STACK_LIMIT + 32
        return True
    if memory_at + FRESH_MEMORY > len(memory):
        r[at.WHICH] = at.MEMORY
        r[at.SIZE] = memory_at + FRESH_MEMORY
        return True
    return False


@routine
def push_frame(r: Any, gas: int, own: int, sp: int, memory_at: int) -> int:
    """Add a frame of no code and no input, and return its place.

    Its marks are set to now, so whatever belongs to the call itself, such as the value
    it pays, is changed after this.
    """
    r[at.DEPTH] += 1
    frame = r[at.FRAMES_AT] + r[at.DEPTH] * at.FRAME
    r[frame + at.PC] = 0
    r[frame + at.SP] = sp
    r[frame + at.LEFT] = gas
    r[frame + at.WORDS] = 0
    r[frame + at.BASE] = sp
    r[frame + at.MEMORY_AT] = memory_at
    r[frame + at.CODE_AT] = 0
    r[frame + at.CODE_LENGTH] = 0
    r[frame + at.DATA_AT] = 0
    r[frame + at.DATA_LENGTH] = 0
    r[frame + at.SELF] = own
    r[frame + at.STATIC] = 0
    r[frame + at.CREATES] = 0
    r[frame + at.RETURN_AT] = 0
    r[frame + at.RETURN_LENGTH] = 0
    r[frame + at.JOURNAL_MARK] = r[at.JOURNALED]
    r[frame + at.LOG_MARK] = r[at.LOGGED]
    r[frame + at.LOG_BYTES_MARK] = r[at.LOG_BYTES]
    r[frame + at.REFUND_MARK] = r[at.REFUND]
    r[frame + at.PRECOMPILED] = 0
    r[at.RETURNED] = 0
    return frame


@routine
def name_frame(r: Any, w: Any, own: Any, caller: Any, value: Any) -> None:
    """Say whose frame the newest is, who called it and what was paid."""
    spot = r[at.FRAME_WORDS_AT] + r[at.DEPTH] * at.FRAME_WORDS
    w[spot] = own
    w[spot + 1] = caller
    w[spot + 2] = value


@routine
def drop_frame(r: Any) -> None:
    """Forget the newest frame and undo nothing."""
    r[at.DEPTH] -= 1


@routine
def address_of_row(r: Any, w: Any, account: int) -> Any:
    """Return an account's address as a word."""
    return w[r[at.ACCOUNT_WORDS_AT] + account * at.ACCOUNT_WORDS + at.ADDRESS]


@routine
def install_code(
    r: Any, code: Any, jumps: Any, source: Any, start: int, count: int
) -> int:
    """Copy code behind all other code, mark where it may be jumped to; return where."""
    if count == 0:
        return 0
    spot = r[at.CODE_TOP]
    end = spot + count
    copy_bytes(code, spot, source, start, count)
    clear_bytes(code, end, at.PADDING)
    mark_jumps(code, jumps, spot, end)
    r[at.CODE_TOP] = end + at.PADDING
    return spot


@routine
def mark_jumps(code: Any, jumps: Any, start: int, end: int) -> None:
    """Mark where code may be jumped to: a JUMPDEST that is no PUSH's number."""
    clear_bytes(jumps, start, end - start)
    i = start
    while i < end:
        op = code[i]
        if op == 0x5B:
            jumps[i] = 1
        elif 0x60 <= op <= 0x7F:
            i += op - 0x5F
        i += 1


@routine
def lacks_code_room(r: Any, code: Any, count: int) -> bool:
    """Ask for a larger code arena if ``count`` bytes more may not fit."""
    if r[at.CODE_TOP] + count + at.PADDING <= len(code):
        return False
    r[at.WHICH] = at.CODE
    r[at.SIZE] = r[at.CODE_TOP] + count + at.PADDING
    return True


@routine
def _release_code(r: Any, frame: int) -> None:
    """Give back the place of initialising code, if nothing lies behind it."""
    if r[frame + at.CODE_LENGTH] == 0:
        return
    end = r[frame + at.CODE_AT] + r[frame + at.CODE_LENGTH] + at.PADDING
    if r[frame + at.CREATES] > 0 and r[at.CODE_TOP] == end:
        r[at.CODE_TOP] = r[frame + at.CODE_AT]


@routine
def _keep_code(
    r: Any, w: Any, memory: Any, code: Any, jumps: Any, block: Any, frame: int,
    start: int, count: int,
) -> int:  # fmt: skip
    """Make what initialising code returned the new contract; return how that went."""
    if count > LONGEST_CODE:
        return at.CODE_TOO_LONG
    if count > 0 and memory[start] == RESERVED:
        return at.INVALID_CODE
    if r[frame + at.LEFT] < CODE_BYTE * count:
        return at.OUT_OF_GAS
    r[frame + at.LEFT] -= CODE_BYTE * count
    _release_code(r, frame)
    account = r[frame + at.CREATES] - 1
    words = r[at.ACCOUNT_WORDS_AT] + account * at.ACCOUNT_WORDS
    note(r, w, account, at.OLD_CODE, w[words + at.CODE_HASH])
    w[words + at.CODE_HASH] = hash_to_word(memory, start, count, block)
    spot = r[at.ACCOUNTS_AT] + account * at.ACCOUNT
    r[spot + at.BYTES_AT] = install_code(r, code, jumps, memory, start, count)
    r[spot + at.BYTES_LENGTH] = count
    return at.RETURN


@routine
def _answer(r: Any, w: Any, stack: Any, memory: Any, returned: Any, done: int) -> None:
    """Put what the frame just dropped came to where its caller looks for it."""
    frame = r[at.FRAMES_AT] + r[at.DEPTH] * at.FRAME
    child = frame + at.FRAME
    r[frame + at.LEFT] += r[child + at.LEFT]
    top = r[frame + at.SP]
    r[frame + at.SP] = top + 1
    if done == at.REVERT or done > at.RETURN:
        stack[top] = u256(0)
    elif r[child + at.CREATES] > 0:
        stack[top] = address_of_row(r, w, r[child + at.CREATES] - 1)
    else:
        stack[top] = u256(1)
    count = min(r[child + at.RETURN_LENGTH], r[at.RETURNED])
    if count > 0:
        copy_bytes(memory, r[child + at.RETURN_AT], returned, 0, count)


@routine
def end_frame(
    r: Any, w: Any, stack: Any, memory: Any, code: Any, jumps: Any, returned: Any,
    block: Any, done: int, start: int, count: int,
) -> int:  # fmt: skip
    """End the newest frame, which came to ``done``; return what follows.

    Its output is ``count`` bytes of memory from ``start``, or, if that is negative,
    in place already.
    """
    frame = r[at.FRAMES_AT] + r[at.DEPTH] * at.FRAME
    if start >= 0 and count > len(returned):
        r[at.WHICH] = at.RETURN_DATA
        r[at.SIZE] = count
        return at.MORE_BYTES
    if r[frame + at.CREATES] > 0 and done < at.REVERT:
        if count > 0 and lacks_code_room(r, code, min(count, LONGEST_CODE)):
            return at.MORE_BYTES
        done = _keep_code(r, w, memory, code, jumps, block, frame, start, count)
        count = 0
    if done >= at.REVERT:
        undo(r, w, r[frame + at.JOURNAL_MARK])
        r[at.LOGGED] = r[frame + at.LOG_MARK]
        r[at.LOG_BYTES] = r[frame + at.LOG_BYTES_MARK]
        r[at.REFUND] = r[frame + at.REFUND_MARK]
        _release_code(r, frame)
    if done > at.REVERT:
        r[frame + at.LEFT] = 0
        r[at.REASON] = done
        count = 0
    if start >= 0 and count > 0:
        copy_bytes(returned, 0, memory, start, count)
    r[at.RETURNED] = count
    if r[frame + at.WORDS] > 0:
        clear_bytes(memory, r[frame + at.MEMORY_AT], 32 * r[frame + at.WORDS])
    r[at.DEPTH] -= 1
    if r[at.DEPTH] < 0:
        r[at.ENDED] = done
        r[at.GAS_LEFT] = r[frame + at.LEFT]
        finish(r, w, memory, done)
        return at.DONE
    _answer(r, w, stack, memory, returned, done)
    return at.GO_ON


@routine
def leave(
    r: Any, w: Any, stack: Any, memory: Any, code: Any, jumps: Any, returned: Any,
    block: Any, done: int,
) -> int:  # fmt: skip
    """End the newest frame, whose last instruction came to ``done``."""
    start = 0
    count = 0
    if done == at.RETURN or done == at.REVERT:
        start = r[at.OUTPUT_AT]
        count = r[at.OUTPUT_LENGTH]
    return end_frame(
        r, w, stack, memory, code, jumps, returned, block, done, start, count
    )
