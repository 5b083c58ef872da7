"""The table of contents, and the extension's folder on the path."""

import re
import sys

from tasks.environment import ROOT

EXTENSION = (str(ROOT / "book"), str(ROOT / "book" / "live"))
"""Where the package `live` lies, which the book's configuration names, and `pagekernel`
within it, which pages run."""

sys.path[:0] = [folder for folder in EXTENSION if folder not in sys.path]


def named_documents() -> list[str]:
    """Return what the table of contents names, in its order."""
    text = (ROOT / "book" / "_toc.yml").read_text("utf-8")
    return re.findall(r"(?:file|root): (\S+)", text)
