"""Run the chapters' notebooks and keep their text: ``python run.py notebooks``.

A notebook is run when its cells, `minichain` or the lock have changed since its last
run here, and always with ``--again``. It is written, in its normal form, only when
every cell did what it should. Without a PATH all chapters are run.

With ``--check`` nothing is run or written: notebooks out of form are named.
"""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat

from tasks import notebook_form as form
from tasks.environment import LOCK, ROOT

SLOW_SECONDS = 30
"""A notebook that takes longer than this is named: chapters promise to be quick."""

CELL_SECONDS = 300
"""A cell that takes longer than this has failed."""

RECORD = ROOT / "build" / "notebooks.json"
"""What each notebook and its surroundings were when it was last run."""

AT_ONCE = max(1, min(4, (os.cpu_count() or 1)))
"""Notebooks that are run at the same time."""


class NotebookError(Exception):
    """A cell that failed, or was to fail and did not."""


def main(words: list[str]) -> int:
    """Run or check the notebooks; return 0 when all are in order."""
    switches = {word for word in words if word.startswith("--")}
    if unknown := switches - {"--check", "--again"}:
        print(f"no switch is called {min(unknown)}; there are --check and --again")
        return 2
    try:
        paths = find([word for word in words if word not in switches])
    except FileNotFoundError as error:
        print(error)
        return 2
    if "--check" in switches:
        return int(sum(map(_is_out_of_form, paths)) > 0)
    return _run_all(paths, again="--again" in switches)


def find(words: list[str]) -> list[Path]:
    """Return the notebooks that the words name, or all chapters'.

    Raises
    ------
    FileNotFoundError
        A word names no notebook and no folder.
    """
    found: list[Path] = []
    for path in [Path(word).resolve() for word in words] or [ROOT / "chapters"]:
        if not path.exists():
            raise FileNotFoundError(f"there is no {path}")
        found += sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def execute(path: Path) -> Any:
    """Return the notebook at ``path``, run from the top in a fresh kernel.

    Raises
    ------
    NotebookError
        A cell failed that may not, or did not fail that must.
    """
    from nbclient import NotebookClient
    from nbclient import exceptions as refusals

    notebook = read(path.read_text(encoding="utf-8"))
    reached = [0]
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=lambda cell, cell_index: reached.__setitem__(0, cell_index),
    )
    with tempfile.TemporaryDirectory() as profile:
        # The learner's own IPython settings must not leak into the book.
        os.environ["IPYTHONDIR"] = profile
        try:
            client.execute()
        except refusals.CellExecutionError as error:
            said = form.ANSI.sub("", f"{error.ename}: {error.evalue}")
            source = notebook.cells[reached[0]].source
            raise NotebookError(f"cell {reached[0]}: {said}\n{source}") from error
        except (refusals.CellTimeoutError, refusals.DeadKernelError) as error:
            raise NotebookError(f"cell {reached[0]}: {error}") from error
    for number, cell in enumerate(notebook.cells):
        failed = any(o.output_type == "error" for o in cell.get("outputs", []))
        if form.MAY_FAIL in cell.metadata.get("tags", []) and not failed:
            raise NotebookError(f"cell {number}: was to fail, and did not")
    return notebook


def read(text: str) -> Any:
    """Return the notebook that ``text`` is.

    Raises
    ------
    NotebookError
        The text is no notebook.
    """
    try:
        notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except (AttributeError, ValueError, nbformat.ValidationError) as error:
        raise NotebookError(f"no notebook: {str(error).splitlines()[0]}") from error
    return notebook


def write(path: Path, text: str) -> None:
    """Replace the file at ``path`` whole, or leave it as it is."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, delete=False, encoding="utf-8", newline="\n"
    ) as file:
        new = Path(file.name)
        try:
            file.write(text)
            file.close()
            new.chmod(path.stat().st_mode if path.exists() else 0o644)
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


def _run_all(paths: list[Path], again: bool) -> int:
    RECORD.parent.mkdir(exist_ok=True)
    try:
        record = json.loads(RECORD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        record = {}
    around = _surroundings()
    due = [p for p in paths if again or record.get(_name(p)) != _inputs(p, around)]
    wrong = 0
    for path, (amiss, said) in zip(due, _run_each(due), strict=True):
        print(f"{_name(path)}: {said}", flush=True)
        wrong += amiss
        if not amiss:
            record[_name(path)] = _inputs(path, around)
            write(RECORD, json.dumps(record, indent=1, sort_keys=True))
    if len(due) < len(paths):
        print(f"{len(paths) - len(due)} unchanged since they were last run")
    return int(wrong > 0)


def _run_each(paths: list[Path]) -> Iterator[tuple[bool, str]]:
    if len(paths) < 2:
        yield from map(_run_one, paths)
        return
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_run_one, paths)


def _run_one(path: Path) -> tuple[bool, str]:
    start = perf_counter()
    try:
        before = path.read_text(encoding="utf-8")
        after = form.text_of(form.normalise(execute(path)))
    except (NotebookError, form.UnstableOutput) as error:
        return True, str(error)
    taken = perf_counter() - start
    slow = f", more than {SLOW_SECONDS} s" if taken > SLOW_SECONDS else ""
    if after == before:
        return False, f"as it was ({taken:.1f} s{slow})"
    write(path, after)
    return False, f"changed ({taken:.1f} s{slow})"


def _is_out_of_form(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    try:
        notebook = read(text)
        if form.text_of(form.normalise(notebook)) == text:
            return False
        said = "not as `run.py notebooks` writes it"
    except (NotebookError, form.UnstableOutput) as error:
        said = str(error)
    print(f"{_name(path)}: {said}")
    return True


def _surroundings() -> str:
    """Return a digest of everything outside a notebook that its outputs rest on."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    files = [p for p in sorted((ROOT / "minichain").rglob("*")) if p.is_file()]
    for path in [LOCK, *(p for p in files if "__pycache__" not in p.parts)]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _inputs(path: Path, around: str) -> str:
    return hashlib.sha256(around.encode() + path.read_bytes()).hexdigest()


def _name(path: Path) -> str:
    inside = path.is_relative_to(ROOT)
    return path.relative_to(ROOT).as_posix() if inside else str(path)
