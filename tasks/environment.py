"""The environment is the folder `.venv`: a Python with what requirements.lock names.

It is made once and used for as long as it fits the lock and the Python that asks. A
marker inside says whether it is complete; the marker is written last, so what was
interrupted is made anew and never taken as done.

`MINICHAIN_VENV` names another folder, or, as `here`, the Python that is running: then
nothing is installed. Only the standard library is used: there is nothing else yet.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tasks.diagnosis import SetupError, explain
from tasks.installer import Say, ask, bring_ensurepip, find_uv, has, install, tell

__all__ = ["ROOT", "SetupError", "is_running", "run", "set_up"]

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder."""

LOCK = ROOT / "requirements.lock"
"""Names and versions of everything that is installed."""

NEEDED_BYTES = 2 * 10**9
"""Free space asked for before an environment is made; one takes about 1.1 GB."""

MARKER = "minichain.txt"
"""File inside the environment that says what it was made from."""

UNFINISHED = "unfinished"
"""The marker's text from the first moment until everything is there."""

INCOMPLETE = "incomplete"
"""The marker's text when something in the way was said, and nothing cut off."""

HERE = "here"
"""Value of MINICHAIN_VENV that takes the running Python as it is."""


def set_up(say: Say = tell) -> Path:
    """Make the environment complete, or leave it as it is; return its Python.

    Parameters
    ----------
    say
        Told what takes a while.

    Raises
    ------
    SetupError
        The network, the disk or the system is in the way; the text says which.
    """
    named = os.environ.get("MINICHAIN_VENV", "")
    if named == HERE:
        return Path(sys.executable)
    folder = Path(os.path.abspath(named or ROOT / ".venv"))  # noqa: PTH100
    if _marker(folder) == fingerprint():
        return _python(folder)
    _leave(folder)
    try:
        with _alone(folder.with_name(folder.name + "-lock")):
            # Another run may have finished it while this one waited.
            if _marker(folder) != fingerprint():
                _complete(folder, say)
    except OSError as error:
        cause = f"the environment cannot be made at {folder}"
        raise SetupError(explain(str(error), otherwise=cause)) from None
    return _python(folder)


def fingerprint() -> str:
    """Return what the environment is made from: lock, Python and place, as a digest."""
    platform = (sys.implementation.name, sys.version_info[:2], sysconfig.get_platform())
    digest = hashlib.sha256(repr((platform, str(ROOT))).encode())
    digest.update(LOCK.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_running(python: Path) -> bool:
    """Return whether this process runs in the environment of ``python``."""
    if python == Path(sys.executable):
        return True
    return Path(sys.prefix).resolve() == python.parents[1].resolve()


def run(command: Sequence[object], cwd: Path | None = None) -> int:
    """Become ``command``, or where a process cannot, run it and return its exit code.

    One process instead of two: who stops it stops the task and not a bystander.
    """
    words = [str(word) for word in command]
    sys.stdout.flush()
    if os.name == "posix":
        if cwd:
            os.chdir(cwd)
        os.execv(words[0], words)
    process = subprocess.Popen(words, cwd=cwd)
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The console has told the child as well; its answer counts.
        return process.wait()


def _complete(folder: Path, say: Say) -> None:
    found = _marker(folder)
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "pyvenv.cfg").exists() and found != UNFINISHED:
            raise SetupError(
                f"{folder} holds other things than an environment: move it away"
            )
        if found == UNFINISHED or _version(folder) != sys.version_info[:2]:
            say(f"{folder} is unfinished or another Python's: made anew")
            _discard(folder)
    say(f"setting up {folder}: once, one to three minutes")
    if not _python(folder).exists():
        _make(folder, say)
    _mark(folder, UNFINISHED)
    try:
        _fill(_python(folder), say)
    except SetupError:
        # What gave up in good order is gone on with; what was cut off is not.
        with suppress(OSError):
            _mark(folder, INCOMPLETE)
        raise
    _mark(folder, fingerprint())


def _fill(python: Path, say: Say) -> None:
    install(python, ["--only-binary", ":all:", "-r", str(LOCK)], say)
    install(python, ["--no-build-isolation", "-e", str(ROOT)], say)
    say("compiling the kernels for this processor")
    done = ask([python, "-m", "minichain.kernels"])
    if done.returncode:
        raise SetupError(f"the kernels could not be compiled:\n{done.stdout}")


def _make(folder: Path, say: Say) -> None:
    free = shutil.disk_usage(str(_nearest(folder))).free
    if free < NEEDED_BYTES:
        raise SetupError(
            f"the disk has {free / 1e9:.1f} GB free at {folder}; "
            f"the set-up needs {NEEDED_BYTES / 1e9:.0f} GB"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _mark(folder, UNFINISHED)
    if not has("ensurepip") and not find_uv():
        bring_ensurepip(say)
    words = [] if has("ensurepip") else ["--without-pip"]
    done = ask([sys.executable, "-m", "venv", *words, folder])
    if done.returncode:
        raise SetupError(explain(done.stdout))


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _version(folder: Path) -> tuple[int, ...]:
    try:
        done = ask([_python(folder), "-c", "import sys; print(*sys.version_info[:2])"])
        return tuple(int(part) for part in done.stdout.split())
    except (OSError, ValueError):
        return ()


def _marker(folder: Path) -> str:
    try:
        text = (folder / MARKER).read_text(encoding="utf-8")
    except OSError:
        return ""
    return text.strip() if _python(folder).exists() else UNFINISHED


def _mark(folder: Path, text: str) -> None:
    new = folder / (MARKER + ".new")
    new.write_text(text + "\n", encoding="utf-8")
    new.replace(folder / MARKER)


def _discard(folder: Path) -> None:
    # Renamed first: half a deletion must not look like an environment.
    away = Path(tempfile.mkdtemp(prefix=folder.name + "-old-", dir=folder.parent))
    folder.rename(away / folder.name)
    shutil.rmtree(away, ignore_errors=True)


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _leave(folder: Path) -> None:
    """Go on with the Python that the environment was made from, if inside it."""
    inside = Path(sys.prefix).resolve() == folder.resolve()
    base = getattr(sys, "_base_executable", sys.executable)
    if inside and base != sys.executable and Path(base).exists():
        raise SystemExit(run([base, *sys.argv]))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one run at a time through; the system frees the lock of one that died."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
