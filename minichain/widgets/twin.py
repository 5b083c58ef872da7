"""A text twin says in words and tables all that a picture shows.

Screen readers read it, print and pages without scripts show it, tests compare it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows of text under a caption and a head.

    Attributes
    ----------
    caption : str
        What the table holds.
    head : tuple of str
        The columns' names.
    rows : tuple of tuples of str
        The cells; the first of each row names it.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Twin = Sequence[str | Table]
"""Paragraphs and tables, in reading order."""


def to_json(twin: Twin) -> list[Any]:
    """Return the twin as plain data for the view."""
    return [
        block
        if isinstance(block, str)
        else {
            "caption": block.caption,
            "head": list(block.head),
            "rows": [list(row) for row in block.rows],
        }
        for block in twin
    ]


def to_text(twin: Twin) -> str:
    """Return the twin as plain text, its tables aligned."""
    return "\n\n".join(
        block if isinstance(block, str) else _table_text(block) for block in twin
    )


def to_html(twin: Twin) -> str:
    """Return the twin as HTML, every text escaped."""
    parts = []
    for block in twin:
        if isinstance(block, str):
            parts.append(f"<p>{escape(block)}</p>")
            continue
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in block.head)
        rows = "".join(
            "<tr>"
            + "".join(
                f'<th scope="row">{escape(cell)}</th>'
                if place == 0
                else f"<td>{escape(cell)}</td>"
                for place, cell in enumerate(row)
            )
            + "</tr>"
            for row in block.rows
        )
        parts.append(
            f"<table><caption>{escape(block.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )
    return "".join(parts)


def _table_text(table: Table) -> str:
    lines = [table.head, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.head))]
    rule = tuple("-" * width for width in widths)
    body = [
        "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip()
        for line in [table.head, rule, *table.rows]
    ]
    return "\n".join([table.caption, *body])
