"""A lab is a list of cells and questions; a question has an answer, tests and hints."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from minichain.feedback.checks import Test, load_tests

HINT = re.compile(
    r"<summary>(Hint \d|A worked idea)</summary>\s*(.*?)\s*(?=</?details>)", re.S
)
"""One fold below a question: its name, and its text."""


@dataclass(frozen=True)
class Cell:
    """A cell that every notebook of the lab shows as it is.

    Attributes
    ----------
    kind : str
        ``markdown`` or ``code``.
    source : str
        Its text.
    """

    kind: str
    source: str


@dataclass
class Question:
    """A question: what is asked, the stub, the solution, the tests and the hints.

    Attributes
    ----------
    name : str
        One word; it names the files in ``wrong`` and the column in the results.
    text : str
        What is asked, in Markdown.
    prompt, solution : str
        The cell that a learner finds, and the one that earns all points.
    tests : list of pairs of str and bool
        Each test's source with its decorator, and whether it is hidden.
    folds : str
        The hints and the worked idea, in Markdown.
    """

    name: str
    text: str = ""
    prompt: str = ""
    solution: str = ""
    tests: list[tuple[str, bool]] = field(default_factory=list)
    folds: str = ""

    @property
    def public_source(self) -> str:
        """The public tests, as one text."""
        return "\n\n".join(source for source, hidden in self.tests if not hidden)

    @property
    def source(self) -> str:
        """All tests, as one text."""
        return "\n\n".join(source for source, _ in self.tests)

    @cached_property
    def loaded_tests(self) -> list[Test]:
        """All tests, ready to run."""
        return load_tests(self.name, self.source)

    @property
    def points(self) -> int:
        """What the question is worth."""
        return sum(test.points for test in self.loaded_tests)

    @property
    def hidden_points(self) -> int:
        """What only its hidden tests give."""
        return sum(test.points for test in self.loaded_tests if test.hidden)

    @property
    def hints(self) -> dict[str, str]:
        """Each fold's name and text, in order."""
        return dict(HINT.findall(self.folds))


@dataclass(frozen=True)
class Wrong:
    """A seeded wrong answer.

    Attributes
    ----------
    path : Path
        Its file.
    question : str
        Whose answer it replaces.
    loses : int
        The points that it must lose.
    source : str
        The answer.
    """

    path: Path
    question: str
    loses: int
    source: str


@dataclass(frozen=True)
class Lab:
    """A lab: its cells and questions, in order.

    Attributes
    ----------
    name : str
        Its folder.
    settings : mapping
        What the master's head says under ``lab``: ``minutes`` and ``withheld``.
    parts : tuple of Cell and Question
        The notebook.
    """

    name: str
    settings: Mapping[str, Any]
    parts: tuple[Cell | Question, ...]

    @property
    def questions(self) -> list[Question]:
        """The questions, in order."""
        return [part for part in self.parts if isinstance(part, Question)]

    @property
    def tests(self) -> list[Test]:
        """All tests of all questions."""
        return [test for q in self.questions for test in q.loaded_tests]

    @property
    def points(self) -> int:
        """What the lab is worth."""
        return sum(question.points for question in self.questions)

    @property
    def withheld(self) -> tuple[str, ...]:
        """Modules that an answer may not import while it is graded."""
        return tuple(self.settings.get("withheld", ()))

    def code(self, answers: Mapping[str, str]) -> list[str]:
        """Return the notebook's code, without checks, with an answer a question."""
        sources = []
        for part in self.parts:
            if isinstance(part, Question):
                sources.append(answers[part.name])
            elif part.kind == "code":
                sources.append(part.source)
        return sources

    def solutions(self) -> dict[str, str]:
        """Return each question's solution."""
        return {question.name: question.solution for question in self.questions}

    def prompts(self) -> dict[str, str]:
        """Return each question's stub, as the untouched notebook has it."""
        return {question.name: question.prompt for question in self.questions}
