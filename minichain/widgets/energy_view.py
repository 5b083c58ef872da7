"""What the energy estimate shows of a state, as data and in words."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any, NamedTuple

from minichain.consensus.energy import from_hashes, from_income, from_machines
from minichain.widgets.base import Picture, Prediction, Table, Twin

if TYPE_CHECKING:
    from minichain.widgets.energy import EnergyState

HASHES = 10**21
"""Hashes in the unit of their slider."""

CENTS = 10
"""Tenths of a cent in a cent."""


CLOSE = 0.02
"""How far two estimates may be apart and still be said to agree."""


class Assumption(NamedTuple):
    """One slider: what it is of, its bounds, and where it belongs."""

    words: str
    low: int
    high: int
    way: str


ASSUMPTIONS = {
    "hashes": Assumption("Hashes of a block", 20, 2_000, "hashes"),
    "joules": Assumption("Joules for a terahash", 50, 1_000, "hashes"),
    "overhead": Assumption("Cooling and losses", 100, 150, "hashes"),
    "price": Assumption("Price of a coin", 1, 300, "income"),
    "reward": Assumption("Coins of a block", 5, 700, "income"),
    "power": Assumption("Price of power", 10, 300, "income"),
    "part": Assumption("Income spent on power", 10, 100, "income"),
    "machines": Assumption("Machines of validators", 10, 5_000, "stake"),
    "watts": Assumption("Each draws", 20, 500, "stake"),
}
"""The sliders, by the name of what they move."""

WAYS = {
    "hashes": "Mining, from its hashes",
    "income": "Mining, from its income",
    "stake": "Proof of stake, from its machines",
}
"""The ways to estimate."""

PUBLISHED = (
    ("Bitcoin, Cambridge 2024", 138.0),
    ("Ethereum before, CCRI 2022", 23.0),
    ("Ethereum by stake, CCRI 2022", 0.0026),
)
"""Estimates of others, in terawatt-hours a year, to hold against one's own."""

CHOICES = ("About half as much", "About as much as before", "More than before")
"""What a learner may expect."""

ANSWER = 1
"""The place of the right choice."""


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    return prediction.picture(
        "New machines need half the electricity for a hash. The price of the coin and "
        "of power stay. What does mining burn some years later?",
        high=len(CHOICES) - 1,
        choices=CHOICES,
        answer=ANSWER,
        verdict=f"{CHOICES[ANSWER]}. What is spent on power follows the income, and "
        "that is the same: there will be twice as many hashes. Press “Machines twice "
        "as good”, then “Let miners come and go”.",
    )


def draw_energy(state: EnergyState) -> Picture:
    """Return the picture of a state."""
    estimates = {
        "hashes": from_hashes(
            state.hashes * HASHES, state.joules / 10, state.overhead / 100
        ),
        "income": from_income(
            state.price * 1000,
            state.reward / 100,
            state.power / (100 * CENTS),
            state.part / 100,
        ),
        "stake": from_machines(state.machines * 100, state.watts),
    }
    hashes, income, stake = estimates.values()
    return {
        "ways": [
            {
                "way": way,
                "words": words,
                "energy": tell_energy(estimates[way]),
                "place": _place(estimates[way]),
                "assumptions": [
                    {
                        "name": name,
                        "words": known.words,
                        "value": getattr(state, name),
                        "shown": tell_value(name, getattr(state, name)),
                        "low": known.low,
                        "high": known.high,
                    }
                    for name, known in ASSUMPTIONS.items()
                    if known.way == way
                ],
            }
            for way, words in WAYS.items()
        ],
        "published": [
            {"words": words, "energy": tell_energy(energy), "place": _place(energy)}
            for words, energy in PUBLISHED
        ],
        "said": [_tell_balance(hashes, income), _tell_stake(hashes, income, stake)],
    }


def _place(energy: float) -> int:
    """Return where an estimate stands on the scale: hundredths of a power of ten."""
    return round(100 * log10(energy))


def tell_energy(energy: float) -> str:
    """Return terawatt-hours a year to two or three figures."""
    return f"{energy:,.0f}" if energy >= 100 else f"{energy:.2g}"


def tell_value(name: str, value: int) -> str:
    """Return an assumption with its unit."""
    return {
        "hashes": f"{value / 100:g} · 10²³",
        "joules": f"{value / 10:g} J",
        "overhead": f"+{value - 100} %",
        "price": f"{value:,},000 $",
        "reward": f"{value / 100:.2f}",
        "power": f"{value / CENTS:.1f} cents a kWh",
        "part": f"{value} %",
        "machines": f"{100 * value:,}",
        "watts": f"{value} W",
    }[name]


def summarize_energy(picture: Picture) -> str:
    """Return the three estimates in one sentence."""
    told = ", ".join(f"{way['words']}: {way['energy']}" for way in picture["ways"])
    return f"{told} terawatt-hours a year."


def describe_energy(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    twin: list[str | Table] = [summarize_energy(picture), *picture["said"]]
    rows = tuple(
        (assumed["words"], assumed["shown"], way["words"])
        for way in picture["ways"]
        for assumed in way["assumptions"]
    )
    twin.append(Table("Assumptions", ("what", "is", "for"), rows))
    published = tuple((p["words"], p["energy"]) for p in picture["published"])
    head = ("estimate of others", "TWh a year")
    twin.append(Table("To compare", head, published))
    return twin


def _tell_balance(hashes: float, income: float) -> str:
    """Return whether the income pays for the hashes, in words."""
    if abs(hashes / income - 1) < CLOSE:
        return "The two estimates of mining agree: the income pays for the power."
    if hashes > income:
        return (
            f"The hashes need {hashes / income:.2f} times what the income pays for: "
            "miners will switch machines off."
        )
    return (
        f"The income pays for {income / hashes:.2f} times what the hashes need: more "
        "machines will come."
    )


def _tell_stake(hashes: float, income: float, stake: float) -> str:
    return (
        f"Proof of stake takes some {_round(hashes / stake):,} times less than the "
        f"first estimate, some {_round(income / stake):,} times less than the second. "
        "The number of payments is in none of them."
    )


def _round(times: float) -> int:
    """Return a ratio to two figures: the estimates have no more."""
    return int(float(f"{times:.1e}"))
