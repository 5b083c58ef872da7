"""The front end is what the book's pages load: scripts, styles, fonts, mathematics.

Its sources are in `book/live/front`; what pages load is made from them into the folder
`static` there, which is never committed. The JavaScript runtime and its package manager
come with the Python environment.
"""

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from tasks.environment import ROOT

FRONT = ROOT / "book" / "live" / "front"
"""The front end's sources."""

STATIC = FRONT / "static"
"""What the pages load."""

MODULES = FRONT / "node_modules"
"""The packages that the front end is made from."""

PLOTLY = ("plotly.min.js", "widgetbundle.js")
"""What draws plotly's figures, and its widget: loaded where there is one."""

STAMP = "fingerprint"
"""File that says what a folder was made from; written last."""

CAUSES = (
    (
        ("ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "ETIMEDOUT"),
        "the npm registry cannot be reached: is there a network, or a proxy to name "
        "in HTTPS_PROXY?",
    ),
    (
        ("SELF_SIGNED_CERT", "UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_VERIFY_LEAF"),
        "the npm registry shows a certificate that this machine does not trust: "
        "name its certificate file in NODE_EXTRA_CA_CERTS",
    ),
    (
        ("ENOSPC", "No space left on device", "Errno 28"),
        "the disk is full: the book needs about 300 MB",
    ),
    (
        ("EACCES", "EPERM", "EROFS", "Errno 13"),
        "a file may not be written: does the folder belong to someone else?",
    ),
)
"""Words that tools print, and what they mean."""


class BookError(Exception):
    """The book cannot be built or served; the text says why."""


def build_front_end() -> None:
    """Make what pages load, if its sources changed since the last time.

    Raises
    ------
    BookError
        A package cannot be had, or the sources do not compile.
    """
    wanted = fingerprint(sources(), importlib.metadata.version("plotly"))
    if read_stamp(STATIC) == wanted:
        return
    print("bundling the front end", flush=True)
    try:
        _install_packages()
        shutil.rmtree(STATIC, ignore_errors=True)
        STATIC.mkdir()
        run_tool(
            "node", MODULES / "typescript" / "bin" / "tsc", "--noEmit", "-p", FRONT
        )
        run_tool("node", FRONT / "build.mjs")
        _copy_mathematics(MODULES / "mathjax" / "es5", STATIC / "mathjax")
        for name in PLOTLY:
            source = files("plotly") / "package_data" / name
            (STATIC / "live" / name).write_bytes(source.read_bytes())
        write_stamp(STATIC, wanted)
    except OSError as error:
        raise BookError(explain(str(error))) from error


def sources() -> list[Path]:
    """Return the front end's files that people wrote."""
    made = {MODULES.name, STATIC.name}
    return [
        path
        for path in FRONT.rglob("*")
        if not made & set(path.relative_to(FRONT).parts) and path.is_file()
    ]


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """Return a digest of files' names and contents, and of some words."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_stamp(folder: Path) -> str:
    """Return what a folder was made from; empty where it is unfinished or missing."""
    try:
        return (folder / STAMP).read_text(encoding="utf-8")
    except OSError:
        return ""


def write_stamp(folder: Path, text: str) -> None:
    """Say what a folder was made from: the last step of making it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).write_text(text, encoding="utf-8")


def tool(name: str) -> str:
    """Return the path of a program that came with the environment.

    Raises
    ------
    BookError
        It did not.
    """
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise BookError(f"the environment has no {name}: run python run.py setup")
    return found


def explain(said: str) -> str:
    """Return why the front end could not be made, with the last words of the tool.

    Examples
    --------
    >>> explain("npm error code ENOSPC").splitlines()[0]
    'the disk is full: the book needs about 300 MB'
    """
    cause = "the front end cannot be bundled"
    for words, meaning in CAUSES:
        if any(word in said for word in words):
            cause = meaning
            break
    lines = [line.strip()[:300] for line in said.splitlines() if line.strip()]
    return "\n  ".join([cause, *lines[-8:]])


def run_tool(name: str, *words: object) -> None:
    """Run a program of the environment among the front end's sources.

    Raises
    ------
    BookError
        It failed; the message holds its last words.
    """
    # npm starts node by its name, so the environment's programs come first.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [tool(name), *map(str, words)],
        cwd=FRONT, env={**os.environ, "PATH": path}, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode:
        raise BookError(explain(done.stdout))


def _install_packages() -> None:
    wanted = fingerprint([FRONT / "package-lock.json", FRONT / "package.json"])
    if read_stamp(MODULES) == wanted:
        return
    run_tool("npm", "ci", "--silent", "--ignore-scripts")
    write_stamp(MODULES, wanted)


def _copy_mathematics(source: Path, target: Path) -> None:
    """Copy the part of MathJax that pages load: one script and its fonts."""
    fonts = Path("output") / "chtml" / "fonts" / "woff-v2"
    shutil.copytree(source / fonts, target / fonts)
    shutil.copy(source / "tex-chtml.js", target)
