"""The book's extension, importable, and the finished pages."""

from pathlib import Path

import pytest

from tasks import book
from tests.book import contents  # noqa: F401  (puts the extension on the path)


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the finished book; made now where something changed."""
    if book.main(["--no-serve"]):
        pytest.fail("the book could not be built; what it said stands above")
    return book.SITE
