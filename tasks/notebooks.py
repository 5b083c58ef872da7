"""Run the chapters' notebooks and keep their text: ``python run.py notebooks``.

A committed notebook holds text outputs only, in one normal form, so that a second run
changes nothing and strict nbval can prove every number in it. Cells tagged
``nbval-ignore-output`` (a widget, a figure, a time) keep no output.

With ``--check`` nothing is run or written: notebooks out of form are named.
"""

import re
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parents[1]

SLOW_SECONDS = 30
"""A notebook that takes longer than this is named: chapters promise to be quick."""

IGNORED = "nbval-ignore-output"
"""Tag of cells whose output is different each time, or no text."""

MAY_FAIL = "raises-exception"
"""Tag of cells that must fail."""

ANSI = re.compile(r"\x1b\[[0-9;]*m")


class NotebookError(Exception):
    """A cell that failed, or was to fail and did not."""


def find(words: list[str]) -> list[Path]:
    """Return the notebooks that the words name, or all chapters'."""
    named = [Path(word).resolve() for word in words] or [ROOT / "chapters"]
    found = []
    for path in named:
        found += sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def execute(path: Path) -> Any:
    """Return the notebook at ``path``, run from the top.

    Raises
    ------
    NotebookError
        A cell failed that may not, or did not fail that must.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources=place
    )
    try:
        client.execute()
    except CellExecutionError as error:
        said = ANSI.sub("", str(error)).strip()
        raise NotebookError(f"{path.name}: a cell failed\n{said}") from error
    for number, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        failed = any(o.output_type == "error" for o in cell.get("outputs", []))
        if MAY_FAIL in tags and not failed:
            raise NotebookError(f"{path.name}, cell {number}: was to fail, and did not")
    return notebook


def normalise(notebook: Any, name: str) -> Any:
    """Return the notebook in its committed form; see the module's first lines."""
    cells = []
    runs = 0
    for number, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        metadata = {"tags": tags} if tags else {}
        base = {
            "cell_type": cell.cell_type,
            "id": f"{name}-{number:03}",
            "metadata": metadata,
            "source": cell.source,
        }
        if cell.cell_type == "code":
            runs += 1
            outputs = [] if IGNORED in tags else _text_outputs(cell.outputs, runs)
            # nbval takes a cell without a count for one that was never run.
            base |= {"execution_count": runs, "outputs": outputs}
        cells.append(nbformat.from_dict(base))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.from_dict(
        {
            "cells": cells,
            "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def _text_outputs(outputs: list[Any], run: int) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for output in outputs:
        kind = output.output_type
        if kind == "stream":
            last = kept[-1] if kept else {}
            if last.get("output_type") == "stream" and last["name"] == output.name:
                last["text"] += output.text
            else:
                kept.append(
                    {"output_type": kind, "name": output.name, "text": output.text}
                )
        elif kind == "error":
            line = f"{output.ename}: {output.evalue}"
            kept.append(
                {
                    "output_type": kind,
                    "ename": output.ename,
                    "evalue": output.evalue,
                    "traceback": [line],
                }
            )
        elif text := output.get("data", {}).get("text/plain"):
            entry = {"output_type": kind, "data": {"text/plain": text}, "metadata": {}}
            if kind == "execute_result":
                entry["execution_count"] = run
            kept.append(entry)
    return kept


def write(path: Path, text: str) -> None:
    """Replace the file at ``path`` whole, or leave it as it is."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, delete=False, encoding="utf-8", newline="\n"
    ) as file:
        file.write(text)
    Path(file.name).replace(path)


def text_of(notebook: Any) -> str:
    """Return the notebook as the text of its file."""
    text: str = nbformat.writes(notebook, version=4)
    return text.rstrip("\n") + "\n"


def main(words: list[str]) -> int:
    """Run or check the notebooks; return 0 when all are in order."""
    check = "--check" in words
    wrong = 0
    for path in find([word for word in words if word != "--check"]):
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        before = path.read_text(encoding="utf-8")
        start = perf_counter()
        try:
            notebook = nbformat.reads(before, as_version=4) if check else execute(path)
        except (NotebookError, nbformat.reader.NotJSONError) as error:
            print(f"{name}: {error}")
            wrong += 1
            continue
        after = text_of(normalise(notebook, path.stem))
        taken = perf_counter() - start
        if check and after != before:
            print(f"{name}: not in its committed form; run: python run.py notebooks")
            wrong += 1
        if not check:
            changed = "changed" if after != before else "as it was"
            slow = f", more than {SLOW_SECONDS} s" if taken > SLOW_SECONDS else ""
            print(f"{name}: {changed}, {taken:.1f} s{slow}", flush=True)
            if after != before:
                write(path, after)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
