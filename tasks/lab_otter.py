"""Otter-grader is the other reader of a master: its word is held against ours.

`otter assign` makes a lab's autograder from the same master, and otter itself grades
the solution and the untouched notebook. The archive stays in `build/labs`, for those
who grade with otter or on a platform that takes its archives.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from tasks.environment import ROOT
from tasks.lab_master import LABS
from tasks.lab_model import Lab
from tasks.lab_notebook import notebook_text

BUILD = ROOT / "build" / "labs"
"""Where autograders are made; never committed."""

CONFIG = "otter.yml"
"""The file of settings that all masters share."""


class OtterError(Exception):
    """Otter could not read or grade a lab; the text is its own."""


def compare(lab: Lab) -> Iterator[tuple[bool, str]]:
    """Yield whether otter gives the solution all points and the stubs none."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as name:
        folder = Path(name)
        try:
            archive = make_autograder(lab, folder)
            solved = grade(lab, archive, lab.solutions())
            blank = grade(lab, archive, lab.prompts())
        except OtterError as error:
            yield False, f"{lab.name}: {error}"
            return
        shutil.copy(archive, BUILD / f"{lab.name}-autograder.zip")
    yield (
        [*solved, *blank] == [lab.points, lab.points, 0, lab.points],
        f"{lab.name}: otter-grader gives the solution {solved[0]:g} of {solved[1]:g} "
        f"and the untouched notebook {blank[0]:g}",
    )


def make_autograder(lab: Lab, folder: Path) -> Path:
    """Make the archive with which otter grades a lab, and return where it is.

    Parameters
    ----------
    lab : Lab
        The lab.
    folder : Path
        An empty folder to work in.

    Raises
    ------
    OtterError
        Otter does not understand the master.
    """
    import jupytext  # type: ignore[import-untyped]

    source = folder / "source"
    source.mkdir()
    # Otter reads notebooks only; the settings lie one folder up, as for the master.
    shutil.copy(LABS / CONFIG, folder / CONFIG)
    notebook = jupytext.read(LABS / lab.name / "master.md")
    master = source / f"{lab.name}.ipynb"
    jupytext.write(notebook, master, fmt="ipynb")
    result = folder / "otter"
    result.mkdir()
    otter = str(Path(sys.executable).with_name("otter"))
    done = subprocess.run(
        [otter, "assign", "--no-run-tests", "--no-pdfs", str(master), str(result)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = sorted((result / "autograder").glob("*.zip"))
    if done.returncode or not found:
        raise OtterError(f"otter assign: {(done.stdout + done.stderr).strip()[-800:]}")
    return found[0]


def grade(lab: Lab, archive: Path, answers: dict[str, str]) -> tuple[float, float]:
    """Return the points that otter gives a notebook, and how many there are.

    Raises
    ------
    OtterError
        Otter gives none.
    """
    from otter.api import grade_submission  # type: ignore[import-untyped]

    folder = archive.parent
    submission = folder / f"{lab.name}.ipynb"
    submission.write_text(notebook_text(lab, answers), encoding="utf-8")
    before = Path.cwd()
    os.chdir(folder)
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            results = grade_submission(str(submission), str(archive), quiet=True)
    except Exception as error:
        raise OtterError(f"otter cannot grade: {error}") from error
    finally:
        os.chdir(before)
    return float(results.total), float(results.possible)
