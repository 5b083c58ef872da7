"""The table of contents, and the extension's folder on the path."""

import re
import sys

from tasks.environment import ROOT

EXTENSION = str(ROOT / "book")
"""Where the package `live` lies, which the book's configuration names."""

if EXTENSION not in sys.path:
    sys.path.insert(0, EXTENSION)


def named_documents() -> list[str]:
    """Return what the table of contents names, in its order."""
    text = (ROOT / "book" / "_toc.yml").read_text("utf-8")
    return re.findall(r"(?:file|root): (\S+)", text)
