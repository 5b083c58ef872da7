"""The normal form of a notebook is the one text that the same cells always give.

A committed notebook holds text outputs only. What differs from run to run (colours, the
frames of a traceback, the ids of cells that an editor made) has one value or is left
out, so that a second run changes nothing and strict nbval can prove every number that
is printed.
"""

import hashlib
import re
from typing import Any

import nbformat

IGNORED = "nbval-ignore-output"
"""Tag of cells whose output is different each time, or no text; none is stored."""

MAY_FAIL = "raises-exception"
"""Tag of cells that must fail."""

TEXTS = ("text/plain", "text/markdown", "text/latex")
"""Kinds of output that are kept."""

PICTURES = ("image/png", "image/jpeg")
"""Kinds of output that are dropped beside a text, as nbval does."""

ANSI = re.compile(r"\x1b\[[0-9;]*m")
"""Escape sequences of terminal colours."""

OBJECT_ADDRESS = re.compile(r"<[^<>\n]* at 0x[0-9a-f]{6,}>")
"""Python's text of an object that has none of its own."""


class UnstableOutput(Exception):
    """An output that cannot be stored and proven; the text says what to do."""


def normalise(notebook: Any) -> Any:
    """Return the notebook in its committed form.

    Raises
    ------
    UnstableOutput
        A cell without the tag ``nbval-ignore-output`` shows what is no text, writes to
        standard error, or prints an object's address in memory.
    """
    seen: dict[str, int] = {}
    cells: list[dict[str, Any]] = []
    count = 0
    for number, cell in enumerate(notebook.cells):
        normal = _cell(cell, seen)
        if cell.cell_type == "code":
            # Counted as a fresh run counts: nbval checks no cell without a count.
            count += 1
            normal["execution_count"] = count
            normal["outputs"] = _outputs(cell, count, number)
        cells.append(normal)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.from_dict(  # type: ignore[no-untyped-call]
        {
            "cells": cells,
            "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def text_of(notebook: Any) -> str:
    """Return the notebook as the text of its file."""
    text: str = nbformat.writes(notebook, version=4)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def _cell(cell: Any, seen: dict[str, int]) -> dict[str, Any]:
    tags = list(cell.metadata.get("tags", []))
    source = cell.source.rstrip("\n")
    # The id follows from the text: the same however the cell was written or moved.
    key = hashlib.sha256(f"{cell.cell_type}\n{source}".encode()).hexdigest()[:10]
    seen[key] = seen.get(key, 0) + 1
    normal: dict[str, Any] = {
        "cell_type": cell.cell_type,
        "id": key if seen[key] == 1 else f"{key}-{seen[key]}",
        "metadata": {"tags": tags} if tags else {},
        "source": source,
    }
    return normal


def _outputs(cell: Any, count: int, number: int) -> list[dict[str, Any]]:
    if IGNORED in cell.metadata.get("tags", []):
        return []
    kept: list[dict[str, Any]] = []
    for output in cell.get("outputs", []):
        kind = output.output_type
        if kind == "stream":
            _add_stream(kept, output, number)
        elif kind == "error":
            # The frames between differ by Python and folder; the last line does not.
            kept.append(
                {
                    "output_type": kind,
                    "ename": output.ename,
                    "evalue": ANSI.sub("", output.evalue),
                    "traceback": [ANSI.sub("", f"{output.ename}: {output.evalue}")],
                }
            )
        else:
            entry = {
                "output_type": kind,
                "data": _texts(output.get("data", {}), number),
                "metadata": {},
            }
            if kind == "execute_result":
                entry["execution_count"] = count
            kept.append(entry)
    return kept


def _add_stream(kept: list[dict[str, Any]], output: Any, number: int) -> None:
    text = "".join(output.text)
    if output.name == "stderr":
        raise UnstableOutput(
            f"cell {number} writes to standard error, as warnings do: {text.strip()}"
        )
    _check_addresses(text, number)
    last = kept[-1] if kept else {}
    if last.get("output_type") == "stream":
        last["text"] += text
    else:
        kept.append({"output_type": "stream", "name": output.name, "text": text})


def _texts(data: dict[str, Any], number: int) -> dict[str, str]:
    other = [kind for kind in data if kind not in (*TEXTS, *PICTURES)]
    if other:
        raise UnstableOutput(
            f"cell {number} shows {', '.join(sorted(other))}: tag it {IGNORED}, "
            "or print its text"
        )
    texts = {kind: "".join(data[kind]) for kind in TEXTS if kind in data}
    for text in texts.values():
        _check_addresses(text, number)
    return texts


def _check_addresses(text: str, number: int) -> None:
    if found := OBJECT_ADDRESS.search(text):
        raise UnstableOutput(
            f"cell {number} prints {found[0]}, another address each time: print what "
            f"the object holds, or tag the cell {IGNORED}"
        )
