"""A record is what is known of a graded submission: plain data that can be stored.

A record carries a digest of all that it rests on: the file, the lab and the limits. A
run that was interrupted goes on by it, and a file handed in again is graded again.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from minichain.feedback.checks import Outcome, Test, load_tests
from tasks.environment import ROOT
from tasks.grade_limits import Limits
from tasks.grade_submission import Unreadable, grade_cells, read_bytes, read_cells
from tasks.lab_model import Lab
from tasks.notebooks import write

Record = dict[str, Any]
"""Plain data: file, digest, points by question, outcomes, reason, facts."""

SOURCES = ("minichain/feedback/*.py", "tasks/grade_*.py", "tasks/lab_cells.py")
"""Files whose change makes a record old."""


@dataclass(frozen=True)
class Work:
    """What it takes to grade a submission anywhere: on this machine or on another.

    Attributes
    ----------
    cells : list of str
        The notebook's code.
    tests : list of pairs of str
        Each question's name and the source of its tests.
    limits : Limits
        What the notebook may use.
    withheld : tuple of str
        Modules that it may not import.
    """

    cells: list[str]
    tests: list[tuple[str, str]]
    limits: Limits
    withheld: tuple[str, ...]


def grade_work(work: Work) -> Record:
    """Grade a submission; return its record, still without file and digest."""
    tests = [t for question, text in work.tests for t in load_tests(question, text)]
    result = grade_cells(work.cells, tests, work.limits, work.withheld)
    outcomes = [
        result.outcomes.get(place)
        or Outcome(test, "stopped", "Not run: see the reason above.")
        for place, test in enumerate(tests)
    ]
    return {
        "points": _points(tests, outcomes),
        "outcomes": [_plain(outcome) for outcome in outcomes],
        "reason": clean(result.reason),
        "facts": [clean(fact) for fact in result.facts],
    }


def prepare(
    path: Path, lab: Lab, limits: Limits, grounds: bytes
) -> tuple[Record, Work | None]:
    """Return what a submission's record begins with, and the work if there is any.

    A file that is no notebook has its record at once: no points, and the reason.
    ``grounds`` is the lab's and the limits' `fingerprint`.
    """
    record: Record = {"file": display_name(path)}
    try:
        data = read_bytes(path)
        record["digest"] = hashlib.sha256(grounds + data).hexdigest()
        cells = read_cells(data)
    except Unreadable as error:
        digest = hashlib.sha256(grounds + str(error).encode()).hexdigest()
        record.setdefault("digest", digest)
        return {**record, **no_points(lab, str(error))}, None
    tests = [(question.name, question.source) for question in lab.questions]
    return record, Work(cells, tests, limits, lab.withheld)


def no_points(lab: Lab, reason: str) -> Record:
    """Return the part of a record that says why nothing could be graded."""
    points = {question.name: 0 for question in lab.questions}
    return {"points": points, "outcomes": [], "reason": reason, "facts": []}


def fingerprint(lab: Lab, limits: Limits) -> bytes:
    """Return a digest of all that a record rests on besides the file."""
    digest = hashlib.sha256(json.dumps(asdict(limits)).encode())
    for question in lab.questions:
        digest.update(question.source.encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    with suppress(PackageNotFoundError):
        digest.update(version("minichain").encode())
    return digest.digest()


class Store:
    """A folder of records, one file each.

    Parameters
    ----------
    folder : Path
        Where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, path: Path, digest: str) -> Record | None:
        """Return the record of a submission, if it is still good."""
        try:
            text = self._place(path).read_text(encoding="utf-8")
            record = json.loads(text)
        except (OSError, ValueError):
            return None
        whole = isinstance(record, dict) and {"points", "outcomes"} <= set(record)
        return record if whole and record.get("digest") == digest else None

    def keep(self, path: Path, record: Record) -> None:
        """Write a record, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write(self._place(path), json.dumps(record, indent=1))

    def _place(self, path: Path) -> Path:
        return self.folder / f"{slug(path)}.json"


def slug(path: Path) -> str:
    """Return a name for a submission's own files: safe everywhere, and no two alike.

    Examples
    --------
    >>> slug(Path("Ann Lee.ipynb"))[:7]
    'Ann-Lee'
    >>> slug(Path("a b.ipynb")) == slug(Path("a-b.ipynb"))
    False
    """
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", path.stem)[:60].strip("-") or "submission"
    own = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:8]
    return f"{readable}-{own}"


def display_name(path: Path) -> str:
    """Return a file's name as text that can be shown and stored."""
    return clean(os.fsencode(path.name).decode("utf-8", errors="replace"))


def clean(text: str) -> str:
    r"""Return a text without what could steer a terminal or break an encoding.

    Examples
    --------
    >>> clean("red \x1b[31m")
    'red �[31m'
    """
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)


def find_submissions(folder: Path, leave_out: Callable[[Path], bool]) -> list[Path]:
    """Return what lies in a folder, by name, without hidden files."""
    found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return sorted(path for path in found if not leave_out(path))


def _points(tests: Sequence[Test], outcomes: Sequence[Outcome]) -> dict[str, int]:
    points = dict.fromkeys((test.question for test in tests), 0)
    for outcome in outcomes:
        points[outcome.test.question] += outcome.points
    return points


def _plain(outcome: Outcome) -> dict[str, Any]:
    test = outcome.test
    return {
        "question": test.question,
        "title": test.title,
        "hidden": test.hidden,
        "of": test.points,
        "points": outcome.points,
        "verdict": outcome.verdict,
        "reason": clean(outcome.reason),
        "values": clean(outcome.values),
    }
