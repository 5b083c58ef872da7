"""An installer puts packages into an environment: uv where it works, else pip.

Only the standard library is used: there is nothing else yet.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

from tasks.diagnosis import SetupError, explain

Say = Callable[[str], None]
"""Told what takes a while."""

PROJECT = Path(__file__).resolve().parents[1]
"""Folder that commands are run in."""

COLUMNS = 78
"""Width of the line that shows what the installer is at, on a terminal."""


def tell(text: str) -> None:
    """Print what takes a while, at once."""
    print(text, flush=True)


def install(python: Path, words: Sequence[str], say: Say) -> None:
    """Install what the words name, without what that depends on.

    Parameters
    ----------
    python
        The environment's Python.
    words
        As both installers take them.
    say
        Told when the first installer fails and the second is tried.

    Raises
    ------
    SetupError
        The network, the disk or the system is in the way.
    """
    common = ["install", "--no-deps", *words]
    if uv := find_uv():
        done = ask([uv, "pip", *common, "--python", python])
        if done.returncode == 0:
            return
        if ask([python, "-m", "pip", "--version"]).returncode:
            raise SetupError(explain(done.stdout))
        say("uv could not install the packages; trying pip")
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    done = ask([python, "-m", "pip", *common, *quiet], show=sys.stdout.isatty())
    if done.returncode:
        raise SetupError(explain(done.stdout))


def bring_ensurepip(say: Say) -> None:
    """Install what Debian leaves out of its Python, or say what that is.

    Raises
    ------
    SetupError
        This is no Debian, or not its superuser.
    """
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"this Python makes no environments yet: apt-get install {package}")
        command = ["apt-get", "install", "-y", "--no-install-recommends", package]
        if ask(command).returncode:
            # The lists of packages may be old, or not there at all.
            ask(["apt-get", "update"])
            ask(command)
        invalidate_caches()
    if not has("ensurepip"):
        raise SetupError(
            "this Python cannot make environments: its ensurepip is missing. "
            f"On Debian and Ubuntu: apt install {package}"
        )


def ask(
    command: Sequence[object], show: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Run a command in the project's folder and return what it said.

    Parameters
    ----------
    command
        Program and words.
    show
        Whether the last line is shown while the command runs.
    """
    words = [str(word) for word in command]
    said: list[str] = []
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", cwd=PROJECT,
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            said.append(line)
            if show:
                print(f"\r{line.strip()[:COLUMNS]:<{COLUMNS}}", end="", flush=True)
    if show:
        print("\r" + " " * COLUMNS, end="\r", flush=True)
    return subprocess.CompletedProcess(words, process.returncode, "".join(said))


def find_uv() -> str:
    """Return the path of uv, or an empty text; a shim without the tool is none."""
    uv = shutil.which("uv")
    return uv if uv and ask([uv, "--version"]).returncode == 0 else ""


def has(module: str) -> bool:
    """Return whether this Python has the module."""
    return find_spec(module) is not None
