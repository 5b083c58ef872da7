"""A traceback in a page is what a reader can use of it: the cell's lines and the error.

The frames between lie in files of the machine that made the book. They say where that
machine keeps them, and often fill a screen. A reader who runs the cell gets them all.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

CHAIN = re.compile(
    r"^(?:The above exception was the direct cause of the following exception"
    r"|During handling of the above exception, another exception occurred):$",
    re.MULTILINE,
)
"""What stands between two errors of which one led to the other."""

RULE = re.compile(r"^-{20,}$")
"""The line above a traceback."""

ELSEWHERE = re.compile(r"^File .+:\d+, in ")
"""How a frame begins that is no cell's."""


def shorten_traceback(text: str) -> str:
    """Return the last error of a traceback, with the frames that are cells.

    Parameters
    ----------
    text : str
        A traceback as IPython writes it, without colours.
    """
    kept: list[str] = []
    is_elsewhere = False
    for line in CHAIN.split(text)[-1].strip("\n").split("\n"):
        is_elsewhere = bool(ELSEWHERE.match(line)) or (is_elsewhere and line != "")
        is_gap = line == "" and (not kept or kept[-1] == "")
        if not is_elsewhere and not is_gap and not RULE.match(line):
            kept.append(line)
    return "\n".join(kept)


def shorten_tracebacks(_app: Sphinx, tree: nodes.document, _page: str) -> None:
    """Shorten each traceback of a page."""
    for node in tree.findall(nodes.literal_block):
        if "traceback" in node["classes"]:
            text = shorten_traceback(node.astext())
            # Sphinx colours a block only where its text is as it was written.
            node.rawsource = text
            node.children = [nodes.Text(text)]
