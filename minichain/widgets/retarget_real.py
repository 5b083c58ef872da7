"""The first change of Bitcoin's target, from its real headers, and what might be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from minichain.consensus.difficulty import TIMESPAN, retarget
from minichain.consensus.regulation import Adjustment
from minichain.ledger.mainnet import load_header
from minichain.ledger.target import MAX_TARGET, bits_from_target
from minichain.units import Timestamp
from minichain.widgets.base import Picture
from minichain.widgets.retarget_scenes import DAY, SCENES, Scene
from minichain.widgets.retarget_view import NOTES, RULES, difficulty_of, draw_change

if TYPE_CHECKING:
    from minichain.widgets.retarget import RetargetState

FIRST, LAST, NEXT = 30_240, 32_255, 32_256
"""Heights of the first and last block of the period, and of the one after it."""

REAL_TAKEN = load_header(LAST).time - load_header(FIRST).time
"""Seconds that the period took."""

HOURS = 70 * 24
"""Most hours that a learner lets it take: five times as long as meant."""

REAL = Scene(
    "Real headers",
    (),
    "Blocks 30,240 to 32,255 of Bitcoin took 11.84 days instead of 14. The difficulty "
    "had always been 1. What is it after them?",
    ("0.85", "1.18", "1, as it was"),
    1,
)
"""The period, as a scene with nothing to mine."""


def change_after(taken: int) -> Adjustment:
    """Return the change of the target, had the real period taken so many seconds."""
    first, last = load_header(FIRST), load_header(LAST)
    end = Timestamp(first.time + taken)
    bits = retarget(first.time, end, last.bits)
    return Adjustment(NEXT, 0.0, first.time, end, last.bits, bits, TIMESPAN)


def real_verdict() -> str:
    """Return what became of the difficulty."""
    change = change_after(REAL_TAKEN)
    return (
        f"{difficulty_of(change.after):.7f}: 14 days over {change.taken / DAY:.2f}. "
        f"Block {NEXT:,} carries just these bits, {change.after:08x}."
    )


def draw_real(state: RetargetState) -> Picture:
    """Return the real period and its change; no change while it is to be guessed."""
    change = change_after(state.taken)
    is_real = state.taken == REAL_TAKEN
    carried = load_header(NEXT).bits
    if is_real:
        assert change.after == carried
        verdict = f"Block {NEXT:,} carries {carried:08x}: the same, to the last bit."
    elif change.after == bits_from_target(MAX_TARGET):
        verdict = "No target may be easier than this one, with which Bitcoin began."
    elif change.is_clamped:
        verdict = "Cut: no period makes it more than four times as hard."
    else:
        verdict = f"Block {NEXT:,} would have had to carry {change.after:08x}."
    shown = not state.prediction.is_open
    return {
        "scene": "real",
        "scenes": [[name, scene.label] for name, scene in SCENES.items()]
        + [["hand", "By hand"], ["real", "Real headers"]],
        "rules": [list(pair) for pair in RULES.items()],
        "rule": "period",
        "note": NOTES["period"],
        "last": draw_change(change) if shown else None,
        "real": {
            "first": FIRST,
            "last": LAST,
            "next": NEXT,
            "from": _tell_time(change.first),
            "to": _tell_time(change.last),
            "seconds": state.taken,
            "hours": round(state.taken / 3600),
            "limit": HOURS,
            "exact": is_real,
            "difficulty": f"{difficulty_of(change.after):.7f}" if shown else "",
            "verdict": verdict if shown else "",
        },
    }


def _tell_time(time: Timestamp) -> str:
    return f"{datetime.fromtimestamp(time, UTC):%d %B %Y, %H:%M}"
