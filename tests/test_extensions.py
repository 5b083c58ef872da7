"""A lower floor finds what a higher one gives, by name, and only when it asks."""

import sys

import pytest

from minichain.extensions import find_extension, register_extension


def test_an_extension_is_loaded_when_it_is_asked_for(tmp_path, monkeypatch):
    (tmp_path / "upstairs.py").write_text("def double(x):\n    return 2 * x\n")
    monkeypatch.syspath_prepend(tmp_path)
    register_extension("double", "upstairs")
    assert "upstairs" not in sys.modules
    assert find_extension("double")(4) == 8


def test_an_extension_that_nobody_gives_is_named():
    with pytest.raises(LookupError, match="'triple'"):
        find_extension("triple")
