"""One moment of a recording, as data: the step, its stack, memory and storage."""

from typing import Any

from minichain.evm.disassembly import name_opcode
from minichain.evm.message import Step
from minichain.evm.trace import Recording
from minichain.evm.trace_gas import CALLS, CREATES
from minichain.kernels.evm_table import NEVER, OPCODES
from minichain.units import Address
from minichain.widgets.timetravel_names import name_slot
from minichain.widgets.timetravel_play import Play, play
from minichain.widgets.timetravel_setup import Setup

STACK_ROWS = 16
"""Most words of a stack that are shown."""

MEMORY_ROWS = 8
"""Rows of 32 bytes that are shown of a memory."""

STORAGE_ROWS = 16
"""Most slots that are shown."""

STEP_ROWS = 11
"""Steps that are listed around the present one."""


def previous_in_frame(recording: Recording, moment: int) -> int | None:
    """Return the step before a moment in the same frame; None if there is none."""
    owner, depth = recording.call_at(moment), recording.steps[moment].depth
    for place in range(moment - 1, -1, -1):
        if recording.owners[place] == owner:
            return place
        if recording.steps[place].depth < depth:
            return None
    return None


def taken_words(step: Step) -> tuple[int, ...]:
    """Return the places, from the top, of the words that an instruction uses."""
    opcode = OPCODES.get(step.opcode)
    if opcode is None or opcode.takes >= NEVER:
        return ()
    if opcode.name.startswith("DUP"):
        return (opcode.takes - 1,)
    if opcode.name.startswith("SWAP"):
        return (0, opcode.takes - 1)
    return tuple(range(opcode.takes))


def touched_memory(step: Step) -> tuple[int, int] | None:
    """Return the first byte that an instruction uses, and the one behind the last."""
    opcode = OPCODES.get(step.opcode)
    if opcode is None or len(step.stack) < opcode.takes:
        return None
    if step.opcode in CALLS:
        at = 3 if step.opcode in (0xF1, 0xF2) else 2
        offset, length = step.stack[-1 - at], step.stack[-2 - at]
    elif opcode.offset_at < 0:
        return None
    else:
        offset = step.stack[-1 - opcode.offset_at]
        place = opcode.length_at
        length = -place if place < 0 else step.stack[-1 - place]
    return (offset, offset + length) if 0 < length < 2**32 > offset else None


def draw_rows(setup: Setup, moment: int) -> list[dict[str, Any]]:
    """Return the steps around a moment."""
    run = play(setup)
    steps = run.recording.steps
    first = max(0, min(moment - STEP_ROWS // 2, len(steps) - STEP_ROWS))
    return [
        draw_step(run, place)
        for place in range(first, min(len(steps), first + STEP_ROWS))
    ]


def draw_step(run: Play, place: int) -> dict[str, Any]:
    """Return one step: what it runs and what that costs."""
    recording = run.recording
    step, cost = recording.steps[place], recording.costs[place]
    call = recording.calls[recording.owners[place]]
    opcode = OPCODES.get(step.opcode)
    data = b""
    if opcode and opcode.name.startswith("PUSH") and opcode.name != "PUSH0":
        data = call.code[step.pc + 1 : step.pc + step.opcode - 0x5E]
    return {
        "place": place,
        "pc": step.pc,
        "name": name_opcode(step.opcode),
        "data": f"0x{data.hex()}" if data else "",
        "gas": step.gas,
        "cost": cost.own,
        "handed": cost.handed,
        "memory": cost.memory,
        "warmth": cost.warmth,
        "error": cost.error,
        "depth": step.depth,
        "contract": run.name(call.code_address),
        "storage": run.name(step.address),
    }


def tell_effect(run: Play, place: int) -> str:
    """Return what a step takes from the stack and puts there, in figures."""
    recording = run.recording
    step = recording.steps[place]
    opcode = OPCODES.get(step.opcode)
    if opcode is None or len(step.stack) < opcode.takes:
        return ""
    takes, puts = opcode.takes, opcode.puts
    if opcode.name.startswith(("DUP", "SWAP")):
        word = step.stack[-taken_words(step)[-1] - 1]
        verb = "copies" if opcode.name.startswith("DUP") else "exchanges the top with"
        return f"{verb} {say_word(run, word)}"
    parts = []
    if takes:
        taken = [say_word(run, word) for word in reversed(step.stack[-takes:])]
        parts.append(f"takes {_join(taken)}")
    after = recording.steps[place + 1] if place + 1 < len(recording) else None
    if puts and after is not None and after.depth == step.depth:
        parts.append(f"puts {say_word(run, after.stack[-1])}")
    elif step.opcode in CALLS or step.opcode in CREATES:
        parts.append("begins a frame")
    return ", ".join(parts) or "touches no word of the stack"


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def show_word(word: int) -> str:
    """Return a word as a short number."""
    if word < 10**9:
        return f"{word:,}"
    if word % 10**15 == 0 and word < 10**27:
        return f"{word / 10**18:g} × 10^18"
    digits = f"{word:x}"
    return f"0x{digits}" if len(digits) <= 10 else f"0x{digits[:4]}…{digits[-4:]}"


def say_word(run: Play, word: int) -> str:
    """Return a word as a name, if it is somebody's address, or as a short number."""
    if 2**150 < word < 2**160:
        return run.name(Address(word.to_bytes(20, "big")))
    return show_word(word)


def draw_stack(run: Play, moment: int) -> dict[str, Any]:
    """Return the words of a stack, the top one first."""
    recording = run.recording
    step = recording.steps[moment]
    taken = taken_words(step)
    before = previous_in_frame(recording, moment)
    old = recording.steps[before].stack if before is not None else ()
    words = []
    for place, word in enumerate(reversed(step.stack[-STACK_ROWS:])):
        at = len(step.stack) - 1 - place
        fresh = before is not None and (at >= len(old) or old[at] != word)
        words.append(
            {
                "hex": f"{word:x}",
                "said": say_word(run, word),
                "fresh": fresh,
                "taken": place in taken,
            }
        )
    return {"words": words, "size": len(step.stack)}


def draw_memory(recording: Recording, moment: int, row: int | None) -> dict[str, Any]:
    """Return some rows of a memory, with the bytes that changed and those in use."""
    step = recording.steps[moment]
    before = previous_in_frame(recording, moment)
    old = recording.steps[before].memory if before is not None else b""
    touched = touched_memory(step)
    total = len(step.memory) // 32
    old = old.ljust(len(step.memory), b"\0")
    changed = []
    if old != step.memory:
        pairs = zip(step.memory, old, strict=False)
        changed = [i for i, (byte, was) in enumerate(pairs) if byte != was]
    follows = row is None
    if row is None:
        focus = changed[0] if changed else (touched[0] if touched else 0)
        row = focus // 32 - 1
    first = max(0, min(row, total - MEMORY_ROWS))
    rows = []
    for number in range(first, min(total, first + MEMORY_ROWS)):
        start = 32 * number
        rows.append(
            {
                "offset": start,
                "hex": step.memory[start : start + 32].hex(),
                "changed": [i - start for i in changed if start <= i < start + 32],
                "touched": _within(touched, start),
            }
        )
    return {"rows": rows, "first": first, "total": total, "follows": follows}


def _within(span: tuple[int, int] | None, start: int) -> list[int]:
    """Return the part of a span that lies in one row: its first byte and its end."""
    if span is None or span[1] <= start or span[0] >= start + 32:
        return []
    return [max(span[0] - start, 0), min(span[1] - start, 32)]


def draw_storage(setup: Setup, moment: int) -> dict[str, Any]:
    """Return the slots that were touched before a moment, the newest first."""
    run = play(setup)
    recording = run.recording
    cells = recording.storage(moment)
    earlier = {c.slot: c for c in recording.storage(moment - 1)} if moment else {}
    rows = []
    for cell in reversed(cells[-STORAGE_ROWS:]):
        slot = cell.slot
        rows.append(
            {
                "contract": run.name(slot.address),
                "name": ""
                if slot.is_transient
                else name_slot(setup, Address(slot.address), slot.number),
                "slot": show_word(slot.number),
                "key": f"0x{slot.number:x}",
                "index": cells.index(cell),
                "first": say_word(run, cell.first),
                "now": say_word(run, cell.now),
                "changed": cell.first != cell.now,
                "warm": cell.is_warm,
                "transient": slot.is_transient,
                "fresh": earlier.get(slot) != cell,
            }
        )
    return {"rows": rows, "size": len(cells)}
