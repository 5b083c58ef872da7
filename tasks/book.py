"""Build the live book and serve it: ``python run.py book [--port N] [--no-serve]``.

The front end is bundled when its sources changed, notebooks are run when they or the
package changed, and pages are made with warnings as errors. Where nothing changed,
nothing is made. The book is served on this machine alone.
"""

import argparse
import functools
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from tasks.environment import ROOT, _alone
from tasks.front_end import (
    PLOTLY,
    STATIC,
    BookError,
    build_front_end,
    fingerprint,
    read_stamp,
    tool,
    write_stamp,
)
from tasks.page_memory import MEMORY
from tasks.page_packages import LIBRARY, PYTHON, build_packages
from tasks.page_wheels import AT_START, WHEELS

BUILD = ROOT / "_build"
"""Everything that making the pages leaves."""

SITE = BUILD / "html"
"""The finished book."""

CACHE = BUILD / ".jupyter_cache"
"""What the notebooks printed when they were run last."""

PORT = 8000
"""Where the book is served when no other port is named."""

KEPT = {".html", ".css", ".js", ".woff2", ".svg", ".png"}
"""Kinds of file that a browser keeps, so that the book can be read offline."""

UNREAD = {"__pycache__", "node_modules", "static", ".ipynb_checkpoints", "wrong"}
"""Folders that no page depends on, or that say by a stamp what they hold."""

CHATTER = ("[IPKernelApp] WARNING | Kernel is running over TCP",)
"""Lines that the tools print whatever one does."""


def main(words: list[str]) -> int:
    """Build and serve; return 0 when that went well."""
    parser = argparse.ArgumentParser(
        prog="run.py book", description="Build the live book and serve it."
    )
    parser.add_argument("--port", type=int, default=PORT, help="0 takes a free one")
    parser.add_argument("--no-serve", action="store_true", help="build only")
    options = parser.parse_args(words)
    try:
        if not options.no_serve:
            check_port(options.port)
        BUILD.mkdir(exist_ok=True)
        with _alone(BUILD / "lock"):
            build_front_end()
            build_packages()
            build_pages()
        if not options.no_serve:
            serve(options.port)
    except BookError as error:
        print(f"run.py book: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped")
    return 0


def build_pages() -> None:
    """Make the pages, if anything they rest on changed since the last time.

    Raises
    ------
    BookError
        There was a warning or an error.
    """
    outputs = fingerprint(_package(), sys.version)
    wanted = fingerprint(_pages(), outputs, read_stamp(STATIC), read_stamp(PYTHON))
    if read_stamp(BUILD) == wanted and (SITE / "index.html").exists():
        print("the pages are as they were")
        return
    # Pages that were read with a warning would pass without one the next time.
    whole = not read_stamp(BUILD)
    # A page names the version of each file that it loads, and keeps the name until it
    # is made again; and only then are the files copied.
    form = fingerprint(_extension())
    whole |= read_stamp(BUILD / "form") != form
    copied = SITE / "_static"
    whole |= read_stamp(copied) != read_stamp(STATIC)
    whole |= read_stamp(copied / "live" / "python") != read_stamp(PYTHON)
    write_stamp(BUILD, "")
    if read_stamp(CACHE) != outputs:
        # A notebook's outputs are kept by its text, and the package is not in it.
        shutil.rmtree(CACHE, ignore_errors=True)
        whole = True
    if whole:
        shutil.rmtree(SITE, ignore_errors=True)
    print("making the pages" + (", all of them" if whole else ""), flush=True)
    if _make_pages(["--all"] if whole else []):
        raise BookError("the pages have warnings or errors; the lines above name them")
    _write_offline(SITE)
    write_stamp(CACHE, outputs)
    write_stamp(BUILD / "form", form)
    write_stamp(BUILD, wanted)


def _write_offline(site: Path) -> None:
    """Write the service worker: the program, and what the book consists of."""
    copied = site / "_static" / "live"
    places = sorted(
        path.relative_to(site) for path in site.rglob("*") if path.is_file()
    )
    known = {
        "version": fingerprint([site / place for place in places])[:16],
        "python": read_stamp(copied / "python")[:16],
        "files": [place.as_posix() for place in places if _is_kept(place)],
        "memory": f"_static/live/python/{MEMORY}",
        "libraries": [f"_static/live/python/{name}.gz" for name in _libraries()],
    }
    program = (copied / "offline.js").read_text(encoding="utf-8")
    text = f"const BOOK = {json.dumps(known)};\n{program}"
    (site / "offline.js").write_text(text, encoding="utf-8")


def _libraries() -> list[str]:
    """Return the files in which a page's Python finds what its memory does not hold."""
    return [LIBRARY, *(wheel.file for wheel in WHEELS if wheel.name in AT_START)]


def _is_kept(place: Path) -> bool:
    """Say whether a reader's browser keeps a file before it was asked for."""
    large = {"_sources", "python", "mathjax", "fontawesome", *PLOTLY}
    return not large & {*place.parts, place.stem} and place.suffix in KEPT


def _make_pages(words: list[str]) -> int:
    command = [
        tool("jupyter-book"), "build", ".",
        "--toc", "book/_toc.yml", "--config", "_config.yml",
        "-W", "--keep-going", "--quiet", *words,
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        said = [line for line in process.stdout or () if not _is_chatter(line)]
    if process.returncode:
        sys.stdout.writelines(said)
    return process.returncode


def _is_chatter(line: str) -> bool:
    return any(words in line for words in CHATTER)


def _package() -> Iterator[Path]:
    """Yield the files that notebooks' outputs rest on, the notebooks left out."""
    yield ROOT / "requirements.lock"
    yield from _files(ROOT / "minichain")


def _pages() -> Iterator[Path]:
    """Yield the files that pages are made from."""
    yield ROOT / "_config.yml"
    for folder in ("book", "chapters", "labs"):
        yield from _files(ROOT / folder)


def _extension() -> Iterator[Path]:
    """Yield the files that say what a page looks like."""
    folder = ROOT / "book" / "live"
    return (p for p in _files(folder) if p.suffix in (".py", ".html"))


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if not UNREAD & set(path.relative_to(folder).parts) and path.is_file():
            yield path


class Pages(http.server.SimpleHTTPRequestHandler):
    """Serves the finished book, quietly."""

    protocol_version = "HTTP/1.1"

    # An answer goes out whole: else each waits for the browser to confirm its head.
    wbufsize = 2**16
    disable_nagle_algorithm = True

    extensions_map: ClassVar[dict[str, str]] = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/octet-stream",
        ".gz": "application/octet-stream",
    }

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing for each request."""

    def end_headers(self) -> None:
        """Let a browser ask each time whether a page is still as it was."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


class PageServer(http.server.ThreadingHTTPServer):
    """A server whose port is its own, on every system."""

    daemon_threads = True
    # Elsewhere the option lets two servers share a port; here it only lets one start
    # again at once after it was stopped.
    allow_reuse_address = os.name == "posix"

    def handle_error(self, *_: object) -> None:
        """Say nothing when a browser hangs up early."""


def check_port(port: int) -> None:
    """See that a port can be served on, before the work of building.

    Raises
    ------
    BookError
        It cannot.
    """
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise BookError(_refuse(port, error)) from error


def serve(port: int) -> None:
    """Serve the book on this machine until interrupted.

    Raises
    ------
    BookError
        The port is taken.
    """
    handler = functools.partial(Pages, directory=str(SITE))
    try:
        server = PageServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise BookError(_refuse(port, error)) from error
    address = f"http://127.0.0.1:{server.server_port}/"
    print(f"the book is at {address} (Ctrl-C stops it)", flush=True)
    with server:
        server.serve_forever()


def _refuse(port: int, error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error)
    return f"port {port} cannot be used ({said}); name another: --port N"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
