"""Limits keep a notebook that nobody has read from doing harm while it is graded.

A process lays them on itself, before the first line of the notebook, and cannot take
them off. What holds depends on the system: `confine` says what it has done, and what
it could not do.
"""

import ctypes
import importlib.util
import os
import platform
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000
"""Bytes."""

SYSTEM_FILES = (
    "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/dev/null",
    "/dev/urandom", "/dev/zero", "/proc/cpuinfo", "/proc/meminfo",
    "/sys/devices/system/cpu",
)  # fmt: skip
"""Files of the system that Python and its libraries read."""


@dataclass(frozen=True)
class Limits:
    """What one notebook may use.

    Attributes
    ----------
    seconds : float
        For one cell, or one test, by the clock.
    total_seconds : float
        For everything, by the clock.
    cpu_seconds : int
        Of processor time, for one run of the notebook.
    memory : int
        Address space in bytes.
    """

    seconds: float = 10
    total_seconds: float = 120
    cpu_seconds: int = 60
    memory: int = 2_000 * MEGABYTE


def readable_files() -> list[str]:
    """Return the files and folders that a confined Python may read."""
    found = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()}
    spec = importlib.util.find_spec("minichain")
    found.update(spec.submodule_search_locations or [] if spec else [])
    return sorted({*found, *SYSTEM_FILES})


def leave_out(
    roots: Sequence[str], withheld: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Return what may be read below some roots, and the folders that may be listed.

    Rights are given for a folder and all below it, and cannot be taken back further
    down. So a folder that holds a withheld file is only listed, and what lies beside
    that file is named one by one. Whoever takes off the refusal to import a withheld
    module still finds nothing to import.

    Parameters
    ----------
    roots : sequence of str
        Files and folders.
    withheld : sequence of str
        Modules whose files may not be read.
    """
    hidden = {path for name in withheld for path in _files_of(name)}
    readable, listed = [], []
    above = {parent for path in hidden for parent in path.parents}
    waiting, seen = [Path(root) for root in roots], set()
    while waiting:
        path = waiting.pop()
        place = path.resolve()
        if place in seen or place in hidden:
            continue
        seen.add(place)
        if place in above:
            listed.append(str(place))
            waiting += place.iterdir()
        elif not any(parent in hidden for parent in place.parents):
            readable.append(str(place))
    return sorted(readable), sorted(listed)


def confine(
    limits: Limits, readable: Sequence[str], listed: Sequence[str] = ()
) -> list[str]:
    """Confine the running process for good; return what holds and what does not.

    Parameters
    ----------
    limits : Limits
        What it may use.
    readable : sequence of str
        Files and folders that it may still read.
    listed : sequence of str
        Folders of which it may still read the names in them.
    """
    facts = [_limit_resources(limits)]
    if sys.platform != "linux":
        facts += [_block_sockets(), _limit_processes()]
        return [*facts, f"files: NOT confined on {sys.platform}"]
    from tasks import grade_linux

    libc = ctypes.CDLL(None, use_errno=True)
    grade_linux.end_with_parent(libc)
    facts.append(grade_linux.restrict_files(libc, readable, listed))
    facts.append(grade_linux.restrict_calls(libc, platform.machine()))
    grade_linux.drop_privileges(libc)
    if "seccomp" not in facts[-1]:
        facts.append(_limit_processes())
    if facts[2].startswith("network: NOT"):
        facts[2] = _block_sockets()
    return facts


def _files_of(module: str) -> set[Path]:
    """Return the folder of a package, or the files of a module; none if unknown."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return set()
    if spec is None or not spec.origin:
        return set()
    if spec.submodule_search_locations:
        return {Path(place).resolve() for place in spec.submodule_search_locations}
    file = Path(spec.origin).resolve()
    compiled = file.parent.glob(f"__pycache__/{file.stem}.*")
    return {file, *compiled} if file.exists() else set()


def _limit_processes() -> str:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    except (ImportError, AttributeError, ValueError, OSError):
        return "new processes: NOT refused"
    return "new processes: refused (RLIMIT_NPROC)"


def _limit_resources(limits: Limits) -> str:
    try:
        import resource
    except ImportError:
        return "memory, processor time and written files: NOT limited on this system"
    cpu = limits.cpu_seconds
    wanted = {
        "RLIMIT_CPU": (cpu, cpu + 1),
        "RLIMIT_AS": (limits.memory, limits.memory),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (128, 128),
        "RLIMIT_MEMLOCK": (0, 0),
        "RLIMIT_MSGQUEUE": (0, 0),
    }
    lacking = []
    for name, pair in wanted.items():
        kind = getattr(resource, name, None)
        try:
            if kind is None:
                raise ValueError(name)
            resource.setrlimit(kind, pair)
        except (ValueError, OSError):
            lacking.append(name)
    missed = [name for name in lacking if name in ("RLIMIT_CPU", "RLIMIT_AS")]
    text = f"{cpu} s of processor, {limits.memory // MEGABYTE} MB of memory, no writing"
    return f"limits: {text}" + (f", but NOT {', '.join(missed)}" if missed else "")


def _block_sockets() -> str:
    """Take Python's sockets away: a hurdle, not a wall."""
    import _socket
    import socket

    def refuse(*words: object, **named: object) -> None:
        raise PermissionError("there is no network while a notebook is graded")

    for module in (socket, _socket):
        for name in ("socket", "create_connection", "getaddrinfo", "socketpair"):
            if hasattr(module, name) and name != "socketpair":
                setattr(module, name, refuse)
    return f"network: only Python's sockets are blocked, NOT the system ({os.name})"
