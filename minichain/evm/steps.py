"""A step is read from the arena when the machine stands before an instruction."""

from minichain.evm.arena import Arena
from minichain.evm.halts import HALTS
from minichain.evm.message import Step
from minichain.kernels import evm_layout as at
from minichain.units import Address, Gas


def read_step(arena: Arena, split: tuple[Gas, Gas] | None) -> Step:
    """Return what the newest frame is about to do.

    ``split`` is how a call that began since the step before split the gas.
    """
    r, stack = arena.r, arena.stack
    frame = r[at.FRAMES_AT] + r[at.DEPTH] * at.FRAME
    pc = r[frame + at.PC]
    is_inside = pc < r[frame + at.CODE_LENGTH]
    memory, size = r[frame + at.MEMORY_AT], 32 * r[frame + at.WORDS]
    own = arena.w[r[at.FRAME_WORDS_AT] + r[at.DEPTH] * at.FRAME_WORDS]
    return Step(
        depth=r[at.DEPTH] + 1,
        pc=pc,
        opcode=arena.code[r[frame + at.CODE_AT] + pc] if is_inside else 0,
        gas=Gas(r[frame + at.LEFT]),
        stack=tuple(stack[i] for i in range(r[frame + at.BASE], r[frame + at.SP])),
        memory=bytes(arena.memory[memory : memory + size]),
        address=Address(own.to_bytes(20, "big")),
        refund=Gas(r[at.REFUND]),
        returned=bytes(arena.returned[: r[at.RETURNED]]),
        split=split,
        halt=HALTS.get(r[at.REASON], ""),
    )
