"""A page's memory is that of a Python that has started and imported what pages need.

Starting Python and importing the widgets takes a browser seconds. The build does it
once, and pages go on from the memory that this leaves.
"""

import ast
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tasks.environment import ROOT
from tasks.front_end import FRONT, fingerprint, read_stamp, run_tool, write_stamp

MEMORY = "memory.zst"
"""The file that a page's Python goes on from, packed."""

PROGRAMS = tuple(FRONT / name for name in ("memory.mjs", "memory.py", "package.json"))
"""How it is made."""

PACKAGE = "minichain"
"""What cells import beside the standard library: the rest comes when it is needed."""

LATER = ("minichain.contracts", "minichain.node")
"""Parts of it that few pages need, and that bring much with them."""


def build_memory(
    packed: Path, library: str, wheels: tuple[str, ...], kernels: Path
) -> Path:
    """Return the path of the memory, made anew if what it holds changed.

    Parameters
    ----------
    packed : Path
        Where the standard library and the wheels lie.
    library : str
        Name of the former.
    wheels : tuple of str
        Names of the wheels that Python starts with.
    kernels : Path
        The compiled kernels.

    Raises
    ------
    BookError
        Python did not start, or a cell imports what is not there.
    """
    names = sorted(set(find_imports()))
    files = [packed / f"{wheel}.whl" for wheel in wheels]
    stamp, target = packed / "memory", packed / MEMORY
    wanted = fingerprint([packed / library, *files, *PROGRAMS], *names)
    if read_stamp(stamp) == wanted and target.exists():
        return target
    print("starting Python for the pages", flush=True)
    laid_out = packed / "packages"
    shutil.rmtree(laid_out, ignore_errors=True)
    for file in files:
        with zipfile.ZipFile(file) as archive:
            archive.extractall(laid_out)
    places = (packed / library, laid_out, kernels, target)
    run_tool("node", FRONT / "memory.mjs", *places, *names)
    write_stamp(stamp, wanted)
    return target


def find_imports() -> Iterator[str]:
    """Yield the modules that the book's cells import, as far as every page has them."""
    for folder in ("chapters", "labs"):
        for path in (ROOT / folder).rglob("*.ipynb"):
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            for cell in cells:
                if cell["cell_type"] == "code":
                    yield from filter(_is_wanted, read_imports("".join(cell["source"])))


def read_imports(source: str) -> set[str]:
    """Return the modules that a cell imports by their full names.

    Examples
    --------
    >>> sorted(read_imports("import json, os.path; from minichain.units import Wei"))
    ['json', 'minichain.units', 'os.path']
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        # Some cells are there to fail, some speak to the notebook.
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def _is_wanted(name: str) -> bool:
    top = name.partition(".")[0]
    if name.startswith(LATER):
        return False
    return top == PACKAGE or top in sys.stdlib_module_names
