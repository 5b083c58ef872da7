"""Marking runs a lab's tests against a set of answers and counts the points.

Answers here are the project's own: the solution, the stubs and the seeded wrong ones.
They share one process, so that a whole lab is marked in seconds. Submissions of
learners go another way: see `tasks.grade`.
"""

import contextlib
import io
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from minichain.feedback.checks import Outcome, Test, run_test
from tasks.lab_cells import new_namespace, run_cells
from tasks.lab_model import Lab

SECONDS = 30
"""An answer and its tests take no longer."""


@dataclass(frozen=True)
class Mark:
    """What a set of answers earned.

    Attributes
    ----------
    outcomes : list of Outcome
        How each test went, in the lab's order.
    errors : mapping
        Cells that stopped, by number.
    """

    outcomes: list[Outcome]
    errors: Mapping[int, str] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """The points earned."""
        return sum(outcome.points for outcome in self.outcomes)

    @property
    def lost(self) -> list[Outcome]:
        """The tests that gave no point though they have some."""
        return [o for o in self.outcomes if o.points < o.test.points]


def mark(lab: Lab, answers: Mapping[str, str]) -> Mark:
    """Run a lab with these answers, then all of its tests."""
    names, errors = _run(lab, answers)
    with _time_limit(), _quiet():
        return Mark([run_test(test, names) for test in lab.tests], errors)


class Recorder:
    """A stand-in for an answer that notes what it is called with.

    Parameters
    ----------
    target : object
        The answer: a function, a class or an object of that class.
    name : str
        What it is called.
    log : set of str
        Takes each call as a text.
    """

    def __init__(self, target: Any, name: str, log: set[str]) -> None:
        self._target, self._name, self._log = target, name, log

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Note the call, and call."""
        words = [*map(_text, arguments), *(f"{k}={_text(named[k])}" for k in named)]
        self._log.add(f"{self._name}({', '.join(words)})")
        value = self._target(*arguments, **named)
        made_here = type(value).__module__ == "__main__"
        return Recorder(value, self._name, self._log) if made_here else value

    def __getattr__(self, name: str) -> Any:
        """Return the attribute, recorded if it can be called."""
        value = getattr(self._target, name)
        label = f"{self._name}.{name}"
        return Recorder(value, label, self._log) if callable(value) else value


def calls_by_test(lab: Lab) -> list[tuple[Test, set[str]]]:
    """Return, for each test, the calls of the solution that only it and its own make.

    Only functions of the test's own question count: earlier ones may be called alike.
    A text, such as a contract's source, is not called: the numbers in the test stand
    for what the test does with it.
    """
    names, _ = _run(lab, lab.solutions())
    found = []
    with _time_limit(), _quiet():
        for question in lab.questions:
            own = _defined_by(question.solution)
            pairs = zip(question.loaded_tests, question.tests, strict=True)
            for test, (source, _) in pairs:
                texts = [n for n in test.names if n in own and type(names[n]) is str]
                log = {f"{n} with {number}" for n in texts for number in _list(source)}
                wrapped = {
                    name: Recorder(value, name, log)
                    if name in own and callable(value)
                    else value
                    for name, value in names.items()
                }
                run_test(test, wrapped)
                found.append((test, log))
    return found


def _defined_by(source: str) -> set[str]:
    import ast

    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if hasattr(target, "id")}
    return found


def _list(source: str) -> set[str]:
    import ast

    nodes = ast.walk(ast.parse(source))
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return {str(value) for value in values if type(value) is int}


def _text(value: Any) -> str:
    return "function" if callable(value) else repr(value)


def _run(
    lab: Lab, answers: Mapping[str, str]
) -> tuple[dict[str, Any], Mapping[int, str]]:
    cells = [cell for cell in lab.code(answers) if not cell.startswith("grader.")]
    names = new_namespace()
    with _time_limit(), _quiet():
        return names, run_cells(cells, names)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()):
        yield


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    """Stop what takes too long, where the system can."""
    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, "setitimer")):
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise TimeoutError(f"it took longer than {SECONDS} s")

    before: Callable[..., Any] | Sequence[Any] | int | None
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
