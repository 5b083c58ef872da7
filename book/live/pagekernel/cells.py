"""A cell is a piece of a page's program; cells share their names."""

import ast
import inspect
import linecache
import traceback
from types import CodeType, TracebackType
from typing import Any

from pagekernel.channel import Channel
from pagekernel.displays import Displayer

HIDDEN = ("pagekernel", "_pyodide", "pyodide")
"""Packages whose frames no traceback shows: they run cells, and are no part of them."""


class Cells:
    """Runs cells, one after the other.

    Parameters
    ----------
    channel : Channel
        Where their outputs go.
    names : dict
        The names that they share.
    """

    def __init__(self, channel: Channel, names: dict[str, Any]) -> None:
        self._channel = channel
        self._displayer = Displayer(channel)
        self._displayer.install()
        self.names = names
        self.count = 0

    async def run(self, source: str, name: str) -> bool:
        """Run one cell; return whether it ended without an error.

        Parameters
        ----------
        source : str
            Its text.
        name : str
            Where its outputs go, and what tracebacks call it.
        """
        self._channel.cell = name
        self.count += 1
        file = f"<{name}>"
        # So that tracebacks, and tools that read source, find the cell's lines.
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        try:
            for code, shows in _compile(source, file):
                value = eval(code, self.names)
                if inspect.isawaitable(value):
                    value = await value
                if shows and value is not None:
                    self.names["_"] = value
                    self._displayer.show_result(value, self.count)
        except BaseException as error:
            self._channel.output(describe(error, file))
            return False
        finally:
            self._channel.flush()
        return True


def _compile(source: str, file: str) -> list[tuple[CodeType, bool]]:
    """Return a cell's code, its last line apart if that is a value to be shown."""
    tree = ast.parse(source, file)
    parts: list[tuple[ast.AST, str]] = []
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr) and not source.rstrip().endswith(";"):
        tree.body.pop()
        parts = [(tree, "exec"), (ast.Expression(last.value), "eval")]
    else:
        parts = [(tree, "exec")]
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return [
        (compile(part, file, mode, flags, dont_inherit=True), mode == "eval")
        for part, mode in parts
    ]


def describe(error: BaseException, file: str = "") -> dict[str, Any]:
    """Return an error as a notebook's output.

    Parameters
    ----------
    error : BaseException
        What was raised.
    file : str
        The cell's file: frames before it are left out.
    """
    _forget_runner(error, file, set())
    lines = "".join(traceback.format_exception(error)).rstrip("\n").split("\n")
    said = _last_line(error)
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": str(error),
        "traceback": [_colour(line, said) for line in lines],
    }


def _last_line(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).strip().split("\n")[0]


def _colour(line: str, said: str) -> str:
    # Bold red, as terminals write it.
    return f"\x1b[1;31m{line}\x1b[0m" if line.strip() == said else line


def _forget_runner(error: BaseException | None, file: str, seen: set[int]) -> None:
    """Leave out the frames that run cells, in an error and in those behind it."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    frame: TracebackType | None = error.__traceback__
    while frame and frame.tb_frame.f_globals.get("__name__", "").startswith(HIDDEN):
        frame = frame.tb_next
    error.__traceback__ = frame
    _forget_runner(error.__cause__, file, seen)
    _forget_runner(error.__context__, file, seen)
