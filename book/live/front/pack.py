"""Packing writes archives of compiled modules, so that no browser compiles them.

`pack.mjs` runs this by the page's own Python, whose compiled code is what pages can
load. `names` holds the staged folders to pack; the standard library is packed too.
Nothing is packed inside an archive: what is served is packed as a whole.
"""

import ast
import importlib
import importlib.util
import marshal
import sys
import zipfile
from pathlib import Path

STAGE, TARGET = Path("/stage"), Path("/target")
"""Where the files lie, and where wheels go."""

LIBRARY = Path("/lib/python314.zip")
"""The standard library, as Python brings it: all source."""

AT_START = ("pagekernel.program", "pagekernel.finder")
"""Modules that every page starts with; its widgets come with them."""

READABLE = {"minichain"}
"""Packages that keep their source: readers look into them, and tracebacks show it."""

WORDLESS = {"page", "plotly"}
"""Wheels of libraries whose docstrings stay behind: a quarter of what they weigh."""

DESCRIBED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
"""What may begin with a docstring."""

UNCHECKED = 0b01
"""Mark of compiled code that is never held against its source."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Time of every file, so that the same files make the same wheel."""


def pack(name):
    """Write the wheel of one staged folder."""
    folder = STAGE / name
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            place = path.relative_to(folder).as_posix()
            add(files, place, path.read_bytes(), name not in WORDLESS)
    record = f"{name}-1.dist-info/RECORD"
    files[record] = "".join(f"{file},,\n" for file in [*files, record]).encode()
    write(f"{name}.whl", files)


def pack_library():
    """Write the standard library, compiled where a page with widgets imports it.

    Compiling half of it takes a browser two seconds at each start. The other half stays
    source, which is smaller.
    """
    used = imported_at_start()
    files = {}
    with zipfile.ZipFile(LIBRARY) as archive:
        for name in archive.namelist():
            path = f"{LIBRARY}/{name}"
            data = archive.read(name)
            if path in used:
                code = marshal.dumps(compile(data, path, "exec", dont_inherit=True))
                files[name.removesuffix(".py") + ".pyc"] = compiled(data, code)
            elif not name.endswith("/"):
                files[name] = data
    write("python_stdlib.zip", files)


def imported_at_start():
    """Return the files of the modules that a page with every widget imports."""
    sys.path[:0] = [str(STAGE / name) for name in ("minichain", "page")]
    for name in AT_START:
        importlib.import_module(name)
    widgets = importlib.import_module("minichain.widgets")
    for name in widgets.__all__:
        getattr(widgets, name)
    return {getattr(module, "__file__", None) for module in sys.modules.values()}


def write(name, files):
    """Write an archive of files, given as bytes by name."""
    with zipfile.ZipFile(TARGET / name, "w") as archive:
        for file, data in files.items():
            archive.writestr(zipfile.ZipInfo(file, LONG_AGO), data)


def compiled(source, code):
    """Return what a file of compiled code holds."""
    head = importlib.util.MAGIC_NUMBER + UNCHECKED.to_bytes(4, "little")
    return head + importlib.util.source_hash(source) + code


def leave_out_words(tree):
    """Take the docstrings out of a module."""
    for node in ast.walk(tree):
        if (
            isinstance(node, DESCRIBED)
            and ast.get_docstring(node, clean=False) is not None
        ):
            empty = ast.copy_location(ast.Pass(), node.body[0])
            node.body = node.body[1:] or [empty]


def add(files, name, data, has_words):
    """Add a file, a module as compiled code."""
    if not name.endswith(".py"):
        files[name] = data
        return
    place = f"/lib/python/site-packages/{name}"
    try:
        tree = ast.parse(data)
        if not has_words:
            leave_out_words(tree)
        code = marshal.dumps(compile(tree, place, "exec", dont_inherit=True))
    except SyntaxError:
        # A template, or a module for another Python.
        files[name] = data
        return
    stem = name.removesuffix(".py")
    if name.split("/")[0] in READABLE:
        parent, _, last = stem.rpartition("/")
        files[name] = data
        files[f"{parent}/__pycache__/{last}.cpython-314.pyc"] = compiled(data, code)
    else:
        files[f"{stem}.pyc"] = compiled(data, code)


for each in globals()["names"]:
    pack(each)
pack_library()
