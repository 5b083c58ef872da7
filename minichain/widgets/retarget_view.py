"""What the retarget controller shows of a course, as data and in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from minichain.consensus.difficulty import BLOCK_SPACING, CLAMP, PERIOD
from minichain.consensus.regulation import START_BITS, WINDOW, Adjustment
from minichain.ledger.target import compute_difficulty, target_from_bits
from minichain.widgets.base import Picture, Table, Twin
from minichain.widgets.retarget_scenes import DAY, SCENES, Day, mine_days

if TYPE_CHECKING:
    from minichain.widgets.retarget import RetargetState

RULES = {
    "period": "Bitcoin",
    "window": "Each day",
    "emergency": "Emergency",
    "asert": "ASERT",
}
"""The rules, by name."""

NOTES = {
    "period": f"Bitcoin: every {PERIOD:,} blocks, by at most a factor of {CLAMP}.",
    "window": f"Bitcoin's rule with periods of {WINDOW} blocks, a day.",
    "emergency": "Bitcoin Cash, August 2017: Bitcoin's rule, and a fifth easier after "
    "each block while the last six took half a day.",
    "asert": "Bitcoin Cash since 2020: after every block; two days behind schedule "
    "halve the difficulty, two days ahead double it.",
}
"""What each rule does."""

ROWS = 6
"""Most adjustments that are listed."""

FINE = 4
"""Most steps of the difficulty that are drawn for a day."""

START = compute_difficulty(target_from_bits(START_BITS))
"""The difficulty that a course begins with."""


def difficulty_of(bits: int) -> float:
    """Return the difficulty that bits stand for."""
    return float(compute_difficulty(target_from_bits(bits)))


def multiple_of(bits: int) -> float:
    """Return the difficulty in multiples of the one at the start."""
    return round(difficulty_of(bits) / float(START), 4)


def draw_change(change: Adjustment) -> dict[str, Any]:
    """Return an adjustment with the figures that led to it."""
    meant = change.timespan
    ratio = change.taken / meant if meant else None
    held = ""
    if change.is_clamped and ratio is not None:
        held = "short" if ratio < 1 else "long"
    return {
        "height": change.height,
        "day": round(change.second / DAY, 3),
        "taken": round(change.taken / DAY, 3),
        "meant": meant and round(meant / DAY, 3),
        "blocks": meant and meant // BLOCK_SPACING,
        "ratio": ratio and round(ratio, 4),
        "held": held,
        "before": f"{change.before:08x}",
        "after": f"{change.after:08x}",
        "was": round(difficulty_of(change.before), 4),
        "now": round(difficulty_of(change.after), 4),
    }


def draw_retarget(state: RetargetState) -> Picture:
    """Return the picture of a course."""
    days = mine_days(state.rule, state.luck_seed, state.powers[: state.mined])
    changes = [change for day in days for change in day.changes]
    kept = [change for change in changes if change.timespan is not None]
    last = days[-1].course if days else None
    return {
        "scene": state.scene,
        "scenes": [[name, scene.label] for name, scene in SCENES.items()]
        + [["hand", "By hand"], ["real", "Real headers"]],
        "rule": state.rule,
        "rules": [list(pair) for pair in RULES.items()],
        "note": NOTES[state.rule],
        "lucky": state.lucky,
        "power": state.power,
        "days": [[day.power, round(1440 / day.blocks, 2) if day.blocks else None]
                 for day in days],
        "plan": list(state.powers[state.mined :]),
        "steps": _steps(days),
        "marks": [[round(c.second / DAY, 3), c.is_clamped] for c in kept],
        "rows": [draw_change(change) for change in kept[-ROWS:]],
        "count": len(changes),
        "last": draw_change(changes[-1]) if changes else None,
        "height": last.height if last else 0,
        "late": round(last.late / DAY, 2) if last else 0,
        "bits": f"{last.bits if last else START_BITS:08x}",
        "difficulty": round(difficulty_of(last.bits if last else START_BITS), 2),
        "pace": _pace(days),
        "working": state.mined < state.goal,
    }  # fmt: skip


def _steps(days: tuple[Day, ...]) -> list[list[float]]:
    """Return when the difficulty changed, and to what, thinned for drawing."""
    steps: list[list[float]] = [[0, 1]]
    for number, day in enumerate(days):
        thin = max(1, len(day.changes) // FINE)
        for change in day.changes[thin - 1 :: thin]:
            steps.append([round(change.second / DAY, 3), multiple_of(change.after)])
        if len(day.changes) > FINE:
            steps.append([number + 1, multiple_of(day.course.bits)])
    return steps


def _pace(days: tuple[Day, ...]) -> dict[str, Any] | None:
    """Return how the days went: the quickest and the slowest, and how many are off."""
    if not days:
        return None
    found = [day.blocks for day in days]
    return {
        "days": len(days),
        "blocks": sum(found),
        "due": len(days) * DAY // BLOCK_SPACING,
        "quickest": round(1440 / max(found), 1) if max(found) else None,
        "slowest": round(1440 / min(found), 1) if min(found) else None,
        "slow": sum(blocks * BLOCK_SPACING * 2 <= DAY for blocks in found),
        "quick": sum(blocks * BLOCK_SPACING >= DAY * 2 for blocks in found),
    }


def tell_change(change: dict[str, Any], rule: str) -> str:
    """Return an adjustment as a sentence."""
    if change["meant"] is None:
        why = {
            "asert": "the schedule counts from the first block",
            "emergency": "six blocks took half a day or more",
        }.get(rule, "the rule fired")
        return (
            f"At block {change['height']:,}, for {why}: bits {change['before']} became "
            f"{change['after']}, difficulty {change['now']:,.4g}."
        )
    gaps = change["blocks"] - 1
    held = {
        "short": f" It is cut to a quarter: the difficulty rises by {CLAMP} at most.",
        "long": f" It is cut to {CLAMP}: the difficulty falls by {CLAMP} at most.",
    }.get(change["held"], "")
    return (
        f"At block {change['height']:,}: {gaps:,} gaps took {change['taken']:g} days, "
        f"{change['blocks']:,} were meant to take {change['meant']:g}: "
        f"{change['ratio']:.4g} of it.{held} Bits {change['before']} became "
        f"{change['after']}, difficulty {change['now']:,.4f}."
    )


def summarize_retarget(picture: Picture) -> str:
    """Return one sentence on how the chain stands."""
    if picture["scene"] == "real":
        if picture["last"] is None:
            return "The headers of the period are here; its change is to be guessed."
        return tell_change(picture["last"], "period")
    if picture["pace"] is None:
        return "No day is mined yet."
    minutes = picture["days"][-1][1]
    last = "found no block" if minutes is None else f"a block every {minutes} minutes"
    return (
        f"Day {picture['pace']['days']}: {last}. Difficulty {picture['difficulty']:,}, "
        f"bits {picture['bits']}."
    )


def describe_retarget(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    if picture["scene"] == "real":
        real = picture["real"]
        ends = (
            (f"{real['first']:,}", real["from"]), (f"{real['last']:,}", real["to"]),
        )  # fmt: skip
        words: list[str | Table] = [
            Table("The first and the last block of the period", ("block", "time"), ends)
        ]
        if picture["last"] is not None:
            words.append(tell_change(picture["last"], "period"))
            words.append(real["verdict"])
        return words
    labels = dict(picture["scenes"])
    luck = "Blocks come by chance." if picture["lucky"] else "Each block is average."
    twin: list[str | Table] = [f"{labels[picture['scene']]}. {picture['note']} {luck}"]
    twin.append(_tell_plan(picture))
    if pace := picture["pace"]:
        ahead = "behind" if picture["late"] > 0 else "ahead of"
        twin.append(
            f"{pace['blocks']:,} blocks in {pace['days']} days, {pace['due']:,} were "
            f"due; the chain is {abs(picture['late']):g} days {ahead} schedule. On "
            f"{pace['slow']} days blocks took twenty minutes or more, on "
            f"{pace['quick']} five or less."
        )
    if picture["last"] is not None:
        twin.append(tell_change(picture["last"], picture["rule"]))
    if picture["rows"]:
        rows = [
            (
                f"{row['height']:,}", f"{row['day']:.1f}", f"{row['taken']:.2f} days",
                f"{row['ratio']:.3f}", "yes" if row["held"] else "no", row["after"],
                f"{row['now']:,.2f}",
            )
            for row in picture["rows"]
        ]  # fmt: skip
        head = ("block", "day", "period took", "of what was meant", "cut", "bits",
                "difficulty")  # fmt: skip
        twin.append(Table("The last adjustments", head, tuple(rows)))
    if picture["days"]:
        twin.append(_tell_weeks(picture))
    return twin


def _tell_plan(picture: Picture) -> Table:
    """Return the power as runs of days, mined or not."""
    plan = [power for power, _ in picture["days"]] + picture["plan"]
    rows: list[tuple[str, str, str]] = []
    day = 0
    for power, run in groupby(plan):
        days = len(list(run))
        mined = "yes" if day + days <= len(picture["days"]) else "no"
        if day < len(picture["days"]) < day + days:
            mined = "in part"
        rows.append((str(day), f"{power} %", mined))
        day += days
    if picture["scene"] == "hand":
        rows.append((str(day), f"{picture['power']} %", "no"))
    return Table("The power", ("from day", "power", "mined"), tuple(rows))


def _tell_weeks(picture: Picture) -> Table:
    """Return the days in weeks: power, pace and difficulty at the end of each."""
    rows = []
    days, steps = picture["days"], picture["steps"]
    for start in range(0, len(days), 7):
        week = days[start : start + 7]
        blocks = sum(1440 / minutes for _, minutes in week if minutes)
        pace = f"{1440 * len(week) / blocks:.1f} minutes" if blocks else "no block"
        end = start + len(week)
        level = [value for when, value in steps if when <= end][-1]
        rows.append((str(start // 7 + 1), f"{week[-1][0]} %", pace, f"{level:.2f}"))
    head = ("week", "power at its end", "a block every", "difficulty, start is 1")
    return Table("Week by week", head, tuple(rows))
