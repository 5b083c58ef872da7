"""`run.py book` says what is in the way, and does nothing twice."""

import socket

import pytest

from tasks import book, front_end
from tasks.front_end import read_stamp, write_stamp


def test_a_taken_port_is_named_before_anything_is_built(monkeypatch, capsys):
    monkeypatch.setattr(book, "build_front_end", lambda: pytest.fail("built"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert book.main(["--port", str(port)]) == 1
    assert f"port {port} cannot be used" in capsys.readouterr().err


def test_a_port_that_no_machine_has_is_refused(capsys):
    assert book.main(["--port", "70000"]) == 1
    assert "port 70000 cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("npm error code ENOTFOUND", "the npm registry cannot be reached"),
        ("npm error code ENOSPC", "the disk is full"),
        ("npm error code EACCES", "a file may not be written"),
        ("src/book.ts(3,1): error TS2304", "the front end cannot be bundled"),
    ],
)
def test_a_failure_is_told_by_its_cause(said, cause):
    told = front_end.explain(said)
    assert told.startswith(cause)
    assert said in told


@pytest.fixture
def build(monkeypatch, tmp_path):
    """Return the words that pages were made with, in a folder of their own."""
    made: list[list[str]] = []

    def make(words):
        made.append(words)
        book.SITE.mkdir(parents=True, exist_ok=True)
        (book.SITE / "index.html").touch()
        if words:
            # Only a whole build copies what pages load.
            copied = book.SITE / "_static"
            write_stamp(copied, read_stamp(book.STATIC))
            write_stamp(copied / "live" / "python", read_stamp(book.PYTHON))
        return 0

    folders = {"BUILD": "b", "SITE": "b/html", "CACHE": "b/cache", "STATIC": "static"}
    folders["PYTHON"] = "static/live/python"
    for name, folder in folders.items():
        monkeypatch.setattr(book, name, tmp_path / folder)
    write_stamp(book.STATIC, "front end")
    write_stamp(book.PYTHON, "packages")
    monkeypatch.setattr(book, "_package", list)
    monkeypatch.setattr(book, "_pages", list)
    monkeypatch.setattr(book, "_make_pages", make)
    monkeypatch.setattr(book, "_write_offline", lambda site: None)
    return made


def test_pages_are_made_once(build):
    book.build_pages()
    book.build_pages()
    assert build == [["--all"]]


def test_pages_are_made_again_whole_when_a_build_failed(build, monkeypatch):
    good = book._make_pages
    monkeypatch.setattr(book, "_make_pages", lambda words: 1)
    with pytest.raises(front_end.BookError, match="warnings or errors"):
        book.build_pages()
    monkeypatch.setattr(book, "_make_pages", good)
    book.build_pages()
    assert build == [["--all"]]


def test_a_changed_text_leaves_the_other_pages_as_they_are(build, monkeypatch):
    book.build_pages()
    monkeypatch.setattr(book, "_pages", lambda: [book.ROOT / "run.py"])
    book.build_pages()
    assert build == [["--all"], []]


@pytest.mark.parametrize("folder", ["STATIC", "PYTHON"])
def test_what_pages_load_is_copied_when_it_changed(build, folder):
    book.build_pages()
    write_stamp(getattr(book, folder), "another")
    book.build_pages()
    assert build == [["--all"], ["--all"]]


def test_a_changed_package_runs_every_notebook_again(build, monkeypatch):
    book.build_pages()
    (book.CACHE / "outputs").touch()
    monkeypatch.setattr(book, "_package", lambda: [book.ROOT / "run.py"])
    book.build_pages()
    assert build == [["--all"], ["--all"]]
    assert not (book.CACHE / "outputs").exists()
