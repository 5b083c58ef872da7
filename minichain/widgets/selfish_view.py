"""What the selfish-mining lab shows of a state, as data and in words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minichain.consensus.selfish import (
    Finder,
    Fork,
    revenue,
    step,
    tabulate,
    threshold,
)
from minichain.consensus.selfish_value import compute_value
from minichain.widgets.base import Picture, Prediction, Table, Twin
from minichain.widgets.selfish_table import LETTERS, SIZE, TABLES, allowed, strategy_of

if TYPE_CHECKING:
    from minichain.widgets.selfish import SelfishState
    from minichain.widgets.selfish_race import Found

MILLION = 1_000_000
"""Parts of one: what a share string can hold of a fraction."""

LABELS = {
    "honest": "Honest",
    "selfish": "Selfish",
    "stubborn": "Stubborn",
}
"""What the strategies are called on their buttons."""

NOTES = {
    "honest": "Publishes each block at once.",
    "selfish": "Keeps a lead secret, and publishes only what is needed (Eyal and "
    "Sirer, 2013).",
    "stubborn": "Like the selfish one, but never cashes in its last block of lead: it "
    "matches instead, and goes on.",
    "own": "Your own.",
}
"""What each strategy does."""

QUESTION = (
    "A miner hides his blocks and follows the selfish strategy. In a tie all others "
    "stay on their own side. From which share of all power on does he earn more than "
    "his share?"
)
"""Asked at the beginning."""

FINDERS = ("The attacker", "A miner on his side", "The others")
"""Who finds a block, by its number."""

DEEDS = {
    "wait": "waits",
    "adopt": "gives up",
    "override": "publishes and wins",
    "match": "publishes a tie",
}
"""What the attacker does, in words."""


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    guess = ""
    if prediction.guess is not None:
        guess = f"You said {prediction.guess} %. "
    return prediction.picture(
        QUESTION,
        low=1,
        high=50,
        unit="% of all power",
        answer=round(100 * threshold(0)),
        verdict=f"{guess}From a third on: {threshold(0):.1%}. Where half of the others "
        f"take his side of a tie, from {threshold(0.5):.0%}; where all do, from "
        "nothing. Half of all power was never needed.",
    )


def draw_selfish(state: SelfishState) -> Picture:
    """Return the picture of a state."""
    is_hidden = state.prediction.is_open
    preset = next((n for n, t in TABLES.items() if t == state.table), "own")
    stayed = state.gained + state.lost
    expected = _long_run(state.table, state.share, state.reach)
    return {
        "share": state.share,
        "reach": state.reach,
        "preset": preset,
        "presets": [[name, label] for name, label in LABELS.items()],
        "note": NOTES[preset],
        "cells": _draw_cells(state.table),
        "race": {
            "secret": state.secret,
            "public": state.public,
            "tied": tuple(Fork)[state.fork] is Fork.ACTIVE,
        },
        "steps": state.steps,
        "gained": state.gained,
        "lost": state.lost,
        "orphans": state.steps - stayed - state.secret - state.public,
        "earned": round(MILLION * state.gained / stayed) if stayed else None,
        "log": [_draw_found(found) for found in state.log],
        "expected": None if is_hidden else expected,
        "curve": [] if is_hidden else _draw_curve(state.reach / 100),
        "threshold": None
        if is_hidden
        else round(MILLION * threshold(state.reach / 100)),
        "points": [list(point) for point in state.points],
    }


@lru_cache(64)
def _long_run(table: str, share: int, reach: int) -> int:
    """Return what a strategy earns in the long run, in millionths of all blocks."""
    value = compute_value(strategy_of(table), share / 100, reach / 100)
    return round(MILLION * value.share)


@lru_cache(16)
def _races_met(table: str) -> frozenset[tuple[int, int]]:
    """Return the blocks of both branches that a strategy can find itself with."""
    strategy = strategy_of(table)
    return frozenset(
        (found.secret, found.public)
        for race in tabulate(strategy, 2 * SIZE).races
        for finder in Finder
        for found in [step(strategy, race, finder, 2 * SIZE).found]
    )


def _draw_cells(table: str) -> list[list[dict[str, Any]]]:
    """Return the table's cells: the letter, those allowed, and if the race occurs."""
    met = _races_met(table)
    return [
        [
            {
                "letter": table[secret * SIZE + public],
                "allowed": allowed(secret, public),
                "met": (secret, public) in met,
            }
            for public in range(SIZE)
        ]
        for secret in range(SIZE)
    ]


def _draw_curve(reach: float) -> list[list[int]]:
    """Return what the selfish strategy earns at each share, in millionths."""
    shares = [percent / 100 for percent in range(0, 51, 2)]
    return [[round(100 * s), round(MILLION * revenue(s, reach))] for s in shares]


def _draw_found(found: Found) -> dict[str, Any]:
    return {
        "finder": found.finder,
        "who": FINDERS[found.finder],
        "deed": DEEDS[found.action],
        "secret": found.secret,
        "public": found.public,
        "gained": found.gained,
        "lost": found.lost,
    }


def tell_percent(parts: int) -> str:
    """Return millionths as per cent."""
    return f"{parts / 10_000:.1f} %"


def summarize_selfish(picture: Picture) -> str:
    """Return one sentence on the last block, or on the measurements."""
    if picture["log"]:
        last = picture["log"][-1]
        return (
            f"Block {picture['steps']}. {last['who']} found it; the attacker "
            f"{last['deed']}. {last['secret']} secret, {last['public']} public."
        )
    if picture["points"]:
        above = [p for p in picture["points"] if p[2] > p[0] * 10_000]
        if not above:
            return "At no share measured does the strategy surely earn more than it."
        return f"The strategy surely earns more than its share from {above[0][0]} % on."
    return f"{LABELS.get(picture['preset'], 'Own')} strategy, {picture['share']} %."


def describe_selfish(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    label = LABELS.get(picture["preset"], "Own strategy")
    twin: list[str | Table] = [
        f"{label}. {picture['note']} The attacker has {picture['share']} % of all "
        f"power; in a tie {picture['reach']} % of the others take his side."
    ]
    if picture["expected"] is not None:
        twin.append(
            f"In the long run he earns {tell_percent(picture['expected'])} of all "
            "blocks that stay. The selfish strategy pays from "
            f"{tell_percent(picture['threshold'])} of all power on."
        )
    head = ("secret blocks", *(f"{public} public" for public in range(SIZE)))
    rows = [
        (str(secret), *(LETTERS[cell["letter"]].value for cell in cells))
        for secret, cells in enumerate(picture["cells"])
    ]
    twin.append(Table("What the attacker does, by the branches", head, tuple(rows)))
    race = picture["race"]
    tie = " Both are public: a tie." if race["tied"] else ""
    twin.append(
        f"After {picture['steps']} blocks: {race['secret']} secret, {race['public']} "
        f"public.{tie} {picture['gained']} of the attacker's blocks stay, "
        f"{picture['lost']} of the others', {picture['orphans']} are lost."
    )
    if picture["log"]:
        steps = [
            (f["who"], f["deed"], str(f["secret"]), str(f["public"]))
            for f in picture["log"]
        ]
        columns = ("found by", "the attacker", "secret", "public")
        twin.append(Table("The last blocks", columns, tuple(steps)))
    if picture["points"]:
        measured = [
            (f"{p[0]} %", *(tell_percent(part) for part in p[1:]))
            for p in picture["points"]
        ]
        columns = ("share of power", "share of blocks", "from", "to")
        twin.append(Table("Measured, with the band", columns, tuple(measured)))
    return twin
