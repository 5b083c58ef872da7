"""Every text that a chapter prints is what its code prints, compared strictly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.environment import ROOT
from tasks.notebook_form import normalise, text_of
from tasks.notebooks import find, read
from tests.notebooks.test_form import code, failing, notebook_of

CHAPTERS = find([])
SANITIZE = Path(__file__).with_name("sanitize.cfg")


def prove(notebook: Path, profile: Path) -> subprocess.CompletedProcess[str]:
    """Run nbval on one notebook in a process of its own."""
    command = [
        sys.executable, "-m", "pytest", "--nbval", f"--nbval-sanitize-with={SANITIZE}",
        "--nbval-current-env", "--nbval-cell-timeout=300", "-q", "-n0",
        "-p", "no:cacheprovider", "--override-ini=addopts=", str(notebook),
    ]  # fmt: skip
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600,
        env={**os.environ, "IPYTHONDIR": str(profile)},
    )  # fmt: skip


@pytest.mark.parametrize(
    "notebook", CHAPTERS, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_stored_output_comes_out_again(notebook, tmp_path):
    done = prove(notebook, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "notebook", CHAPTERS, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_chapter_is_stored_in_normal_form(notebook):
    text = notebook.read_text(encoding="utf-8")
    assert text_of(normalise(read(text))) == text, "run `python run.py notebooks`"


def test_nbval_sees_a_wrong_number_and_a_wrong_error(tmp_path):
    cells = [
        code("print(6 * 7)", text="42\n"),
        code("print(6 * 7, end='')", text="43"),
        failing("1 / 0", "division by zero"),
        failing("0 / 0", "division by one"),
        code("6 * 7"),
    ]
    notebook = tmp_path / "wrong.ipynb"
    notebook.write_text(notebook_of(*cells))
    done = prove(notebook, tmp_path)
    assert done.returncode == 1
    summary = done.stdout.rpartition("short test summary")[2]
    assert [n for n in range(5) if f"::Cell {n}" in summary] == [1, 3, 4], done.stdout
