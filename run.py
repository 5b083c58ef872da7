"""The one entry point: sets up what is missing, then runs a task.

    python run.py            lists the tasks
    python run.py book       builds the live book and serves it
    python run.py test       runs the tests

Needs Python 3.11 to 3.13 and nothing else. What the project needs goes into `.venv`,
in the versions that `requirements.lock` names.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED_BYTES = 2 * 10**9
NETWORK_WORDS = (
    "NewConnectionError",
    "Temporary failure in name",
    "ConnectTimeout",
    "ProxyError",
    "Network is unreachable",
    "Max retries exceeded",
)

TASKS = {
    "book": "build the live book and serve it  [--port N] [--no-serve]",
    "lab": "open JupyterLab with the chapters and the labs  [--no-browser]",
    "test": "run the tests  [--all] [words for pytest]",
    "notebooks": "run the chapters and keep their text outputs  [--check] [PATH ...]",
    "check": "style, types, floors, notebooks and labs  [lab NAME [--wrong FILE ...]]",
    "grade": "grade a folder of submissions  FOLDER --lab NAME --out results.csv",
    "bench": "measure, side by side  [NAME ...]",
    "setup": "set up and do nothing more",
}


class SetupError(Exception):
    """Something outside the project is in the way; the text says what to do."""


def main(words):
    """Run the task that the first word names; return the exit code."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(__doc__)
        for name, what in TASKS.items():
            print(f"    {name:<10} {what}")
        return 0
    task = words[0]
    if task not in TASKS:
        print("run.py: no task {!r}; there are {}".format(task, ", ".join(TASKS)))
        return 2
    try:
        check_python(sys.version_info[:2])
        python = set_up()
    except SetupError as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("run.py: interrupted; run it again to finish the set-up", file=sys.stderr)
        return 130
    if task == "setup":
        return 0
    command = [str(python), "-m", "tasks." + task, *words[1:]]
    try:
        return subprocess.call(command, cwd=str(ROOT))
    except KeyboardInterrupt:
        return 130


def check_python(version):
    """Refuse a Python that the project does not run on."""
    if not OLDEST <= tuple(version) <= NEWEST:
        found = ".".join(map(str, version))
        raise SetupError(
            f"this is Python {found}; the project needs 3.11, 3.12 or 3.13. "
            "Run it with one of them, for instance: python3.11 run.py"
        )


def set_up():
    """Make `.venv` complete, or leave it if it is; return its Python."""
    folder = Path(os.environ.get("MINICHAIN_VENV") or ROOT / ".venv")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "ready"
    wanted = fingerprint()
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    if shutil.disk_usage(str(ROOT)).free < NEEDED_BYTES and not python.exists():
        raise SetupError("the disk has less than 2 GB free, which the set-up needs")
    print(f"setting up {folder} (once, about two minutes)", flush=True)
    # The stamp goes first and comes back last: what is interrupted is done again.
    if stamp.exists():
        stamp.unlink()
    make_environment(folder, python)
    lock = str(ROOT / "requirements.lock")
    pip(python, "--no-deps", "--only-binary", ":all:", "-r", lock)
    pip(python, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    print("compiling the kernels for this processor", flush=True)
    if subprocess.call([str(python), "-m", "minichain.kernels"], cwd=str(ROOT)):
        raise SetupError("the kernels could not be compiled; the lines above say why")
    stamp.write_text(wanted)
    return python


def fingerprint():
    """Return a text that changes when the set-up has to be done again."""
    digest = hashlib.sha256(repr((sys.version, str(ROOT))).encode())
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_environment(folder, python):
    """Create the virtual environment, anew where another Python made it."""
    if python.exists():
        probe = "import sys; print(sys.version)"
        found = subprocess.run(
            [str(python), "-c", probe], stdout=subprocess.PIPE, check=False
        )
        if found.stdout.decode().strip() == sys.version.strip():
            return
        shutil.rmtree(str(folder))
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        version = "{}.{}".format(*sys.version_info[:2])
        raise SetupError(
            "this Python cannot make virtual environments. On Debian and Ubuntu: "
            f"apt install python{version}-venv"
        ) from None
    try:
        venv.create(str(folder), with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"no environment at {folder}: {error}") from None


def pip(python, *arguments):
    """Install with pip; say in plain words what failed."""
    command = [
        str(python), "-m", "pip", "install", "--quiet",
        "--disable-pip-version-check", *arguments,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False,
    )  # fmt: skip
    if done.returncode == 0:
        return
    said = done.stdout.decode(errors="replace")
    lines = [line for line in said.splitlines() if line.strip()][-12:]
    raise SetupError(explain(said) + "\n  " + "\n  ".join(lines))


def explain(said):
    """Return what a failed installation means, from what pip said."""
    if any(word in said for word in NETWORK_WORDS):
        return "the package index cannot be reached: is there a network, or a proxy?"
    if "No space left" in said:
        return "the disk is full: the set-up needs about 2 GB"
    if "Permission denied" in said:
        return "a file may not be written: does the folder belong to another user?"
    return "the packages could not be installed; pip said:"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
