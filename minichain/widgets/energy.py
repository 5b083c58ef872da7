"""The energy estimate: what mining burns, and what stake does, as one assumes.

What a learner is to see: two ways to estimate, both products of assumptions; energy
follows the miners' income, so better machines save nothing; and proof of stake lies
thousands of times lower whatever one assumes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from minichain.consensus.energy import from_income, hashes_that_pay
from minichain.widgets.base import (
    OPEN,
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Prediction,
    Twin,
    Widget,
)
from minichain.widgets.energy_view import (
    ASSUMPTIONS,
    CHOICES,
    HASHES,
    describe_energy,
    draw_energy,
    draw_question,
    summarize_energy,
)


@dataclass(frozen=True)
class EnergyState:
    """What is assumed.

    Attributes
    ----------
    hashes : int
        Hashes of a block, in 10**21.
    joules : int
        Tenths of a joule for 10**12 hashes.
    overhead : int
        All power over that of the machines, in per cent.
    price : int
        Thousands of dollars a coin.
    reward : int
        Coins of a block, in hundredths.
    power : int
        Tenths of a cent for a kilowatt-hour.
    part : int
        Part of the income that goes to electricity, in per cent.
    machines : int
        Hundreds of machines that keep validators.
    watts : int
        What each of these draws.
    prediction : Prediction
        What the learner expects of better machines.
    """

    hashes: int = 500
    joules: int = 250
    overhead: int = 110
    price: int = 60
    reward: int = 315
    power: int = 50
    part: int = 70
    machines: int = 100
    watts: int = 60
    prediction: Prediction = OPEN


class EnergyLesson(Lesson[EnergyState]):
    """Move the assumptions, and let miners come and go until income pays for power."""

    name = "energy"
    title = "Energy estimate"
    prompt = "Every number here is assumed. Move it, and see which ones matter."
    options: ClassVar[Mapping[str, Any]] = {"ask": True}
    merging = frozenset(ASSUMPTIONS)
    state_type = EnergyState

    def initial(self, seed: int, options: Mapping[str, Any]) -> EnergyState:
        """Return the assumptions of the chapter."""
        asked = OPEN if options["ask"] else Prediction("skipped")
        return EnergyState(prediction=asked)

    def apply(self, state: EnergyState, action: Action) -> EnergyState:
        """Return the state after another assumption, a settling, or a guess."""
        name = action.type
        if name in ASSUMPTIONS:
            low, high = ASSUMPTIONS[name].low, ASSUMPTIONS[name].high
            changes: dict[str, Any] = {name: action.integer(name, low, high)}
            return replace(state, **changes)
        if name == "settle":
            return _settle(state)
        if name == "better":
            return _improve(state)
        return replace(
            state, prediction=state.prediction.after(action, len(CHOICES) - 1)
        )

    def check(self, state: EnergyState) -> None:
        """Refuse assumptions that no slider has."""
        state.prediction.check(len(CHOICES) - 1)
        for name, known in ASSUMPTIONS.items():
            value = getattr(state, name)
            if not known.low <= value <= known.high:
                raise InvalidAction(name, f"{value} is not {known.low} to {known.high}")

    def view(self, state: EnergyState) -> Picture:
        """Return the assumptions and the three estimates."""
        return draw_energy(state) | {"predict": draw_question(state.prediction)}

    def describe(self, picture: Picture) -> Twin:
        """Return the assumptions and the estimates in words and tables."""
        return describe_energy(picture)

    def summarize(self, picture: Picture) -> str:
        """Return the three estimates."""
        return summarize_energy(picture)


class EnergyEstimate(Widget):
    """The estimate; its option is ``ask``."""

    lesson = EnergyLesson()


def _settle(state: EnergyState) -> EnergyState:
    """Return the state when miners have come or gone until income pays for power."""
    paid = from_income(
        state.price * 1000, state.reward / 100, state.power / 1000, state.part / 100
    )
    hashes = hashes_that_pay(paid, state.joules / 10, state.overhead / 100)
    known = ASSUMPTIONS["hashes"]
    settled = round(hashes / HASHES)
    if not known.low <= settled <= known.high:
        raise InvalidAction(
            "settle", f"{settled} x 10**21 hashes, not {known.low} to {known.high}"
        )
    asked = state.prediction
    # Whoever lets miners settle asks to be shown.
    shown = Prediction("skipped") if asked.is_open else asked
    return replace(state, hashes=settled, prediction=shown)


def _improve(state: EnergyState) -> EnergyState:
    """Return the state with machines that need half as much for a hash."""
    half = state.joules // 2
    if half < ASSUMPTIONS["joules"].low:
        raise InvalidAction("better", f"machines of {half / 10} joules a terahash")
    return replace(state, joules=half)
