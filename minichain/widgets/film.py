"""The reentrancy film: a theft from a vault, call frame by call frame.

What a learner is to see: a payment hands the machine to whoever is paid, while the
vault's books still say that nothing was paid; that only the vault's money or the gas
ends it; that a frame which fails takes all of it back; and that either of two changed
lines is enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, get_args

from minichain.crypto.hashing import sha256
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
from minichain.widgets.film_case import Case, VaultName
from minichain.widgets.film_shots import Film, film
from minichain.widgets.film_view import CHOICES, draw_film, draw_question
from minichain.widgets.film_words import describe_film, summarize_film

STAKE_LIMIT = 6
"""Most ether that the thief deposits."""

OTHERS_LIMIT = 8
"""Most ether that Bob has deposited."""

GAS_BOUNDS = 60_000, 400_000
"""Least and most gas of the theft."""


@dataclass(frozen=True)
class FilmState:
    """A case, and the shot of it that is looked at.

    Attributes
    ----------
    vault : str
        Which vault.
    stake, others : int
        Ether that the thief deposits, and that Bob has deposited before.
    gas : int
        Gas that the theft may use.
    shot : int
        Place of the shot.
    prediction : Prediction
        What the learner expects of this case.
    """

    vault: VaultName = "pays-first"
    stake: int = 1
    others: int = 3
    gas: int = GAS_BOUNDS[1]
    shot: int = 0
    prediction: Prediction = OPEN

    @property
    def film(self) -> Film:
        """Return the case, played."""
        return film(Case(self.vault, self.stake, self.others, self.gas))


class FilmLesson(Lesson[FilmState]):
    """Choose a vault and the amounts, predict, and go through the theft."""

    name = "film"
    title = "Reentrancy, frame by frame"
    prompt = "A thief's contract is paid, and calls the vault back while it is paid."
    options: ClassVar[Mapping[str, Any]] = {
        "vault": "pays-first",
        "stake": 1,
        "others": 3,
        "gas": GAS_BOUNDS[1],
        "ask": True,
    }
    merging = frozenset({"stake", "others", "gas"})
    state_type = FilmState

    def initial(self, seed: int, options: Mapping[str, Any]) -> FilmState:
        """Return a case; every seed but 0 draws amounts of its own."""
        state = FilmState(prediction=OPEN if options["ask"] else Prediction("skipped"))
        given = Action.of("options", **options)
        for name in ("vault", "stake", "others", "gas"):
            state = _change(state, Action.of(name, **{name: given.fields[name]}))
        if seed:
            luck = sha256(f"amounts of film {seed}".encode())
            state = replace(state, stake=1 + luck[0] % 3, others=2 + luck[1] % 7)
        return state

    def apply(self, state: FilmState, action: Action) -> FilmState:
        """Return the state after a change of the case, a step or a guess."""
        if action.type in ("vault", "stake", "others", "gas"):
            changed = _change(state, action)
            if changed.prediction.is_open or changed == state:
                return changed
            # The answer that stands there was to another question.
            return replace(changed, prediction=Prediction("skipped"), shot=0)
        if action.type not in ("step", "go", "break"):
            guessed = state.prediction.after(action, len(CHOICES) - 1)
            return replace(state, prediction=guessed, shot=0)
        if state.prediction.is_open:
            raise InvalidAction(action.type, "the film is shown after the question")
        last = len(state.film.shots) - 1
        if action.type == "step":
            by = action.integer("by", -1, 1)
            return replace(state, shot=max(0, min(last, state.shot + by)))
        if action.type == "break":
            short = (i for i, s in enumerate(state.film.shots) if s.after.is_short)
            return replace(state, shot=next(short, state.shot))
        return replace(state, shot=action.integer("shot", 0, last))

    def check(self, state: FilmState) -> None:
        """Refuse amounts out of bounds, and a film that is shown too early."""
        state.prediction.check(len(CHOICES) - 1)
        for name in ("stake", "others", "gas"):
            _change(state, Action.of(name, **{name: getattr(state, name)}))
        last = 0 if state.prediction.is_open else len(state.film.shots) - 1
        if not 0 <= state.shot <= last:
            raise InvalidAction("go", f"shot {state.shot} is not 0 to {last}")

    def view(self, state: FilmState) -> Picture:
        """Return the case, the question, and the strip once it is answered."""
        return {
            "vault": state.vault,
            "stake": state.stake,
            "others": state.others,
            "gas": state.gas,
            "limits": {
                "stake": STAKE_LIMIT,
                "others": OTHERS_LIMIT,
                "gas": list(GAS_BOUNDS),
            },
            "predict": draw_question(state),
            "film": None if state.prediction.is_open else draw_film(state),
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the case, the strip and the present shot in words and tables."""
        return describe_film(picture)

    def summarize(self, picture: Picture) -> str:
        """Return what the present shot shows."""
        return summarize_film(picture)


def _change(state: FilmState, action: Action) -> FilmState:
    """Return the state with one amount, or the vault, changed."""
    if action.type == "vault":
        word = action.choice("vault", get_args(VaultName))
        vault = next(known for known in get_args(VaultName) if known == word)
        return replace(state, vault=vault)
    if action.type == "stake":
        return replace(state, stake=action.integer("stake", 1, STAKE_LIMIT))
    if action.type == "others":
        return replace(state, others=action.integer("others", 0, OTHERS_LIMIT))
    return replace(state, gas=action.integer("gas", *GAS_BOUNDS))


class ReentrancyFilm(Widget):
    """The film; options: ``vault``, ``stake``, ``others``, ``gas``, ``ask``."""

    lesson = FilmLesson()
