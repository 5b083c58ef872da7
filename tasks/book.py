"""Build the live book and serve it: ``python run.py book [--port N] [--no-serve]``.

The front end is bundled when its sources changed, notebooks are run when theirs did,
and pages are made with warnings as errors. The book is served on this machine alone.
"""

import argparse
import functools
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

from tasks.environment import ROOT

FRONT = ROOT / "book" / "live" / "front"
"""The front end's sources."""

STATIC = FRONT / "static"
"""What the pages load; made here, never committed."""

SITE = ROOT / "_build" / "html"
"""The finished book."""

PORT = 8000
"""Where the book is served when no other port is named."""


class BookError(Exception):
    """The book cannot be built or served; the text says why."""


def main(words: list[str]) -> int:
    """Build and serve; return 0 when that went well."""
    parser = argparse.ArgumentParser(prog="run.py book", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--no-serve", action="store_true", help="build only")
    options = parser.parse_args(words)
    try:
        build_front()
        build_pages()
        if not options.no_serve:
            serve(options.port)
    except BookError as error:
        print(f"run.py book: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped")
    return 0


def build_front() -> None:
    """Bundle the front end, if its sources changed since the last time.

    Raises
    ------
    BookError
        A package cannot be had, or the sources do not compile.
    """
    wanted = fingerprint([p for p in FRONT.rglob("*") if is_source(p)])
    stamp = STATIC / "fingerprint"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("bundling the front end", flush=True)
    lock = FRONT / "package-lock.json"
    installed = FRONT / "node_modules" / "fingerprint"
    if not installed.exists() or installed.read_text() != fingerprint([lock]):
        npm("ci", "--silent", "--ignore-scripts")
        installed.write_text(fingerprint([lock]))
    shutil.rmtree(STATIC, ignore_errors=True)
    STATIC.mkdir()
    modules = FRONT / "node_modules"
    node(modules / "typescript" / "bin" / "tsc", "--noEmit", "-p", FRONT)
    esbuild(
        "src/book.ts", "--bundle", "--minify", "--format=esm", "--splitting",
        "--target=es2022", "--outdir=static/live", "--loader:.svg=dataurl",
        "--alias:@fortawesome/fontawesome-free/css/all.min.css=./src/empty.css",
        "--alias:@fortawesome/fontawesome-free/css/v4-shims.min.css=./src/empty.css",
        "--define:__webpack_public_path__=globalThis.bookAssets",
        "--log-level=warning",
    )  # fmt: skip
    copy_mathematics(modules / "mathjax" / "es5", STATIC / "mathjax")
    stamp.write_text(wanted)


def is_source(path: Path) -> bool:
    """Return whether a file of the front end is one that people wrote."""
    made = {"node_modules", "static"}
    return path.is_file() and not made & set(path.relative_to(FRONT).parts)


def copy_mathematics(source: Path, target: Path) -> None:
    """Copy the part of MathJax that pages load: one script and its fonts."""
    fonts = Path("output") / "chtml" / "fonts" / "woff-v2"
    shutil.copytree(source / fonts, target / fonts)
    shutil.copy(source / "tex-chtml.js", target)


def fingerprint(paths: list[Path]) -> str:
    """Return a digest of some files' names and contents."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def node(*words: object) -> None:
    """Run the JavaScript runtime that the environment carries."""
    _run([_tool("node"), *map(str, words)])


def npm(*words: object) -> None:
    """Run the package manager that comes with it."""
    _run([_tool("npm"), *map(str, words)])


def esbuild(*words: object) -> None:
    """Run the bundler."""
    node(FRONT / "node_modules" / "esbuild" / "bin" / "esbuild", *words)


def _tool(name: str) -> str:
    """Return a program of the environment that `run.py` made."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise BookError(f"the environment has no {name}: run python run.py setup")
    return found


def _run(command: list[str]) -> None:
    # npm starts node by its name, so the environment's programs come first.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command, cwd=FRONT, env={**os.environ, "PATH": path}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-2000:]
        if "ENOTFOUND" in said or "ECONNREFUSED" in said or "network" in said:
            said = f"the npm registry cannot be reached\n{said}"
        raise BookError(f"the front end cannot be bundled: {said}")


def build_pages() -> None:
    """Make the pages, running what notebooks changed.

    Raises
    ------
    BookError
        There was a warning or an error.
    """
    command = [
        _tool("jupyter-book"), "build", ".",
        "--toc", "book/_toc.yml", "--config", "_config.yml",
        "-W", "--keep-going", "--quiet",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "book")}
    print("making the pages", flush=True)
    if subprocess.call(command, cwd=ROOT, env=environment):
        raise BookError("the pages have warnings or errors; the lines above name them")


class Pages(http.server.SimpleHTTPRequestHandler):
    """Serves the finished book, quietly."""

    extensions_map: ClassVar[dict[str, str]] = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/octet-stream",
    }

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing for each request."""


def serve(port: int) -> None:
    """Serve the book on this machine until interrupted.

    Raises
    ------
    BookError
        The port is taken.
    """
    handler = functools.partial(Pages, directory=str(SITE))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise BookError(
            f"port {port} cannot be used ({error.strerror}); name another: --port N"
        ) from error
    print(f"the book is at http://127.0.0.1:{server.server_port}/ (Ctrl-C stops it)")
    with server:
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
