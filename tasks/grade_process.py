"""A confined notebook, seen from the grader: started, run, asked, and ended.

The process is started anew for each notebook, in an empty folder, with an environment
of its own. Whatever it does, the grader waits no longer than the limits say.
"""

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any, TypeAlias

from tasks.environment import ROOT
from tasks.grade_channel import LENGTH, LONGEST_FRAME, Gone, Names, Peer, read_exactly
from tasks.grade_limits import Limits, leave_out, readable_files

START_SECONDS = 60
"""A process that is not ready by then has failed; a busy machine may be slow."""

STARTS = 3
"""A process that ends before it is ready has run nothing: it is started so often."""

GRACE_SECONDS = 1
"""A process that does not listen is ended this long after its time is up."""

PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from tasks.grade_confined import main; main()"
)
"""What the process runs."""

KEPT_VARIABLES = ("SYSTEMROOT", "MINICHAIN_RUNTIME", "MINICHAIN_CACHE")
"""Variables of the grader's environment that are passed on; all others are not."""


Process: TypeAlias = "subprocess.Popen[bytes]"
"""A process of which input and output are read as bytes."""

Frames: TypeAlias = "queue.Queue[bytes | None]"
"""Messages that wait to be read; None after the last."""


class TimeUp(Gone):
    """A notebook that took longer than it may."""


class NotStarted(RuntimeError):
    """A confined Python that ended before it could run anything."""


class Confined(Peer):
    """A notebook in a process of its own.

    Parameters
    ----------
    limits : Limits
        What it may use.
    withheld : sequence of str
        Modules that it may not import.
    until : float
        When everything must have ended, by `time.monotonic`.

    Attributes
    ----------
    facts : list of str
        How it is confined.
    cell : int or None
        The cell that runs now.
    """

    def __init__(self, limits: Limits, withheld: Sequence[str], until: float) -> None:
        super().__init__(self._next_frame, self._send_frame)
        self.limits, self._until = limits, until
        self.cell: int | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="lab-"))
        _RUNNING.add(self)
        try:
            self._start_surely(withheld)
        except BaseException:
            self.close()
            raise

    def run(self, cells: list[str], skip: Collection[int]) -> dict[int, str]:
        """Run the notebook; return the errors by cell.

        Raises
        ------
        Gone
            The process ended, or a cell took too long: see `cell`.
        """
        self.allow()
        errors = self.request("run", cells, sorted(skip))
        self.cell = None
        if not isinstance(errors, dict):
            raise Gone("it sent what is no message")
        return {int(number): str(text) for number, text in errors.items()}

    def allow(self) -> None:
        """Start the clock of a cell or a test.

        Raises
        ------
        Gone
            The grader is ending.
        """
        if _ENDING.is_set():
            raise Gone("the grader is ending")
        self._deadline = min(monotonic() + self.limits.seconds, self._until)

    def serve(self, kind: str, rest: list[Any]) -> None:
        """Note which cell runs, or serve a call of a test's own functions."""
        if kind == "cell" and rest and type(rest[0]) is int:
            self.cell = rest[0]
            self.allow()
            return
        super().serve(kind, rest)

    @property
    def names(self) -> Mapping[str, Any]:
        """The notebook's names; one that it lacks is None."""
        return Names(self)

    def close(self) -> None:
        """End the process and all that it may have started, and tidy up."""
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "Confined":
        """Return the notebook."""
        return self

    def __exit__(self, *error: object) -> None:
        """End it."""
        self.close()

    def why_it_ended(self) -> str:
        """Return the cause of a process's end, in words."""
        try:
            code = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "the process sent what is no message"
        known = {
            -24: f"used more than {self.limits.cpu_seconds} s of processor time",
            -9: "was killed, as the system does where memory runs out",
            -11: "broke down (a fault in memory)",
            -6: "aborted",
        }
        said = known.get(code)
        if said is None:
            said = f"was ended by signal {-code}" if code < 0 else f"exited ({code})"
        return f"the process {said}"

    def _start_surely(self, withheld: Sequence[str]) -> None:
        for left in reversed(range(STARTS)):
            try:
                self._start(withheld)
            except NotStarted:
                if not left:
                    raise
                self._end()
            else:
                return

    def _start(self, withheld: Sequence[str]) -> None:
        if _ENDING.is_set():
            raise RuntimeError("the grader is ending")
        self._deadline = monotonic() + START_SECONDS
        complaint = self._folder / "complaint.txt"
        with complaint.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", PROGRAM, str(ROOT)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                cwd=self._folder, env=self._environment(), bufsize=0,
                start_new_session=True,
            )  # fmt: skip
        # Its own queue: the pump of an earlier start may still be ending.
        self._frames: Frames = queue.Queue(maxsize=4)
        for work in (self._pump, self._watch):
            what = (self._process, self._frames)
            threading.Thread(target=work, args=what, daemon=True).start()
        readable, listed = leave_out(readable_files(), withheld)
        settings = {
            "root": str(ROOT),
            "withheld": list(withheld),
            "limits": asdict(self.limits),
            "readable": [*readable, str(self._folder)],
            "listed": listed,
        }
        try:
            self.send("settings", settings)
            kind, *rest = self.receive()
        except Gone as error:
            said = complaint.read_text(errors="replace").strip().splitlines()
            last = said[-1] if said else f"{error}: {self.why_it_ended()}"
            raise NotStarted(f"a confined Python does not start: {last}") from error
        if kind != "ready":
            raise NotStarted("a confined Python does not start as it should")
        self.facts = [str(fact) for fact in rest[0]]

    def _environment(self) -> dict[str, str]:
        home = str(self._folder)
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
        single = dict.fromkeys(threads, "1")
        own = {"HOME": home, "TMPDIR": home, "TEMP": home, "LANG": "C.UTF-8"}
        return {**kept, **single, **own, "PATH": os.defpath, "MPLBACKEND": "agg"}

    @staticmethod
    def _pump(process: Process, frames: Frames) -> None:
        """Pass what the process sends on, message by message, until it ends."""
        stream = process.stdout
        try:
            while stream and (head := read_exactly(stream, LENGTH.size)):
                (length,) = LENGTH.unpack(head)
                if length > LONGEST_FRAME:
                    break
                frames.put(read_exactly(stream, length))
        except (OSError, ValueError):
            pass
        frames.put(None)

    def _end(self) -> None:
        process = getattr(self, "_process", None)
        if process is not None:
            self._kill(process)
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream:
                    _close(stream)

    def _watch(self, process: Process, frames: Frames) -> None:
        """End the process some time after its time is up, even if nobody waits.

        The grader may be writing to it, and it may not be reading.
        """
        while process.poll() is None:
            if monotonic() > self._deadline + GRACE_SECONDS:
                self._kill(process)
            sleep(0.2)

    @staticmethod
    def _kill(process: Process) -> None:
        # The number of a process that has been waited for may be another's by now.
        if process.returncode is not None:
            return
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, 9)
            else:
                process.kill()

    def _next_frame(self) -> bytes:
        try:
            left = max(0.0, self._deadline - monotonic())
            frame = self._frames.get(timeout=left)
        except queue.Empty:
            raise TimeUp("time is up") from None
        if frame is None:
            self._frames.put(None)
            raise Gone("the process ended")
        return frame

    def _send_frame(self, data: bytes) -> None:
        stream = self._process.stdin
        try:
            view = memoryview(data)
            while stream and view:
                view = view[stream.write(view) or 0 :]
        except (OSError, ValueError) as error:
            raise Gone("the process ended") from error


_RUNNING: "weakref.WeakSet[Confined]" = weakref.WeakSet()
_ENDING = threading.Event()


def begin() -> None:
    """Allow notebooks to be started, as they are at first."""
    _ENDING.clear()


def end_all() -> None:
    """End every confined notebook and start no other: the grader is interrupted."""
    _ENDING.set()
    for notebook in list(_RUNNING):
        notebook.close()


def _close(stream: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        stream.close()
