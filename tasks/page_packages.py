"""Packages for Python in the page: what the book's pages import, packed small.

They are taken from this environment, which `requirements.lock` made, so that a page
runs the versions that the tests run. Compiled parts stay behind; where a library cannot
do without one, the page brings a stand-in (`book/live/stand_ins`). The kernels are
compiled to WebAssembly and travel with the package. Python itself is the npm package
`pyodide`; it also compiles the modules here, once, so that no reader's browser has to.
"""

import gzip
import json
import shutil
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from tasks.environment import ROOT
from tasks.front_end import (
    FRONT,
    MODULES,
    fingerprint,
    read_stamp,
    run_tool,
    write_stamp,
)
from tasks.page_memory import MEMORY, PROGRAMS, build_memory, find_imports
from tasks.page_wheels import AT_START, LIVE, WHEELS, Wheel, wheel_files

PYTHON = FRONT / "static" / "live" / "python"
"""What a page loads when its Python starts."""

RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs")
"""Files of Python itself that are served as they are."""

MACHINE = "pyodide.asm.wasm"
"""Python's machine code."""

LIBRARY = "python_stdlib.zip"
"""Python's standard library, compiled where pages import it at their start."""

KERNELS = "kernels.so"
"""The kernels, compiled to WebAssembly."""

REMOTE = ("numpy", "pandas")
"""Packages that a page gets from Pyodide's public address, if a cell asks for them."""

STAGE = ROOT / "build" / "page"
"""Where wheels are laid out."""

PACKED = ROOT / "build" / "wheels"
"""Where packed wheels are kept, since most changes leave most of them as they are."""

PACKING = (
    Path(__file__).with_name("page_wheels.py"),
    *(
        FRONT / name
        for name in ("pack.py", "pack.mjs", "package.json", "figure_widget.js")
    ),
)
"""How wheels are packed."""

WHEEL_HEAD = """\
Wheel-Version: 1.0
Generator: minichain
Root-Is-Purelib: true
Tag: py3-none-any
"""
"""What every wheel says of itself."""

COMPILE = """\
import sys
from pathlib import Path
from minichain.kernels.__main__ import import_all
from minichain.kernels.runtime import KERNELS
from minichain.kernels.webassembly import build
import_all()
build(KERNELS.values(), Path(sys.argv[1]))
"""
"""The program that compiles the kernels."""


def build_packages() -> None:
    """Make the folder that a page's Python is loaded from, if what it holds changed.

    Raises
    ------
    BookError
        A tool failed; the message holds its last words.
    """
    made_by = [ROOT / "requirements.lock", *PACKING, *PROGRAMS]
    wanted = fingerprint([*_sources(), *made_by], *sorted(set(find_imports())))
    if read_stamp(PYTHON) == wanted:
        return
    print("packing Python for the pages", flush=True)
    shutil.rmtree(PYTHON, ignore_errors=True)
    PYTHON.mkdir(parents=True)
    PACKED.mkdir(parents=True, exist_ok=True)
    for wheel in WHEELS:
        _stage(wheel)
    stale = [wheel for wheel in WHEELS if read_stamp(_stamp(wheel)) != _key(wheel)]
    if stale:
        for wheel in stale:
            # A tool that fails may have packed some of them.
            write_stamp(_stamp(wheel), "")
        names = [wheel.name for wheel in stale]
        run_tool("node", FRONT / "pack.mjs", STAGE, PACKED, *names)
        for wheel in stale:
            write_stamp(_stamp(wheel), _key(wheel))
    for wheel in WHEELS:
        _serve(PACKED / f"{wheel.name}.whl", wheel.file)
    _serve(PACKED / LIBRARY, LIBRARY)
    kernels = _compile_kernels()
    _serve(kernels, KERNELS)
    memory = build_memory(PACKED, LIBRARY, AT_START, kernels)
    shutil.copyfile(memory, PYTHON / MEMORY)
    runtime = MODULES / "pyodide"
    for name in RUNTIME:
        shutil.copyfile(runtime / name, PYTHON / name)
    _serve(runtime / MACHINE, MACHINE)
    _write_json("pyodide-lock.json", _lock(runtime))
    places = {top: f"{w.file}.gz" for w in WHEELS for top in _tops(w)}
    _write_json("wheels.json", places)
    files = sorted(path for path in PYTHON.iterdir() if path.suffix != ".json")
    _write_json("sizes.json", {path.name: path.stat().st_size for path in files})
    write_stamp(PYTHON, wanted)


def _sources() -> Iterator[Path]:
    """Yield the files of the project that end up in packages."""
    for folder in (ROOT / "minichain", LIVE / "pagekernel", LIVE / "stand_ins"):
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _stage(wheel: Wheel) -> None:
    """Lay a wheel's files out as they will lie in the page."""
    folder = STAGE / wheel.name
    shutil.rmtree(folder, ignore_errors=True)
    for source, place in wheel_files(wheel):
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    info = folder / f"{wheel.name}-1.dist-info"
    info.mkdir(parents=True)
    versions = {name: distribution(name).version for name in wheel.libraries}
    lines = [f"Requires-Dist: {name}=={found}" for name, found in versions.items()]
    head = ["Metadata-Version: 2.1", f"Name: {wheel.name}", "Version: 1"]
    (info / "METADATA").write_text("\n".join([*head, *lines, ""]))
    (info / "WHEEL").write_text(WHEEL_HEAD)


def _key(wheel: Wheel) -> str:
    """Return a digest of what a wheel is made from."""
    staged = [path for path in (STAGE / wheel.name).rglob("*") if path.is_file()]
    return fingerprint([*staged, *PACKING])


def _stamp(wheel: Wheel) -> Path:
    return PACKED / wheel.name


def _serve(source: Path, name: str) -> None:
    """Write a file as it is served: packed, since not every host packs what it serves.

    Thousands of small files are packed better all together than one by one.
    """
    packed = gzip.compress(source.read_bytes(), 9, mtime=0)
    (PYTHON / f"{name}.gz").write_bytes(packed)


def _lock(runtime: Path) -> dict[str, object]:
    """Return the lock: what a cell may fetch from elsewhere, and from where."""
    text = (runtime / "pyodide-lock.json").read_text(encoding="utf-8")
    official = json.loads(text)
    known = official["packages"]
    release = json.loads((runtime / "package.json").read_text(encoding="utf-8"))
    public = f"https://cdn.jsdelivr.net/pyodide/v{release['version']}/full/"
    packages = {}
    waiting = list(REMOTE)
    while waiting:
        name = waiting.pop()
        packages[name] = {**known[name], "file_name": public + known[name]["file_name"]}
        waiting += set(known[name]["depends"]) - set(packages)
    return {**official, "packages": packages}


def _tops(wheel: Wheel) -> list[str]:
    """Return the folders of libraries that a wheel puts side by side.

    Those that describe libraries are left out: Python reads all of them at its start.
    """
    with zipfile.ZipFile(PACKED / f"{wheel.name}.whl") as archive:
        inside = {name.split("/")[0] for name in archive.namelist() if "/" in name}
    return sorted(top for top in inside if not top.endswith(".dist-info"))


def _write_json(name: str, value: object) -> None:
    text = json.dumps(value, indent=1, sort_keys=True)
    (PYTHON / name).write_text(text + "\n", encoding="utf-8")


def _compile_kernels() -> Path:
    """Return the shared object of every kernel, compiled to WebAssembly."""
    kernels = list((ROOT / "minichain" / "kernels").glob("*.py"))
    compiler = distribution("llvmlite").version, distribution("numba").version
    path = ROOT / "build" / "kernels" / f"{fingerprint(kernels, *compiler)[:20]}.so"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        run_tool("python", "-c", COMPILE, path)
    return path
