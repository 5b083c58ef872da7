"""A check runs one test against an answer and says how that went.

Tests are written once, in otter-grader's exception style, and run by this module in a
learner's notebook, in the page, and when a class is graded.
"""

import linecache
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import getdoc, signature
from pathlib import PurePath
from typing import Any, ClassVar, Literal

from minichain.feedback.comparison import Mismatch

Verdict = Literal["passed", "failed", "stopped"]
"""A test is passed, fails by a check of its own, or the answer stops with an error."""

ENVIRONMENT = "env"
"""Name of the parameter that takes all of a notebook's names, as in otter-grader."""


@dataclass(frozen=True)
class Test:
    """One test of one question.

    Attributes
    ----------
    question : str
        Which question it belongs to.
    title : str
        What it tests: the first line of its docstring.
    points : int
        What passing it is worth.
    hidden : bool
        Whether learners are shown it only by its title, and only after grading.
    function : callable
        Takes names of the notebook, raises when something is amiss.
    """

    __test__: ClassVar[bool] = False
    # Pytest must not take this class for a test of its own.

    question: str
    title: str
    points: int
    hidden: bool
    function: Callable[..., Any]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the notebook that the test asks for."""
        return tuple(signature(self.function).parameters)


@dataclass(frozen=True)
class Outcome:
    """How one test went.

    Attributes
    ----------
    test : Test
        The test.
    verdict : str
        ``passed``, ``failed`` or ``stopped``.
    reason : str
        What is amiss, in words: the misconception, or the error.
    values : str
        What was called, what it gave and what was expected.
    """

    test: Test
    verdict: Verdict
    reason: str = ""
    values: str = ""

    @property
    def points(self) -> int:
        """The points earned."""
        return self.test.points if self.verdict == "passed" else 0

    @property
    def message(self) -> str:
        """Values and reason, as a learner reads them."""
        return "\n".join(part for part in (self.values, self.reason) if part)


def load_tests(question: str, source: str) -> list[Test]:
    """Return the tests that ``source`` defines, in order.

    Parameters
    ----------
    question : str
        Whose tests they are.
    source : str
        Functions decorated with ``@test_case(points=1, hidden=False)``.
    """
    found: list[Test] = []

    def test_case(points: int = 0, hidden: bool = False) -> Callable[..., Any]:
        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            title = (getdoc(function) or function.__name__).splitlines()[0]
            found.append(Test(question, title.rstrip("."), points, hidden, function))
            return function

        return add

    file = _file_of(question)
    # So that a traceback can show the lines of a test, which are in no file.
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), {"test_case": test_case})
    return found


def run_test(test: Test, environment: Mapping[str, Any]) -> Outcome:
    """Run one test; whatever the answer raises becomes an outcome."""
    arguments = {
        name: environment if name == ENVIRONMENT else environment.get(name)
        for name in test.names
    }
    missing = [name for name in arguments if arguments[name] is None]
    if missing:
        names = " and ".join(missing)
        return Outcome(
            test,
            "failed",
            f"There is no {names}. Has its cell been run, and does it still define it?",
        )
    try:
        test.function(**arguments)
    except Mismatch as error:
        return Outcome(test, "failed", error.reason, error.values)
    except Exception as error:
        # An assertion of the test is a failed check; one of the answer is not.
        if isinstance(error, AssertionError) and _is_from_test(error, test):
            return Outcome(test, "failed", str(error))
        return Outcome(test, "stopped", describe(error, test.question))
    return Outcome(test, "passed")


def describe(error: BaseException, question: str = "") -> str:
    """Return what stopped an answer, and the line of the answer that did."""
    said = str(error)
    text = f"{type(error).__name__}: {said}" if said else type(error).__name__
    where = getattr(error, "where", "") or _line_of_answer(error, question)
    if not where and question:
        return f"The test cannot go on with what the answer gave: {text}"
    return f"The answer stopped with {text}" + (f"\n  {where}" if where else "")


def _file_of(question: str) -> str:
    return f"<tests of {question}>"


def _is_from_test(error: BaseException, test: Test) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename == _file_of(test.question)


def _line_of_answer(error: BaseException, question: str) -> str:
    """Return the innermost line that a learner wrote, with its function."""
    ours = PurePath(__file__).parent
    written = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if PurePath(frame.filename).parent != ours
        and "site-packages" not in frame.filename
        and frame.filename != _file_of(question)
    ]
    # The package's own frames are shown only where the learner has none.
    outside = [f for f in written if "minichain" not in PurePath(f.filename).parts]
    if not outside:
        return ""
    last = outside[-1]
    return f"in {last.name}, line {last.lineno}: {last.line}"
