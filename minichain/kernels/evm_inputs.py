"""Inputs are what a frame was given, and what it can know without asking anyone.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, appendix H.2, opcodes 0x30 to 0x4a.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.runtime import routine
from minichain.kernels.word import (
    clear_bytes,
    copy_bytes,
    load_word,
    low64,
    saturate,
    u256,
)


@routine
def input_word(r: Any, frame: int, memory: Any, start: int) -> Any:
    """Return what CALLDATALOAD gives: 32 bytes of input, zeros behind its end."""
    left = r[frame + at.DATA_LENGTH] - start
    if left <= 0:
        return u256(0)
    word = load_word(memory, r[frame + at.DATA_AT] + start)
    if left < 32:
        free = 8 * (32 - left)
        return u256((word >> free) << free)
    return word


@routine
def known_word(r: Any, w: Any, frame: int, op: int) -> Any:
    """Return what an instruction gives that takes nothing from the stack."""
    words = r[at.FRAME_WORDS_AT] + r[at.DEPTH] * at.FRAME_WORDS
    if op == 0x30:
        return w[words]
    if op == 0x33:
        return w[words + 1]
    if op == 0x34:
        return w[words + 2]
    if op == 0x36:
        return u256(r[frame + at.DATA_LENGTH])
    if op == 0x38:
        return u256(r[frame + at.CODE_LENGTH])
    if op == 0x3D:
        return u256(r[at.RETURNED])
    if op == 0x47:
        own = r[at.ACCOUNT_WORDS_AT] + r[frame + at.SELF] * at.ACCOUNT_WORDS
        return w[own + at.BALANCE]
    # What the block and the transaction say stays the same throughout.
    return w[op - 0x30]


@routine
def copy_padded(
    memory: Any, spot: int, source: Any, first: int, length: int, start: int, count: int
) -> None:
    """Copy from byte ``start`` of a source, with zeros behind the source's end.

    The source is ``length`` bytes from place ``first`` of its buffer.
    """
    there = min(max(length - start, 0), count)
    if there > 0:
        copy_bytes(memory, spot, source, first + start, there)
    if count > there:
        clear_bytes(memory, spot + there, count - there)


@routine
def copy_in(
    r: Any, frame: int, stack: Any, top: int, memory: Any, code: Any, returned: Any,
    op: int,
) -> int:  # fmt: skip
    """Run CALLDATACOPY, CODECOPY, RETURNDATACOPY or MCOPY."""
    count = saturate(stack[top - 2])
    start = saturate(stack[top - 1])
    if op == 0x3E and start + count > r[at.RETURNED]:
        return at.OUT_OF_RETURN_DATA
    if count == 0:
        return at.GO_ON
    base = r[frame + at.MEMORY_AT]
    to = base + saturate(stack[top])
    if op == 0x3E:
        copy_bytes(memory, to, returned, start, count)
    elif op == 0x5E:
        copy_bytes(memory, to, memory, base + start, count)
    elif op == 0x37:
        first, length = r[frame + at.DATA_AT], r[frame + at.DATA_LENGTH]
        copy_padded(memory, to, memory, first, length, start, count)
    else:
        first, length = r[frame + at.CODE_AT], r[frame + at.CODE_LENGTH]
        copy_padded(memory, to, code, first, length, start, count)
    return at.GO_ON


@routine
def store_byte(r: Any, frame: int, stack: Any, top: int, memory: Any) -> int:
    """Run MSTORE8."""
    place = r[frame + at.MEMORY_AT] + saturate(stack[top])
    memory[place] = low64(stack[top - 1]) & 255
    return at.GO_ON


@routine
def blob_hash(r: Any, w: Any, stack: Any, top: int) -> int:
    """Run BLOBHASH."""
    number = saturate(stack[top])
    stack[top] = w[at.BLOB_WORDS + number] if number < r[at.BLOBS] else u256(0)
    return at.GO_ON
