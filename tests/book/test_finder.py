"""A library's files come when it is first imported, or the import says why not."""

import sys

import pytest
from pagekernel.finder import Finder


@pytest.fixture
def asked(monkeypatch):
    """Return what was asked for; only `here` can be had."""
    names: list[str] = []

    def bring(name):
        names.append(name)
        return name == "here"

    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    Finder.install(bring, ["here", "away"])
    return names


def test_a_librarys_files_are_asked_for_once(asked):
    for name in ("here", "here.inner", "here"):
        with pytest.raises(ModuleNotFoundError, match="No module named 'here'"):
            __import__(name)
    assert asked == ["here"]


def test_an_import_of_what_is_out_of_reach_says_so_and_may_be_tried_again(asked):
    for _ in range(2):
        with pytest.raises(ImportError, match="away is served with the book"):
            __import__("away.inner")
    assert asked == ["away", "away"]


def test_other_imports_are_left_alone(asked):
    with pytest.raises(ModuleNotFoundError):
        __import__("nowhere")
    assert asked == []
