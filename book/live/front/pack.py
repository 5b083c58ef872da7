"""Packing writes wheels whose modules are compiled, so that no browser compiles them.

`pack.mjs` runs this by the page's own Python, whose compiled code is what pages can
load. `names` holds the staged folders to pack.
"""

import importlib.util
import marshal
import zipfile
from pathlib import Path

STAGE, TARGET = Path("/stage"), Path("/target")
"""Where the files lie, and where wheels go."""

READABLE = {"minichain"}
"""Packages that keep their source: readers look into them, and tracebacks show it."""

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
            add(files, path.relative_to(folder).as_posix(), path.read_bytes())
    record = f"{name}-1.dist-info/RECORD"
    files[record] = "".join(f"{file},,\n" for file in [*files, record]).encode()
    path = TARGET / f"{name}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file, data in files.items():
            info = zipfile.ZipInfo(file, LONG_AGO)
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)


def add(files, name, data):
    """Add a file, a module as compiled code."""
    if not name.endswith(".py"):
        files[name] = data
        return
    place = f"/lib/python/site-packages/{name}"
    try:
        code = marshal.dumps(compile(data, place, "exec", dont_inherit=True))
    except SyntaxError:
        # A template, or a module for another Python.
        files[name] = data
        return
    head = importlib.util.MAGIC_NUMBER + UNCHECKED.to_bytes(4, "little")
    compiled = head + importlib.util.source_hash(data) + code
    stem = name.removesuffix(".py")
    if name.split("/")[0] in READABLE:
        parent, _, last = stem.rpartition("/")
        files[name] = data
        files[f"{parent}/__pycache__/{last}.cpython-314.pyc"] = compiled
    else:
        files[f"{stem}.pyc"] = compiled


for each in globals()["names"]:
    pack(each)
