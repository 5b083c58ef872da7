"""Memory is a frame's own bytes; it grows as it is touched, and is paid for before.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, appendix H.1, the cost of memory.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_table import LENGTH_AT, OFFSET_AT, WORD_GAS
from minichain.kernels.runtime import routine
from minichain.kernels.word import saturate

LARGEST_OFFSET = 0xFFFFFFFF
"""No gas pays for memory beyond it."""


@routine
def grow_memory(r: Any, frame: int, memory: Any, start: int, count: int) -> int:
    """Pay for the memory that ``count`` bytes from ``start`` reach."""
    if count == 0:
        return at.GO_ON
    if start > LARGEST_OFFSET or count > LARGEST_OFFSET:
        return at.OUT_OF_GAS
    words = (start + count + 31) >> 5
    had = r[frame + at.WORDS]
    if words <= had:
        return at.GO_ON
    cost = 3 * (words - had) + (words * words >> 9) - (had * had >> 9)
    if r[frame + at.LEFT] < cost:
        return at.OUT_OF_GAS
    end = r[frame + at.MEMORY_AT] + 32 * words + at.PADDING
    if end > len(memory):
        r[at.WHICH] = at.MEMORY
        r[at.SIZE] = end
        return at.MORE_BYTES
    r[frame + at.LEFT] -= cost
    r[frame + at.WORDS] = words
    return at.GO_ON


@routine
def touch_memory(
    r: Any, frame: int, stack: Any, top: int, memory: Any, op: int
) -> int:  # fmt: skip
    """Pay for the memory that an instruction touches, and for each word of it."""
    count = -LENGTH_AT[op]
    if count <= 0:
        count = saturate(stack[top + count])
    if count == 0:
        return at.GO_ON
    spot = saturate(stack[top - OFFSET_AT[op]])
    if op == 0x5E:
        # MCOPY touches what it reads as well.
        spot = max(spot, saturate(stack[top - 1]))
    status = grow_memory(r, frame, memory, spot, count)
    if status != at.GO_ON:
        return status
    cost = WORD_GAS[op] * ((count + 31) >> 5)
    if r[frame + at.LEFT] < cost:
        return at.OUT_OF_GAS
    r[frame + at.LEFT] -= cost
    return at.GO_ON
