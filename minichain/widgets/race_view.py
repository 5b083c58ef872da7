"""What the double-spend race shows of a state, as data and in words."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any

from minichain.consensus.double_spend import (
    Race,
    blocks_while_waiting,
    break_even,
    confirmations_needed,
    exact_probability,
    nakamoto_probability,
)
from minichain.consensus.estimate import proportion
from minichain.ledger.mainnet import load_header
from minichain.widgets.base import Picture, Prediction, Table, Twin

if TYPE_CHECKING:
    from minichain.widgets.race import RaceState

LIMIT = 0.001
"""The chance that a merchant is to get below."""

ASKED = 10
"""The share that the question is about, in per cent."""

GUESSES = (30, 1)
"""Most and fewest blocks that may be guessed."""

WIDTHS = (12, 24, 36, 60, 140, 560)
"""How far the chart may reach, in blocks."""

POINTS = 60
"""Most points of a curve."""

REAL = 125_552
"""Height of a real block, of May 2011, that stands for the work of one."""

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits of a power."""

QUESTION = (
    f"An attacker has {ASKED} % of all power. How many blocks must a merchant wait, so "
    "that fewer than one double spend in a thousand succeeds?"
)
"""Asked at the beginning."""


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    share = ASKED / 100
    answer = confirmations_needed(share, LIMIT)
    paper = confirmations_needed(share, LIMIT, nakamoto_probability)
    guess = ""
    if prediction.guess is not None:
        chance = exact_probability(share, prediction.guess)
        guess = f"After {prediction.guess} it is {tell_chance(chance)}. "
    many = confirmations_needed(0.3, LIMIT)
    return prediction.picture(
        QUESTION,
        high=GUESSES[0],
        low=GUESSES[1],
        unit="blocks",
        answer=answer,
        verdict=f"{guess}It takes {answer}. By Nakamoto's formula {paper} would do, "
        f"but there the true chance is {tell_chance(exact_probability(share, paper))}. "
        f"Against 30 % of the power it takes {many}.",
    )


def draw_race(state: RaceState, race: Race, give_up: int) -> Picture:
    """Return the picture of a state."""
    share = state.share / 100
    picture: Picture = {
        "share": state.share,
        "wait": state.wait,
        "number": state.number,
        "steps": state.steps,
        "won": state.won,
        "lost": state.lost,
        "honest": race.honest,
        "attacker": race.attacker,
        "delivered": race.is_delivered,
        "taken": race.is_won,
        "given": race.is_given_up(give_up) and not race.is_won,
        "patience": give_up,
        "working": state.trials < state.goal,
        "trials": state.trials,
        "wins": state.wins,
    }
    return picture | (
        dict.fromkeys(("chances", "curve", "measured", "price"))
        if state.prediction.is_open
        else {
            "chances": _chances(share, state.wait),
            "curve": _curve(state.share),
            "measured": _measured(state),
            "price": _price(share, state.wait),
        }
    )


def _chances(share: float, wait: int) -> dict[str, Any]:
    return {
        "exact": exact_probability(share, wait),
        "paper": nakamoto_probability(share, wait),
        "needed": confirmations_needed(share, LIMIT),
        "paper_needed": confirmations_needed(share, LIMIT, nakamoto_probability),
        "limit": LIMIT,
    }


@lru_cache(maxsize=64)
def _curve_of(share: int) -> tuple[int, tuple[tuple[int, float, float], ...]]:
    part = share / 100
    needed = confirmations_needed(part, LIMIT)
    width = next(width for width in WIDTHS if width > needed)
    stride = -(-width // POINTS)
    places = range(0, width + 1, stride)
    points = ((z, exact_probability(part, z), nakamoto_probability(part, z))
              for z in places)  # fmt: skip
    return width, tuple(points)


def _curve(share: int) -> dict[str, Any]:
    """Return both formulas over the blocks waited for."""
    width, points = _curve_of(share)
    return {"width": width, "points": [list(point) for point in points]}


def _measured(state: RaceState) -> dict[str, Any] | None:
    if not state.trials:
        return None
    band = proportion(state.wins, state.trials)
    share = state.share / 100
    return {
        "value": band.value,
        "low": band.low,
        "high": band.high,
        "holds_exact": exact_probability(share, state.wait) in band,
        "holds_paper": nakamoto_probability(share, state.wait) in band,
    }


def _price(share: float, wait: int) -> dict[str, Any]:
    lost = blocks_while_waiting(share, wait)
    work = load_header(REAL).work
    enough = break_even(share, wait)
    return {
        "blocks": lost,
        "hashes": tell_large(lost * work),
        "work": tell_large(work),
        "height": REAL,
        "tries": 1 / exact_probability(share, wait),
        "payment": enough if isfinite(enough) else None,
    }


def tell_large(number: float) -> str:
    """Return a large number with its power of ten."""
    digits, power = f"{number:.1e}".split("e")
    return f"{digits} × 10{str(int(power)).translate(RAISED)}"


def tell_chance(chance: float) -> str:
    """Return a chance in per cent, to three digits that count."""
    percent = 100 * chance
    if percent >= 1e-4:
        return f"{percent:.3g} %"
    return f"{tell_large(percent)} %"


def tell_count(number: float) -> str:
    """Return a number of blocks or tries, short."""
    if number >= 1e7:
        return tell_large(number)
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def summarize_race(picture: Picture) -> str:
    """Return one sentence on the race."""
    honest, attacker = picture["honest"], picture["attacker"]
    stand = f"{honest} to {attacker} blocks."
    if picture["taken"]:
        return f"{stand} The attacker draws level: the payment is taken back."
    if picture["given"]:
        behind = picture["patience"]
        return f"{stand} The attacker is {behind} behind and gives up."
    if picture["delivered"]:
        behind = honest - attacker
        return f"{stand} The goods are gone; the attacker is {behind} behind."
    left = picture["wait"] - honest
    return f"{stand} The merchant waits for {left} more."


def describe_race(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    twin: list[str | Table] = [
        f"The attacker has {picture['share']} % of all power; the merchant waits for "
        f"{picture['wait']} blocks.",
        f"Race {picture['number'] + 1}: {summarize_race(picture)}",
        Table(
            "The branches",
            ("branch", "blocks"),
            (
                ("the payment's, public", str(picture["honest"])),
                ("the attacker's", str(picture["attacker"])),
            ),
        ),
    ]
    if picture["finders"]:
        who = {"A": "attacker", "H": "others"}
        told = ", ".join(who[letter] for letter in picture["finders"])
        twin.append(f"The last blocks were found by: {told}.")
    if picture["number"]:
        twin.append(
            f"Of {picture['number']} races before, the attacker won {picture['won']} "
            f"and gave up {picture['lost']}."
        )
    chances = picture["chances"]
    if chances is None:
        return twin
    rows = [
        ("exact", tell_chance(chances["exact"]), str(chances["needed"])),
        ("Nakamoto's formula", tell_chance(chances["paper"]),
         str(chances["paper_needed"])),
    ]  # fmt: skip
    measured = picture["measured"]
    if measured:
        band = f"{tell_chance(measured['low'])} to {tell_chance(measured['high'])}"
        value = tell_chance(measured["value"])
        rows.append((f"{picture['trials']:,} races", f"{value}, band {band}", "–"))
    head = ("how it is known", "chance of success", "blocks for below 0.1 %")
    twin.append(Table("Three ways to know", head, tuple(rows)))
    if measured:
        twin.append(tell_band(measured))
    price = picture["price"]
    payment = "no payment" if price["payment"] is None else tell_count(price["payment"])
    twin.append(
        f"A failed try costs {price['blocks']:.3g} blocks on average, "
        f"{price['hashes']} hashes at the difficulty of block {price['height']:,}. One "
        f"try in {tell_count(price['tries'])} succeeds. Trying pays from a payment of "
        f"{payment} block rewards on."
    )
    curve = [
        (str(z), tell_chance(exact), tell_chance(paper))
        for z, exact, paper in picture["curve"]["points"]
    ]
    head = ("blocks waited for", "exact", "Nakamoto's formula")
    twin.append(Table("The chance, by patience", head, tuple(curve)))
    return twin


def tell_band(measured: dict[str, Any]) -> str:
    """Return which formula the measured band holds."""
    exact = "lies" if measured["holds_exact"] else "does not lie"
    paper = "lies" if measured["holds_paper"] else "does not lie"
    return (
        f"The exact chance {exact} in the measured band, Nakamoto's {paper} in it. A "
        "band of 95 % misses the truth once in twenty times."
    )
