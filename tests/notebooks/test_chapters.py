"""Every number that a chapter prints is proved anew, by strict nbval."""

import subprocess
import sys
from pathlib import Path

import pytest

from tasks import notebooks

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = notebooks.find([])


def run_nbval(path: Path) -> subprocess.CompletedProcess[str]:
    settings = Path(__file__).with_name("nbval.ini")
    command = [sys.executable, "-m", "pytest", "-c", settings, "--nbval", path]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, check=False
    )


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "chapters"))


@pytest.mark.parametrize("path", CHAPTERS, ids=name_of)
def test_a_chapter_prints_what_its_notebook_says(path):
    done = run_nbval(path)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.parametrize("path", CHAPTERS, ids=name_of)
def test_a_chapter_is_in_its_committed_form(path):
    assert notebooks.main(["--check", str(path)]) == 0


def test_a_wrong_number_in_a_notebook_is_noticed(tmp_path):
    import nbformat

    notebook = notebooks.normalise(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(6 * 7)")]), "x"
    )
    path = tmp_path / "x.ipynb"
    path.write_text(notebooks.text_of(notebook))
    ran = notebooks.normalise(notebooks.execute(path), "x")
    path.write_text(notebooks.text_of(ran))
    assert run_nbval(path).returncode == 0
    path.write_text(path.read_text().replace("42", "43"))
    assert run_nbval(path).returncode != 0


def notebook_file(folder: Path, source: str, *tags: str) -> Path:
    import nbformat

    cell = nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})
    path = folder / "lesson.ipynb"
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])))
    return path


def test_running_twice_changes_nothing(tmp_path):
    path = notebook_file(tmp_path, "print('a'); print('b'); 3")
    assert notebooks.main([str(path)]) == 0
    once = path.read_bytes()
    assert notebooks.main([str(path)]) == 0
    assert path.read_bytes() == once
    assert notebooks.main(["--check", str(path)]) == 0


def test_a_failing_cell_is_named_and_the_file_left_as_it_was(tmp_path, capsys):
    path = notebook_file(tmp_path, "1 / 0")
    before = path.read_bytes()
    assert notebooks.main([str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_a_cell_that_was_to_fail_and_did_not_is_named(tmp_path, capsys):
    path = notebook_file(tmp_path, "1 / 1", "raises-exception")
    assert notebooks.main([str(path)]) == 1
    assert "was to fail, and did not" in capsys.readouterr().out


def test_an_ignored_cell_keeps_no_output(tmp_path):
    path = notebook_file(tmp_path, "import time; time.time()", "nbval-ignore-output")
    assert notebooks.main([str(path)]) == 0
    assert '"outputs": []' in path.read_text()
