"""The confined side of a channel: it runs a notebook and answers for its functions.

It is started by `tasks.grade_process` as a program of its own. Its input and output are
the channel; what the notebook prints goes nowhere.
"""

import builtins
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from typing import Any, NoReturn

from tasks.grade_channel import LENGTH, LONGEST_FRAME, Gone, Peer, read_exactly
from tasks.grade_limits import Limits, confine
from tasks.lab_cells import new_namespace, run_cells


class Withheld(MetaPathFinder):
    """Refuses to import what a lab is about."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = frozenset(names)

    def find_spec(self, name: str, *rest: Any) -> None:
        """Refuse the withheld modules; leave all others to the finders behind."""
        if name in self.names:
            raise ImportError(
                f"{name} is what this lab builds: it is out of reach while graded"
            )


class Notebook(Peer):
    """The end of a channel that runs cells, and whose names may be asked for."""

    names: dict[str, Any]

    def answer(self, kind: str, rest: list[Any]) -> Any:
        """Answer for the notebook's names and objects."""
        if kind == "run":
            cells, skip = rest
            self.names = new_namespace()
            return run_cells(cells, self.names, skip, lambda n: self.send("cell", n))
        if kind == "name":
            return self.names.get(rest[0])
        return super().answer(kind, rest)

    def describe(self, error: BaseException) -> tuple[list[str], str, str]:
        """Return an error with the innermost line of the notebook that it was in."""
        kinds, text, _ = super().describe(error)
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename.startswith("<cell ")]
        where = (
            f"in {own[-1].name}, line {own[-1].lineno}: {own[-1].line}" if own else ""
        )
        return kinds, text, where


def main() -> None:
    """Take the channel, lay on the limits, and serve until it ends."""
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nothing, number)
    reader = os.fdopen(source, "rb", buffering=0)
    writer = os.fdopen(sink, "wb", buffering=0)
    notebook = Notebook(lambda: _read(reader), lambda data: _write(writer, data), True)
    try:
        _, settings = notebook.receive()
        facts = _prepare(settings)
        os.dup2(nothing, 2)
        notebook.send("ready", facts)
        while True:
            kind, *rest = notebook.receive()
            notebook.serve(kind, rest)
    except Gone:
        os._exit(0)


def _prepare(settings: dict[str, Any]) -> list[str]:
    # The grader's own modules are no part of what a notebook can import.
    sys.path[:] = [path for path in sys.path if path != settings["root"]]
    import minichain.feedback

    for name in ("check", "check_all"):
        setattr(minichain.feedback.Lab, name, _skip_check)
    sys.meta_path.insert(0, Withheld(settings["withheld"]))
    limits = Limits(**settings["limits"])
    facts = confine(limits, settings["readable"], settings["listed"])
    sys.stdin, sys.stdout, sys.stderr = (io.StringIO() for _ in range(3))
    sys.stdout = sys.stderr = _Nowhere()
    builtins.input = _refuse_input
    return facts


class _Nowhere(io.TextIOBase):
    """Takes any text and keeps none."""

    def write(self, text: str) -> int:
        return len(text)


def _skip_check(self: object, *words: object) -> None:
    """Do nothing: the grader runs all tests itself."""


def _refuse_input(*words: object) -> NoReturn:
    raise EOFError("nobody answers while a notebook is graded")


def _read(reader: io.RawIOBase) -> bytes:
    head = read_exactly(reader, LENGTH.size)
    (length,) = LENGTH.unpack(head) if head else (0,)
    data = read_exactly(reader, length) if length <= LONGEST_FRAME else b""
    if not data:
        raise Gone
    return data


def _write(writer: io.RawIOBase, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[writer.write(view) or 0 :]


if __name__ == "__main__":
    main()
