"""Feedback tells a learner at once what an answer lacks, and what to think of.

A lab's notebook carries its public tests. It makes a `Lab` of them, and checks a
question with ``grader.check("leaf")``. Nothing outside the standard library is needed,
so the same cell works in JupyterLab, in the page, and wherever it is copied to.
"""

from collections.abc import Mapping
from html import escape
from inspect import currentframe
from typing import Any

from minichain.feedback.checks import Outcome, Test, load_tests, run_test
from minichain.feedback.comparison import (
    Mismatch,
    carry_forward,
    expect,
    expect_equal,
    expect_near,
    expect_refusal,
    show,
)

__all__ = [
    "Lab",
    "Mismatch",
    "Report",
    "carry_forward",
    "expect",
    "expect_equal",
    "expect_near",
    "expect_refusal",
    "show",
]

MARKS = {"passed": "✓", "failed": "✗", "stopped": "✗"}
"""Sign of each verdict; a word says the same."""

WORDS = {"passed": "passed", "failed": "not yet", "stopped": "stopped"}
"""Word of each verdict."""

COLOURS = {
    "passed": "var(--jp-success-color1, #2e7d32)",
    "failed": "var(--jp-warn-color1, #b26a00)",
    "stopped": "var(--jp-error-color1, #c62828)",
}
"""Colour of the line beside each verdict, from JupyterLab's theme if there is one."""


class Report:
    """How the tests of one or more questions went, to be shown below a cell.

    Parameters
    ----------
    outcomes : list of Outcome
        What happened.
    note : str
        A last line.
    """

    def __init__(self, outcomes: list[Outcome], note: str = "") -> None:
        self.outcomes = outcomes
        self.note = note

    @property
    def is_passed(self) -> bool:
        """Whether every test is passed."""
        return all(outcome.verdict == "passed" for outcome in self.outcomes)

    def __repr__(self) -> str:
        """Return the report as text."""
        lines = []
        for outcome in self.outcomes:
            mark, word = MARKS[outcome.verdict], WORDS[outcome.verdict]
            lines.append(f"{mark} {word}: {outcome.test.title}")
            lines += [f"    {line}" for line in outcome.message.splitlines()]
        return "\n".join([*lines, *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        parts = []
        for outcome in self.outcomes:
            mark, word = MARKS[outcome.verdict], WORDS[outcome.verdict]
            values = f"<pre>{escape(outcome.values)}</pre>" if outcome.values else ""
            reason = escape(outcome.reason).replace("\n", "<br>")
            parts.append(
                f'<div style="border-left: 4px solid {COLOURS[outcome.verdict]}; '
                'padding: 0.2em 0 0.2em 0.8em; margin: 0.4em 0">'
                f"<strong>{mark} {word}</strong>: {escape(outcome.test.title)}"
                f"{values}{f'<div>{reason}</div>' if reason else ''}</div>"
            )
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        return f'<div role="status">{"".join(parts)}{note}</div>'


class Lab:
    """A lab's questions with their public tests.

    Parameters
    ----------
    name : str
        What the lab is called.
    tests : mapping
        Each question's name, and the source of its public tests.
    hidden : mapping
        Points of each question that only its hidden tests give.
    """

    def __init__(
        self,
        name: str,
        tests: Mapping[str, str],
        hidden: Mapping[str, int] | None = None,
    ) -> None:
        self.name = name
        self.tests = {key: load_tests(key, text) for key, text in tests.items()}
        self.hidden = dict(hidden or {})

    def __repr__(self) -> str:
        """Return a line for the cell that makes the lab."""
        return f"{self.name}: {len(self.tests)} questions, {self.points} points. Ready."

    @property
    def points(self) -> int:
        """All points, public and hidden."""
        public = sum(test.points for test in self._all_tests())
        return public + sum(self.hidden.values())

    def check(self, question: str, names: Mapping[str, Any] | None = None) -> Report:
        """Run one question's public tests.

        Parameters
        ----------
        question : str
            The question's name.
        names : mapping, optional
            What the notebook has defined; by default, the caller's global names.

        Raises
        ------
        ValueError
            The lab has no such question.
        """
        if question not in self.tests:
            known = ", ".join(self.tests)
            raise ValueError(f"no question is called {question!r}; there are: {known}")
        names = names if names is not None else _names_of_caller()
        outcomes = [run_test(test, names) for test in self.tests[question]]
        report = Report(outcomes)
        more = self.hidden.get(question, 0)
        if not report.is_passed:
            report.note = "Not there yet? Hints are folded below this cell."
        elif more:
            report.note = f"Hidden tests with other inputs give {_points(more)} more."
        return report

    def check_all(self, names: Mapping[str, Any] | None = None) -> Report:
        """Run every question's public tests; parameters are those of `check`."""
        names = names if names is not None else _names_of_caller()
        outcomes = [run_test(test, names) for test in self._all_tests()]
        earned = sum(outcome.points for outcome in outcomes)
        possible = sum(test.points for test in self._all_tests())
        more = _points(sum(self.hidden.values()))
        return Report(
            outcomes,
            f"{earned} of {_points(possible)} from public tests; "
            f"hidden tests with other inputs give up to {more} more.",
        )

    def _all_tests(self) -> list[Test]:
        return [test for tests in self.tests.values() for test in tests]


def _points(count: int) -> str:
    return f"{count} point{'' if count == 1 else 's'}"


def _names_of_caller() -> Mapping[str, Any]:
    frame = currentframe()
    outside = frame.f_back.f_back if frame and frame.f_back else None
    return outside.f_globals if outside else {}
