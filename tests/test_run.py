"""run.py sets up what is missing, names what is in the way, and runs a task."""

import ast
import os
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tasks import environment, installer
from tasks.diagnosis import explain
from tasks.environment import ROOT
from tasks.lab import arguments as lab_words
from tasks.test import arguments as pytest_words

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")

OLD_PYTHON = """
import runpy, sys
sys.version_info = {version}
sys.argv = ["run.py", "book"]
runpy.run_path({path!r}, run_name="__main__")
"""


def run_py(*words: str, root: Path = ROOT, **extra: str) -> subprocess.CompletedProcess:
    """Run run.py with the running Python taken as the environment, unless told."""
    return subprocess.run(
        [sys.executable, str(root / "run.py"), *words],
        capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "MINICHAIN_VENV": "here", **extra},
    )  # fmt: skip


def test_without_a_word_every_task_is_listed_with_a_line():
    listed = run_py()
    assert listed.returncode == 0
    for task in "book lab test notebooks grade bench check".split():  # noqa: SIM905
        assert f"\n    {task} " in listed.stdout
    assert run_py("--help").stdout == listed.stdout


def test_an_unknown_task_is_named_with_those_there_are():
    done = run_py("bock")
    assert done.returncode == 2
    assert "no task is called 'bock'; there are book, lab, test" in done.stderr


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10), (3, 14)])
def test_a_python_too_old_or_too_new_is_told_so(version):
    source = OLD_PYTHON.format(version=(*version, 0), path=str(ROOT / "run.py"))
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"this is Python {version[0]}.{version[1]}; the project needs" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_python_can_read_run_py():
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    newer = ast.JoinedStr | ast.NamedExpr | ast.AnnAssign | ast.Match | ast.Starred
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, newer)] == []
    top = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in top] == ["import sys"]


@pytest.mark.parametrize("name", ["python2.7", "python3.6", "python3.10", "python3.14"])
def test_other_pythons_on_this_machine_are_told_so(name):
    python = shutil.which(name)
    probe = [python, "-c", "pass"] if python else ["false"]
    if not python or subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip(f"there is no {name}")
    done = subprocess.run([python, "run.py", "test"], cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip  # noqa: E501
    assert done.returncode == 1
    assert "the project needs 3.11, 3.12 or 3.13" in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["-m", "not slow", "-n", "auto", "--dist", "loadgroup"]),
        (["--all"], ["-n", "auto", "--dist", "loadgroup"]),
        (["-k", "merkle"], ["-m", "not slow", "-k", "merkle"]),
        (["--all", "-x"], ["-x"]),
        (["-m", "browser"], ["-m", "browser"]),
    ],
)
def test_further_words_of_test_go_to_pytest(words, expected):
    assert pytest_words(words) == expected


def test_jupyterlab_asks_nothing_of_the_outside():
    words = lab_words(["--no-browser"])
    assert "--LabApp.news_url=None" in words
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in words
    assert "--LabApp.extension_manager=readonly" in words
    assert words[-1] == "--no-browser"


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        (
            "error: failed to write: No space left on device (os error 28)",
            "disk is full",
        ),
        ("NewConnectionError(...): Failed to establish", "index cannot be reached"),
        ("error: Failed to fetch: dns error", "index cannot be reached"),
        ("ProxyError('Cannot connect to proxy.')", "the proxy does not let"),
        ("SSLError(CERTIFICATE_VERIFY_FAILED): Max retries exceeded", "certificate"),
        ("ERROR: No matching distribution found for numba", "no ready-made build"),
        ("PermissionError: [Errno 13] Permission denied", "may not be written"),
        ("something never seen", "the packages could not be installed"),
    ],
)
def test_what_an_installer_says_becomes_a_cause(said, cause):
    told = explain(said)
    assert cause in told.splitlines()[0]
    assert said in told


def test_the_cause_is_shown_without_the_lines_that_say_nothing():
    said = "Collecting numpy\nIgnoring pywin32: markers\nERROR: Connection refused\n"
    assert explain(said).splitlines()[1:] == ["  ERROR: Connection refused"]


@posix_only
def test_a_place_that_cannot_be_written_is_named(project):
    (project / "file").write_text("in the way")
    done = set_up(project, MINICHAIN_VENV=str(project / "file" / "env"))
    assert done.returncode == 1
    assert f"run.py: the environment cannot be made at {project}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def project(tmp_path):
    """A copy of what the set-up needs, with an installer that a test can bend."""
    root = tmp_path / "project"
    (root / "minichain" / "kernels").mkdir(parents=True)
    for name in ("run.py", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "tasks", root / "tasks")
    (root / "minichain" / "__init__.py").write_text("")
    (root / "minichain" / "kernels" / "__init__.py").write_text("")
    (root / "minichain" / "kernels" / "__main__.py").write_text("print('compiled')")
    # Without pip, which takes seconds to bring and which the installer replaces.
    venv.create(root / ".venv", with_pip=False, symlinks=os.name == "posix")
    install(root, "exit 0")
    return root


def install(root: Path, script: str) -> None:
    """Put a program called uv on the path that notes its calls and runs ``script``."""
    (root / "bin").mkdir(exist_ok=True)
    uv = root / "bin" / "uv"
    uv.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exit 0\n'
        f'echo "$@" >> {root}/calls\n{script}\n'
    )
    uv.chmod(0o755)


def set_up(root: Path, **extra: str) -> subprocess.CompletedProcess:
    path = f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"
    where = {"MINICHAIN_VENV": str(root / ".venv"), "PATH": path}
    # The installer of last resort must not go out to the network from a test.
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    closed |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    return run_py("setup", root=root, **(where | closed | extra))


def calls(root: Path) -> list[str]:
    noted = root / "calls"
    return noted.read_text().splitlines() if noted.exists() else []


@posix_only
def test_the_lock_is_installed_once_and_then_left_alone(project):
    done = set_up(project)
    assert done.returncode == 0, done.stderr
    lock, itself = calls(project)
    assert "--no-deps --only-binary :all: -r" in lock
    assert "requirements.lock" in lock
    assert "--no-build-isolation -e" in itself
    again = set_up(project)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert len(calls(project)) == 2


@posix_only
def test_a_changed_lock_is_installed_again(project):
    set_up(project)
    with (project / "requirements.lock").open("a") as lock:
        lock.write("one-more==1.0\n")
    assert set_up(project).returncode == 0
    assert len(calls(project)) == 4


@posix_only
def test_a_killed_set_up_is_made_anew_and_not_taken_as_done(project):
    install(project, "touch $(dirname $0)/../.venv/half-written; kill -9 $PPID")
    assert set_up(project).returncode == -signal.SIGKILL
    assert (project / ".venv" / "half-written").exists()
    install(project, "exit 0")
    done = set_up(project)
    assert done.returncode == 0, done.stderr
    assert "unfinished" in done.stdout
    assert not (project / ".venv" / "half-written").exists()
    assert len(calls(project)) == 3


@posix_only
@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("dns error: failed to look up address", "the package index cannot be reached"),
        ("No space left on device (os error 28)", "the disk is full"),
    ],
)
def test_what_is_in_the_way_is_said_without_a_traceback(project, said, cause):
    install(project, f"echo 'error: {said}'; exit 1")
    done = set_up(project)
    assert done.returncode == 1
    assert f"run.py: {cause}" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    install(project, "exit 0")
    assert set_up(project).returncode == 0


@posix_only
def test_kernels_that_do_not_compile_leave_the_set_up_unfinished(project):
    broken = project / "minichain" / "kernels" / "__main__.py"
    broken.write_text("raise SystemExit('no such instruction')")
    done = set_up(project)
    assert done.returncode == 1
    assert "no such instruction" in done.stderr
    broken.write_text("")
    assert set_up(project).returncode == 0


@posix_only
def test_a_folder_of_other_things_is_never_deleted(project):
    shutil.rmtree(project / ".venv")
    (project / ".venv").mkdir()
    (project / ".venv" / "thesis.txt").write_text("years of work")
    done = set_up(project)
    assert done.returncode == 1
    assert "holds other things than an environment" in done.stderr
    assert (project / ".venv" / "thesis.txt").read_text() == "years of work"


@posix_only
def test_two_runs_at_once_set_up_once(project):
    install(project, "sleep 0.5")
    path = f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}"
    where = {"MINICHAIN_VENV": str(project / ".venv"), "PATH": path}
    command = [sys.executable, str(project / "run.py"), "setup"]
    both = [subprocess.Popen(command, env={**os.environ, **where}, stdout=subprocess.DEVNULL) for _ in range(2)]  # fmt: skip  # noqa: E501
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(calls(project)) == 2


@posix_only
def test_a_missing_ensurepip_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(installer, "has", lambda module: False)
    monkeypatch.setattr(installer.os, "geteuid", lambda: 1000)
    with pytest.raises(environment.SetupError, match=r"apt install python3\.\d+-venv"):
        installer.bring_ensurepip(print)


def test_a_disk_without_room_is_named_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "NEEDED_BYTES", 10**18)
    with pytest.raises(environment.SetupError, match=r"the disk has .* GB free"):
        environment._make(tmp_path / "env", print)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@posix_only
def test_without_a_network_pip_is_understood(project):
    shutil.rmtree(project / ".venv")
    install(project, "echo 'error: dns error'; exit 1")
    done = set_up(project, PIP_NO_INDEX="0")
    assert done.returncode == 1
    assert "run.py: the package index cannot be reached" in done.stderr
