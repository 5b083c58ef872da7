"""Notebooks are run and stored in one normal form."""

import json

import nbformat
import pytest

from tasks import notebooks
from tasks.notebook_form import UnstableOutput, normalise, text_of


def code(source, text=None, tags=()):
    """Return a code cell that printed ``text``."""
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})
    if text is not None:
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
    return cell


def failing(source, message):
    """Return a cell that must fail, with its stored error."""
    cell = code(source, tags=["raises-exception"])
    error = {"ename": "ZeroDivisionError", "evalue": message, "traceback": []}
    cell.outputs = [nbformat.v4.new_output("error", **error)]
    return cell


def showing(**data):
    """Return a code cell whose value has several forms."""
    cell = code("value")
    kinds = {name.replace("_", "/"): value for name, value in data.items()}
    cell.outputs = [nbformat.v4.new_output("execute_result", kinds, execution_count=9)]
    return cell


def notebook_of(*cells):
    """Return the text of a notebook in normal form."""
    return text_of(normalise(nbformat.v4.new_notebook(cells=list(cells))))


def outputs_of(*cells):
    return json.loads(notebook_of(*cells))["cells"][0]["outputs"]


def test_normalising_twice_changes_nothing():
    cells = code("print(1)", "1\n"), failing("1 / 0", "x"), showing(text_plain="2")
    once = notebook_of(*cells)
    assert text_of(normalise(nbformat.reads(once, as_version=4))) == once


def test_cells_are_counted_as_a_fresh_run_counts_them():
    cell = showing(text_plain="2")
    cell.execution_count = 7
    text = nbformat.v4.new_markdown_cell("Then:")
    stored = json.loads(notebook_of(code("a = 1"), text, cell))["cells"]
    assert [c.get("execution_count") for c in stored] == [1, None, 2]
    assert stored[2]["outputs"][0]["execution_count"] == 2


def test_an_editor_leaves_no_metadata():
    cell = code("a = 1")
    cell.metadata["collapsed"] = True
    assert json.loads(notebook_of(cell))["cells"][0]["metadata"] == {}


def test_a_cell_keeps_its_id_when_others_come_before_it():
    last = json.loads(notebook_of(code("a = 1")))["cells"][0]["id"]
    moved = json.loads(notebook_of(code("b = 2"), code("a = 1")))["cells"][1]["id"]
    assert moved == last


def test_equal_cells_have_different_ids():
    cells = json.loads(notebook_of(code("a = 1"), code("a = 1"), code("a = 1")))[
        "cells"
    ]
    assert len({cell["id"] for cell in cells}) == 3


def test_a_picture_is_dropped_beside_its_text():
    assert outputs_of(showing(text_plain="2", image_png="iVBO"))[0]["data"] == {
        "text/plain": ["2"]
    }


def test_a_cell_tagged_as_ignored_stores_nothing():
    assert outputs_of(code("Widget()", "anything", ["nbval-ignore-output"])) == []


def test_prints_that_came_in_pieces_are_one_text():
    cell = code("loop", "1\n")
    cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text="2\n"))
    assert [out["text"] for out in outputs_of(cell)] == [["1\n", "2\n"]]


def test_a_traceback_keeps_its_last_line_without_colours():
    cell = failing("1 / 0", "division by \x1b[31mzero\x1b[0m")
    (error,) = outputs_of(cell)
    assert error["traceback"] == ["ZeroDivisionError: division by zero"]


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        (showing(text_plain="<Table>", text_html="<table>"), "text/html"),
        (showing(text_plain="<object object at 0x7f0102030405>"), "address"),
        (code("print(object())", "<object object at 0x7f0102030405>\n"), "address"),
    ],
    ids=["html", "address shown", "address printed"],
)
def test_an_output_that_no_second_run_gives_is_refused(cell, word):
    with pytest.raises(UnstableOutput, match=word):
        notebook_of(cell)


def test_a_warning_in_a_cell_is_refused():
    cell = code("warn()")
    cell.outputs = [nbformat.v4.new_output("stream", name="stderr", text="old!\n")]
    with pytest.raises(UnstableOutput, match="standard error, as warnings do: old!"):
        notebook_of(cell)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder for notebooks, with a record of its own."""
    monkeypatch.setattr(notebooks, "RECORD", tmp_path / "build" / "record.json")
    monkeypatch.setattr(notebooks, "AT_ONCE", 1)
    return tmp_path


def test_running_stores_outputs_once_and_then_changes_nothing(folder, capsys):
    path = folder / "a.ipynb"
    path.write_text(
        notebook_of(code("print(6 * 7)"), code("1 / 0", None, ["raises-exception"]))
    )
    assert notebooks.main([str(path)]) == 0
    stored = path.read_text()
    assert '"42\\n"' in stored
    assert "ZeroDivisionError: division by zero" in stored
    assert "changed" in capsys.readouterr().out
    assert notebooks.main([str(path)]) == 0
    assert "1 unchanged" in capsys.readouterr().out
    assert notebooks.main(["--again", str(path)]) == 0
    assert "as it was" in capsys.readouterr().out
    assert path.read_text() == stored
    assert notebooks.main(["--check", str(path)]) == 0


def test_a_failing_cell_is_named_and_the_file_stays(folder, capsys):
    path = folder / "a.ipynb"
    before = notebook_of(code("a = 1"), code("prnt(a)"))
    path.write_text(before)
    assert notebooks.main([str(path)]) == 1
    said = capsys.readouterr().out
    assert "cell 1: NameError: name 'prnt' is not defined" in said
    assert path.read_text() == before
    assert [p.name for p in folder.iterdir() if p.is_file()] == ["a.ipynb"]


def test_a_cell_that_was_to_fail_and_does_not_is_named(folder, capsys):
    path = folder / "a.ipynb"
    path.write_text(notebook_of(code("a = 1", None, ["raises-exception"])))
    assert notebooks.main([str(path)]) == 1
    assert "cell 0: was to fail, and did not" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{", "[]", "not a notebook"])
def test_a_broken_notebook_is_named_by_check(folder, capsys, text):
    path = folder / "a.ipynb"
    path.write_text(text)
    assert notebooks.main(["--check", str(path)]) == 1
    assert "a.ipynb" in capsys.readouterr().out


def test_a_notebook_out_of_form_is_named_by_check(folder, capsys):
    path = folder / "a.ipynb"
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=[code("a = 1")])))
    assert notebooks.main(["--check", str(path)]) == 1
    assert "not as `run.py notebooks` writes it" in capsys.readouterr().out


def test_a_path_that_is_not_there_is_named(capsys):
    assert notebooks.main(["nowhere.ipynb"]) == 2
    assert "nowhere.ipynb" in capsys.readouterr().out
