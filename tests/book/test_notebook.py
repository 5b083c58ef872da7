"""A page carries the notebook that it was made from, whole and out of harm's way."""

import json
import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from live.notebook import carry_notebook, to_script

from tasks.environment import ROOT
from tests.book.contents import named_documents

NOTEBOOKS = [name for name in named_documents() if (ROOT / f"{name}.ipynb").exists()]

SCRIPT = re.compile(
    r'<script type="application/json" class="live-notebook">(.*?)</script>', re.DOTALL
)


def read_back(page):
    (found,) = SCRIPT.findall(page)
    return json.loads(found)


def make_document(*sources, **metadata):
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": metadata, "source": [source]}
        for n, source in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}}


@given(st.lists(st.text()))
def test_every_text_comes_out_of_the_page_as_it_went_in(sources):
    carried = read_back(to_script("some/page", make_document(*sources)))
    assert [cell["source"] for cell in carried["cells"]] == sources


@pytest.mark.parametrize("text", ["</script>", "<!-- <script>", "</SCRIPT ", "]]>"])
def test_a_text_cannot_end_the_element_that_carries_it(text):
    page = to_script("page", make_document(f"print({text!r})"))
    body = page.removeprefix('<script type="application/json" class="live-notebook">')
    assert "<" not in body.removesuffix("</script>")
    assert text in read_back(page)["cells"][0]["source"]


def test_a_cell_brings_its_place_its_id_its_tags_and_its_metadata():
    page = to_script("labs/x/x", make_document("1", "2", tags=["hide-input"]))
    carried = read_back(page)
    assert carried["path"] == "labs/x/x"
    assert carried["metadata"] == {"kernelspec": {"name": "python3"}}
    assert carried["cells"][1] == {
        "index": 1,
        "id": "c1",
        "kind": "code",
        "source": "2",
        "tags": ["hide-input"],
        "metadata": {"tags": ["hide-input"]},
    }


def test_a_cell_without_tags_has_none():
    (cell,) = read_back(to_script("page", make_document("1")))["cells"]
    assert cell["tags"] == []


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_of_the_book_carries_its_notebook_whole(site, name):
    page = (site / f"{name}.html").read_text("utf-8")
    notebook = json.loads((ROOT / f"{name}.ipynb").read_text("utf-8"))
    carried = read_back(page)
    assert carried["path"] == name
    assert carried["metadata"] == notebook["metadata"]
    for ours, theirs in zip(carried["cells"], notebook["cells"], strict=True):
        assert ours["id"] == theirs["id"]
        assert ours["kind"] == theirs["cell_type"]
        assert ours["metadata"] == theirs["metadata"]
        assert ours["source"] == "".join(theirs["source"])


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_cell_that_a_page_shows_is_found_by_its_place(site, name):
    page = (site / f"{name}.html").read_text("utf-8")
    found = [int(number) for number in re.findall(r'id="live-cell-(\d+)"', page)]
    code = {cell["index"] for cell in read_back(page)["cells"] if is_code(cell)}
    assert len(found) == len(set(found))
    assert set(found) <= code
    hidden = {"remove-cell", "remove-input"}
    shown = {
        cell["index"]
        for cell in read_back(page)["cells"]
        if is_code(cell) and not hidden & set(cell["tags"])
    }
    assert shown <= set(found)


def is_code(cell):
    return cell["kind"] == "code"


def test_a_page_that_is_no_notebook_carries_none(tmp_path):
    tree = nodes.document(None, None)
    environment = SimpleNamespace(doc2path=lambda page: str(tmp_path / f"{page}.md"))
    carry_notebook(SimpleNamespace(env=environment), tree, "index")
    assert list(tree.findall(nodes.raw)) == []
