"""What the book's cells import is known before a page's Python starts."""

import pytest

from tasks import page_memory
from tasks.page_memory import find_imports, read_imports


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import a", {"a"}),
        ("import a.b as c, d", {"a.b", "d"}),
        ("from a.b import c", {"a.b"}),
        ("from . import c", set()),
        ("def f():\n    import a", {"a"}),
        ("print('import a')", set()),
        ("x = = 1\nimport a", set()),
        ("%matplotlib inline", set()),
    ],
)
def test_the_imports_of_a_cell_are_its_modules(source, found):
    assert read_imports(source) == found


def test_only_what_every_page_has_is_brought_into_memory():
    names = set(find_imports())
    assert "minichain.feedback" in names
    assert not [n for n in names if n.startswith(page_memory.LATER)]
    assert not {n.partition(".")[0] for n in names} & {"plotly", "numpy", "vyper"}
