"""Names for slots of storage: a variable's, or an entry's of one of its tables."""

from functools import lru_cache

from minichain.evm.trace import Recording
from minichain.evm.trace_calls import read_memory
from minichain.units import Address
from minichain.widgets.timetravel_play import Play, play
from minichain.widgets.timetravel_setup import Setup

KECCAK256 = 0x20
"""The instruction that finds an entry's slot."""

ENTRY_SIZE = 64
"""Bytes that it hashes for that: the table's slot and the key."""


def name_slot(setup: Setup, address: Address, number: int) -> str:
    """Return what the source calls a slot, or nothing if it has no name for it."""
    run = play(setup)
    home = run.home(address)
    if home is None or home.artifact is None:
        return ""
    names = {slot: name for name, slot in home.artifact.slots.items()}
    keys: list[str] = []
    hashed = _entries(setup)
    # An entry of an entry's table is hashed twice.
    while number not in names:
        if number not in hashed or len(keys) > 8:
            return ""
        number, key = hashed[number]
        keys.insert(0, _show_key(run, key))
    return names[number] + "".join(f"[{key}]" for key in keys)


def _show_key(run: Play, key: int) -> str:
    if key >> 160 or key < 2**32:
        return str(key) if key < 2**64 else hex(key)
    return run.name(Address(key.to_bytes(20, "big")))


@lru_cache(maxsize=6)
def _entries(setup: Setup) -> dict[int, tuple[int, int]]:
    """Return which table and key each hash of a run stands for."""
    recording: Recording = play(setup).recording
    found = {}
    for step, after in zip(recording.steps, recording.steps[1:], strict=False):
        if step.opcode != KECCAK256 or len(step.stack) < 2 or not after.stack:
            continue
        if step.stack[-2] == ENTRY_SIZE and after.depth == step.depth:
            hashed = read_memory(step, step.stack[-1], ENTRY_SIZE)
            table, key = hashed[:32], hashed[32:]
            found[after.stack[-1]] = (
                int.from_bytes(table, "big"), int.from_bytes(key, "big"),
            )  # fmt: skip
    return found
