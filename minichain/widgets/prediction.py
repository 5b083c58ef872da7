"""A prediction is what a learner expects, put down before the picture answers.

To be surprised one has to have expected something. A lesson with a question keeps the
answer out of its picture until the learner has guessed or asked to be shown.
"""

from dataclasses import dataclass
from typing import Any, Literal

from minichain.widgets.lesson import Action, InvalidAction


@dataclass(frozen=True)
class Prediction:
    """Where the learner stands with one question.

    Attributes
    ----------
    step : str
        ``open``, ``made`` or ``skipped``.
    guess : int or None
        The number guessed, or the place of the option picked; None unless made.
    """

    step: Literal["open", "made", "skipped"] = "open"
    guess: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the answer must still be hidden."""
        return self.step == "open"

    def after(self, action: Action, high: int, low: int = 0) -> "Prediction":
        """Return the prediction after ``predict``, ``skip`` or ``ask-again``.

        Raises
        ------
        InvalidAction
            The action is none of these, the guess is outside ``low`` to ``high``, or
            the question is answered already.
        """
        if action.type == "ask-again":
            return Prediction()
        if not self.is_open:
            raise InvalidAction(action.type, "the question is answered already")
        if action.type == "predict":
            return Prediction("made", action.integer("guess", low, high))
        if action.type == "skip":
            return Prediction("skipped")
        raise action.unknown()

    def check(self, high: int, low: int = 0) -> None:
        """Refuse a prediction that `after` never makes.

        Raises
        ------
        InvalidAction
            A guess without the step ``made``, or the other way round, or out of bounds.
        """
        if (self.step == "made") != (self.guess is not None):
            raise InvalidAction("predict", f"guess {self.guess} at step {self.step}")
        if self.guess is not None and not low <= self.guess <= high:
            raise InvalidAction("predict", f"guess {self.guess} is not {low} to {high}")

    def picture(
        self,
        question: str,
        *,
        high: int,
        low: int = 0,
        unit: str = "",
        choices: tuple[str, ...] = (),
        answer: int | None = None,
        verdict: str = "",
    ) -> dict[str, Any]:
        """Return the question as data for the view.

        Parameters
        ----------
        question : str
            What is asked.
        high, low : int
            Bounds of the guess.
        unit : str
            What the number counts.
        choices : tuple of str
            Options to pick from, in place of a number.
        answer : int
            The right answer; left out of the picture while the question is open.
        verdict : str
            What to say once it is answered.
        """
        shown = not self.is_open
        return {
            "question": question,
            "low": low,
            "high": high,
            "unit": unit,
            "choices": list(choices),
            "step": self.step,
            "guess": self.guess,
            "answer": answer if shown else None,
            "verdict": verdict if shown else "",
        }


OPEN = Prediction()
"""A question just asked."""
