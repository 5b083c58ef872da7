"""A figure is a plot that a cell made, drawn in the page by the page's own plotly.

The notebook extension does not know the type of plotly's outputs. The renderer here
puts the figure's specification into the page, with a table of its numbers that stands
in its place until it is drawn.
"""

import html
import json
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core import render

PLOTLY = "application/vnd.plotly.v1+json"
"""Type of an output that is a plotly figure."""

MOST_ROWS = 12
"""Rows that a table shows of one trace; of more, evenly spaced ones."""


class PlotlyRenderer:
    """Puts plotly figures into pages."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int]]] = [("*", PLOTLY, 1)]

    @staticmethod
    def handle_mime(
        _renderer: Any, data: Any, inline: bool
    ) -> list[nodes.Element] | None:
        """Return the nodes of one output, or None when it is no plotly figure."""
        if inline or data.mime_type != PLOTLY:
            return None
        text = to_html(data.content)
        return [nodes.raw("", text, format="html", classes=["output"])]


def register_figures() -> None:
    """Let the notebook extension know of the renderer, once.

    It looks for renderers in installed packages and keeps what it found in a list. The
    book is not installed, so its renderer joins that list here.
    """
    known = render.load_mime_renders()
    if PlotlyRenderer not in known:
        known.append(PlotlyRenderer)  # type: ignore[arg-type]


def to_html(specification: dict[str, Any]) -> str:
    """Return a figure's specification and its table, ready for a page.

    Parameters
    ----------
    specification
        Plotly's ``data``, ``layout`` and ``config``.
    """
    # A closing tag inside the text would end the script element.
    text = json.dumps(specification, separators=(",", ":")).replace("</", "<\\/")
    twin = "".join(_table(trace) for trace in specification.get("data", []))
    title = html.escape(_title(specification))
    return (
        f'<figure class="live-figure" aria-label="{title}">'
        f'<script type="{PLOTLY}">{text}</script>'
        f'<div class="live-figure-twin">{twin}</div></figure>'
    )


def _title(specification: dict[str, Any]) -> str:
    title = specification.get("layout", {}).get("title", "")
    text = title.get("text", "") if isinstance(title, dict) else title
    return str(text) or "Figure"


def _table(trace: dict[str, Any]) -> str:
    columns = {axis: _values(trace.get(axis)) for axis in ("x", "y", "z")}
    columns = {axis: values for axis, values in columns.items() if values}
    if not columns:
        return ""
    caption = html.escape(str(trace.get("name") or "Values"))
    head = "".join(f'<th scope="col">{axis}</th>' for axis in columns)
    rows = _spread(list(zip(*columns.values(), strict=False)))
    cells = ("".join(f"<td>{html.escape(_say(c))}</td>" for c in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _values(column: Any) -> list[Any]:
    # Plotly writes arrays of numpy as base64 under a key of its own.
    return list(column) if isinstance(column, list | tuple) else []


def _spread(rows: list[Any]) -> list[Any]:
    if len(rows) <= MOST_ROWS:
        return rows
    last = len(rows) - 1
    return [rows[place * last // (MOST_ROWS - 1)] for place in range(MOST_ROWS)]


def _say(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
