"""A confined notebook reaches nothing outside: shown by trying, one thing at a time."""

import platform
import re
import sys
from pathlib import Path
from time import monotonic

import pytest

from tasks import grade_process
from tasks.environment import ROOT
from tasks.grade_channel import Gone
from tasks.grade_limits import Limits
from tasks.grade_linux import CALLS
from tasks.grade_process import Confined, TimeUp

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="Linux confines, others do not"
)

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}

FORBIDDEN = {
    "read a file of the project": f"open({str(ROOT / 'run.py')!r}).read(1)",
    "list the labs": f"os.listdir({str(ROOT / 'labs')!r})",
    "read the list of users": "open('/etc/passwd').read(1)",
    "read the grader's environment": "open(f'/proc/{os.getppid()}/environ').read(1)",
    "read the grader's memory": "open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
    "write beside itself": "open('x', 'w')",
    "write a temporary file": "tempfile.TemporaryFile()",
    "change a file's mode": f"os.chmod({str(ROOT / 'run.py')!r}, 0o644)",
    "change a file's times": f"os.utime({str(ROOT / 'run.py')!r})",
    "make a folder": "os.mkdir('d')",
    "open a socket": "socket.socket()",
    "open a local socket": "socket.socket(socket.AF_UNIX)",
    "look up a name": "socket.getaddrinfo('localhost', 80)",
    "fork": "os.fork()",
    "run a program": "subprocess.run(['true'])",
    "become a program": "os.execv('/bin/true', ['true'])",
    "end the grader": "os.kill(os.getppid(), 9)",
    "signal everybody": "os.kill(-1, 0)",
    "limit the grader": "resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
    "raise a limit": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "slow the grader down": "os.sched_setaffinity(os.getppid(), {0})",
    "import the tasks": "__import__('tasks.lab_master')",
}

ALLOWED = {
    "import the package": "__import__('minichain.crypto.keys')",
    "import numpy": "__import__('numpy')",
    "hash": "__import__('minichain').keccak256(b'')",
    "start a thread": "threading.Thread(target=int).start()",
    "ask the time": "time.time()",
    "draw random bytes": "os.urandom(4)",
    "signal itself": "os.kill(os.getpid(), 0)",
}

PROBE = """
import os, resource, socket, subprocess, tempfile, threading, time
def attempt(text):
    try:
        eval(text)
    except BaseException as error:
        return type(error).__name__
    return "done"
"""


@pytest.fixture(scope="module")
def attempt():
    with Confined(Limits(seconds=30), ["json.tool"], monotonic() + 300) as notebook:
        if any("NOT" in fact for fact in notebook.facts):
            pytest.skip("; ".join(notebook.facts))
        assert notebook.run([PROBE], ()) == {}
        probe = notebook.names["attempt"]

        def ask(text: str) -> str:
            notebook.allow()
            return probe(text)

        yield ask


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_notebook_cannot_do_it(attempt, what):
    assert attempt(FORBIDDEN[what]).lower().endswith("error"), what


@pytest.mark.parametrize("what", ALLOWED)
def test_a_notebook_can_do_it(attempt, what):
    assert attempt(ALLOWED[what]) == "done"


def test_withheld_modules_cannot_be_imported(attempt):
    assert attempt("__import__('json.tool')") == "ImportError"


@pytest.mark.parametrize("name", ["minichain.ledger.target", "minichain.evm"])
def test_withheld_modules_cannot_be_read_either(name):
    # Without the finder that refuses, the import goes as far as the file.
    trick = "import sys; sys.meta_path.pop(0)"
    cells = [trick, f"import {name}", "import minichain.ledger.gas"]
    with Confined(Limits(), [name], monotonic() + 60) as notebook:
        if any("NOT" in fact for fact in notebook.facts):
            pytest.skip("; ".join(notebook.facts))
        errors = notebook.run(cells, ())
    assert list(errors) == [1]


@pytest.mark.parametrize("machine", sorted(CALLS))
def test_the_numbers_of_system_calls_are_the_kernel_s_own(machine):
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip("the C library's headers are not installed")
    known = dict(re.findall(r"__NR(?:3264)?_(\w+)\s+(\d+)", header.read_text()))
    _, refused, partly = CALLS[machine]
    for name, number in {**refused, **partly}.items():
        # Headers older than a call do not have it.
        assert int(known.get(name, number)) == number, name


def test_a_notebook_that_sleeps_is_ended_in_time():
    start = monotonic()
    with Confined(Limits(seconds=1), [], monotonic() + 60) as notebook:
        with pytest.raises(TimeUp):
            notebook.run(["x = 1", "import time; time.sleep(600)"], ())
        assert notebook.cell == 1
    assert monotonic() - start < 60


def test_processor_time_is_limited_too():
    limits = Limits(seconds=60, cpu_seconds=1)
    with Confined(limits, [], monotonic() + 120) as notebook:
        with pytest.raises(Gone):
            notebook.run(["while True: pass"], ())
        assert "1 s of processor time" in notebook.why_it_ended()


def test_memory_is_limited_and_the_notebook_lives_on():
    limits = Limits(seconds=60, memory=600_000_000)
    with Confined(limits, [], monotonic() + 120) as notebook:
        errors = notebook.run(["hoard = bytearray(10**9)", "x = 5"], ())
        assert errors == {0: "MemoryError"}
        assert notebook.names["x"] == 5


def test_a_notebook_that_does_not_listen_is_ended_all_the_same():
    cell = "import gc\nfrom tasks.grade_channel import Peer\n"
    cell += "peer = next(o for o in gc.get_objects() if isinstance(o, Peer))\n"
    cell += "peer.send('value', {'dict': []})\nimport time\ntime.sleep(600)"
    limits = Limits(seconds=2)
    with Confined(limits, [], monotonic() + 30) as notebook:
        notebook.run([cell], ())
        with pytest.raises(Gone):
            _send_without_end(notebook)


def test_every_processor_of_the_table_has_the_same_calls_where_it_has_them():
    newer = {
        "fork",
        "vfork",
        "chmod",
        "chown",
        "lchown",
        "utime",
        "utimes",
        "futimesat",
    }
    x86, arm = CALLS["x86_64"], CALLS["aarch64"]
    assert set(x86[1]) - set(arm[1]) == newer
    assert set(x86[2]) == set(arm[2])
    assert platform.machine() in CALLS or pytest.skip("another processor")


def _send_without_end(notebook: Confined) -> None:
    while True:
        notebook.send("name", "x" * 100_000)


def test_a_process_that_ends_before_it_is_ready_is_started_again(monkeypatch, tmp_path):
    mark = tmp_path / "started"
    once = f"import os, pathlib; mark = pathlib.Path({str(mark)!r})\n"
    once += "if not mark.exists(): mark.touch(); os.abort()\n"
    monkeypatch.setattr(grade_process, "PROGRAM", once + grade_process.PROGRAM)
    with Confined(Limits(seconds=30), [], monotonic() + 300) as notebook:
        assert mark.exists()
        assert notebook.run(["x = 4"], ()) == {}
        assert notebook.names["x"] == 4


def test_a_process_that_never_starts_says_why(monkeypatch):
    monkeypatch.setattr(grade_process, "PROGRAM", "import os; os.abort()")
    with pytest.raises(grade_process.NotStarted, match="aborted"):
        Confined(Limits(seconds=30), [], monotonic() + 300)
