"""A submission is a file that claims to be a notebook; grading it always ends.

The file is read with suspicion, its code is run in a confined process, and the tests
are run here. A cell or a test that hangs, or ends the process, costs its own points:
the notebook is started anew without that cell, or goes on with the next test.
"""

import os
import stat
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from minichain.feedback.checks import Outcome, Test, run_test
from minichain.json_text import InvalidJson, parse_json
from tasks.grade_channel import Gone
from tasks.grade_limits import Limits
from tasks.grade_process import Confined, TimeUp

LARGEST_FILE = 20_000_000
"""Bytes of a notebook file; pictures in outputs may take some."""

LARGEST_CODE = 1_000_000
"""Bytes of a notebook's code."""

MOST_STARTS = 12
"""How often a notebook is started anew because something in it hangs or ends it."""

DEEPEST = 100
"""Lists and objects within each other in a notebook file."""

SHOWN_ERRORS = 5
"""Cells that stopped which a reason names."""


class Unreadable(Exception):
    """A file that is no notebook; the text says why."""


@dataclass
class Result:
    """What a submission earned.

    Attributes
    ----------
    outcomes : dict
        How each test went, by its place in the lab; one that is missing was not run.
    notes : list of str
        What went wrong on the way.
    facts : list of str
        How the notebook was confined.
    """

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """The notes, as one line."""
        return "; ".join(self.notes)


def read_bytes(path: Path) -> bytes:
    """Return what the file at ``path`` holds, if it is a plain file of its folder.

    Raises
    ------
    Unreadable
        It is a folder, a link, a device, empty, too large, or cannot be read.
    """
    if path.is_symlink():
        raise Unreadable("a symbolic link: hand in the file itself")
    try:
        # A pipe without a writer must not keep us waiting, nor a link lead us away.
        flags = (
            os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        )
        number = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        if path.is_dir():
            raise Unreadable("a folder, not a notebook") from error
        raise Unreadable(f"cannot be opened: {error.strerror}") from error
    try:
        _check_kind(os.fstat(number))
        with os.fdopen(number, "rb", closefd=False) as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
    finally:
        os.close(number)
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"more than {LARGEST_FILE:,} bytes")
    if not data.strip():
        raise Unreadable("an empty file")
    return data


def read_cells(data: bytes) -> list[str]:
    """Return the code cells of a notebook file, of format 3 or 4.

    Raises
    ------
    Unreadable
        It is no notebook.
    """
    try:
        document = parse_json(data.decode("utf-8-sig"), DEEPEST)
    except UnicodeDecodeError as error:
        raise Unreadable("not in UTF-8, so not a notebook") from error
    except InvalidJson as error:
        raise Unreadable(f"malformed JSON: {str(error)[:100]}") from error
    try:
        cells = [_source(cell) for cell in _cells(document) if _is_code(cell)]
    except (AttributeError, KeyError, TypeError) as error:
        raise Unreadable("JSON, but not a notebook") from error
    size = sum(map(len, cells))
    if size > LARGEST_CODE:
        raise Unreadable(f"{size:,} characters of code; at most {LARGEST_CODE:,}")
    return cells


def grade_cells(
    cells: list[str],
    tests: Sequence[Test],
    limits: Limits,
    withheld: Collection[str] = (),
) -> Result:
    """Run a notebook's code confined, and the tests against it.

    Parameters
    ----------
    cells : list of str
        The code.
    tests : sequence of Test
        The lab's tests.
    limits : Limits
        What the notebook may use.
    withheld : collection of str
        Modules that it may not import.
    """
    result = Result()
    until = monotonic() + limits.total_seconds
    skip: set[int] = set()
    for _ in range(MOST_STARTS):
        if len(result.outcomes) == len(tests):
            break
        if monotonic() > until:
            result.notes.append(
                f"the whole took longer than {limits.total_seconds:g} s"
            )
            break
        with Confined(limits, sorted(withheld), until) as notebook:
            result.facts = notebook.facts
            try:
                errors = notebook.run(cells, skip)
            except Gone as error:
                if not _leave_out(notebook, error, skip, result):
                    break
                continue
            _run_tests(notebook, tests, result)
    else:
        result.notes.append(f"given up after {MOST_STARTS} starts")
        return result
    if result.outcomes:
        result.notes += _describe_errors(errors)
    return result


def _run_tests(notebook: Confined, tests: Sequence[Test], result: Result) -> None:
    """Run the tests that are left, until the notebook ends."""
    for place, test in enumerate(tests):
        if place in result.outcomes:
            continue
        notebook.allow()
        try:
            result.outcomes[place] = run_test(test, notebook.names)
        except Gone as error:
            said = _why(notebook, error)
            result.outcomes[place] = Outcome(test, "stopped", f"In this test, {said}.")
            result.notes.append(f"{test.question}: in a test, {said}")
            return


def _leave_out(notebook: Confined, error: Gone, skip: set[int], result: Result) -> bool:
    """Note the cell that ended a notebook, to start without it; return if there is."""
    said = _why(notebook, error)
    if notebook.cell is None or notebook.cell in skip:
        result.notes.append(said)
        return False
    skip.add(notebook.cell)
    result.notes.append(f"cell {notebook.cell + 1} left out: {said}")
    return True


def _why(notebook: Confined, error: Gone) -> str:
    if isinstance(error, TimeUp):
        return f"it took longer than {notebook.limits.seconds:g} s"
    return notebook.why_it_ended()


def _describe_errors(errors: dict[int, str]) -> list[str]:
    notes = [f"cell {number + 1} stopped: {said}" for number, said in errors.items()]
    more = len(notes) - SHOWN_ERRORS
    return [*notes[:SHOWN_ERRORS], *([f"and {more} more cells"] if more > 0 else [])]


def _check_kind(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise Unreadable("a folder, not a notebook")
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable("not a plain file")
    if found.st_size > LARGEST_FILE:
        raise Unreadable(f"{found.st_size:,} bytes; at most {LARGEST_FILE:,}")


def _cells(document: Any) -> list[Any]:
    if document.get("nbformat", 4) >= 4:
        return list(document["cells"])
    return [cell for sheet in document["worksheets"] for cell in sheet["cells"]]


def _is_code(cell: Any) -> bool:
    return bool(cell["cell_type"] == "code")


def _source(cell: Any) -> str:
    # Format 3 says "input" where format 4 says "source"; either may be a list.
    source = cell["source"] if "source" in cell else cell["input"]
    if not isinstance(source, str | list):
        raise TypeError("source")
    return source if isinstance(source, str) else "".join(source)
