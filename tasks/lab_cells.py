"""Cells are pieces of code that share their names and are run from the top.

A cell that stops with an error stops alone: the next ones run, as a learner who goes on
would run them. Nothing but the standard library is used, so this also runs where
submissions are confined.
"""

import ast
import asyncio
import inspect
import linecache
import re
import sys
import types
from collections.abc import Callable, Collection
from typing import Any

MAGIC = re.compile(r"^(\s*)(%|!|\?).*$|^(\s*)\S+\?\s*$")
"""A line for IPython, not for Python: it has no part in an answer."""

LONGEST_ERROR = 500
"""Characters of an error that are kept."""


def new_namespace() -> dict[str, Any]:
    """Return the names that a fresh notebook starts with."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    names = vars(module)
    names["display"] = lambda *things, **options: None
    names["get_ipython"] = lambda: None
    return names


def run_cells(
    cells: list[str],
    names: dict[str, Any],
    skip: Collection[int] = (),
    on_cell: Callable[[int], None] = lambda number: None,
) -> dict[int, str]:
    """Run cells in order; return the errors by the cell's number.

    Parameters
    ----------
    cells : list of str
        The code.
    names : dict
        Where they keep their names.
    skip : collection of int
        Numbers of cells that are left out.
    on_cell : callable
        Told each cell's number before it runs.
    """
    errors = {}
    for number, source in enumerate(cells):
        if number in skip:
            continue
        on_cell(number)
        try:
            _run_cell(source, f"<cell {number}>", names)
        except BaseException as error:
            errors[number] = describe_error(error)
    return errors


def describe_error(error: BaseException) -> str:
    """Return an error's type and text, in one short line."""
    try:
        said = " ".join(str(error).split())
    except Exception:
        said = "an error without a text"
    name = type(error).__name__
    return (f"{name}: {said}" if said else name)[:LONGEST_ERROR]


def without_magic(source: str) -> str:
    r"""Return a cell with IPython's own lines made empty.

    Examples
    --------
    >>> without_magic("%matplotlib inline\nx = 1")
    'pass\nx = 1'
    >>> without_magic("%%bash\nls")
    ''
    """
    if source.lstrip().startswith("%%"):
        first, _, rest = source.lstrip().partition("\n")
        kept = first.split()[0] in {"%%time", "%%timeit", "%%capture", "%%prun"}
        return without_magic(rest) if kept else ""
    return "\n".join(
        MAGIC.sub(lambda found: (found[1] or found[3] or "") + "pass", line)
        for line in source.split("\n")
    )


def _run_cell(source: str, file: str, names: dict[str, Any]) -> None:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        code = compile(source, file, "exec", flags)
    except SyntaxError:
        # Only now: a line of a text may begin with a percent sign too.
        source = without_magic(source)
        code = compile(source, file, "exec", flags)
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(eval(code, names))
    else:
        exec(code, names)
