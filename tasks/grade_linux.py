"""Linux can confine a process that asks for it, without any rights of a superuser.

Landlock says which files may be opened; seccomp says which requests the kernel answers.
Both hold for good and for everything that the process starts.

References
----------
.. [1] Linux kernel documentation: Landlock, unprivileged access control.
.. [2] Linux kernel documentation: seccomp BPF; linux/filter.h, linux/seccomp.h.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
"""`prctl`: which signal this process gets when the one that started it ends."""

PR_SET_NO_NEW_PRIVS = 38
"""`prctl`: from now on no program gains rights by being started."""

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
"""`unshare`: a user table of one's own, and an empty network of one's own."""

CLONE_THREAD = 0x10000
"""`clone`: a thread of this process, and no new process."""

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
"""Landlock's system calls, the same on every processor."""

READ_ACCESS = 0b1101
"""Landlock's rights to execute, to read a file, and to read a folder."""

FILE_ACCESS = 0b0101
"""The ones of them that a plain file has."""

LIST_ACCESS = 0b1000
"""The one to read a folder: the names in it, and not what the files hold."""

DEVICE_ACCESS = 0b0110
"""Landlock's rights to write and to read, for devices such as the empty one."""

ACCESS_BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights over files each version of Landlock knows; later ones know 16."""

CALLS = {
    "x86_64": (0xC000003E, {
        "socket": 41, "connect": 42, "bind": 49, "listen": 50, "fork": 57, "vfork": 58,
        "execve": 59, "execveat": 322, "shmget": 29, "semget": 64, "msgget": 68,
        "ptrace": 101, "setpriority": 141, "chroot": 161, "mount": 165, "umount2": 166,
        "rt_sigqueueinfo": 129, "tkill": 200, "mq_open": 240, "add_key": 248,
        "request_key": 249, "keyctl": 250, "unshare": 272, "rt_tgsigqueueinfo": 297,
        "perf_event_open": 298, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "bpf": 321, "userfaultfd": 323,
        "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434,
        "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94,
        "utime": 132, "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190,
        "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "utimes": 235,
        "fchownat": 260, "futimesat": 261, "fchmodat": 268, "utimensat": 280,
        "sched_setparam": 142, "sched_setscheduler": 144, "sched_setaffinity": 203,
        "ioprio_set": 251, "sched_setattr": 314, "migrate_pages": 256,
        "move_pages": 279, "pidfd_getfd": 438, "process_madvise": 440, "fchmodat2": 452,
        "setxattrat": 463, "removexattrat": 466,
    }, {"clone": 56, "clone3": 435, "kill": 62, "tgkill": 234, "prlimit64": 302}),
    "aarch64": (0xC00000B7, {
        "socket": 198, "connect": 203, "bind": 200, "listen": 201, "execve": 221,
        "execveat": 281, "shmget": 194, "semget": 190, "msgget": 186, "ptrace": 117,
        "setpriority": 140, "chroot": 51, "mount": 40, "umount2": 39,
        "rt_sigqueueinfo": 138, "tkill": 130, "mq_open": 180, "add_key": 217,
        "request_key": 218, "keyctl": 219, "unshare": 97, "rt_tgsigqueueinfo": 240,
        "perf_event_open": 241, "setns": 268, "process_vm_readv": 270,
        "process_vm_writev": 271, "bpf": 280, "userfaultfd": 282,
        "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434,
        "fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55, "utimensat": 88,
        "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14,
        "lremovexattr": 15, "fremovexattr": 16, "sched_setparam": 118,
        "sched_setscheduler": 119, "sched_setaffinity": 122, "ioprio_set": 30,
        "sched_setattr": 274, "migrate_pages": 238, "move_pages": 239,
        "pidfd_getfd": 438, "process_madvise": 440, "fchmodat2": 452, "setxattrat": 463,
        "removexattrat": 466,
    }, {"clone": 220, "clone3": 435, "kill": 129, "tgkill": 131, "prlimit64": 261}),
}  # fmt: skip
"""By processor: its mark, the calls that are refused, and those that may be partly."""

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
"""What a filter answers: go on, an error number, or the end of the process."""

LOAD, JUMP_IF_EQUAL, JUMP_IF_SET, JUMP_IF_LARGER, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
"""Instructions of a filter; "larger" is "larger or equal"."""

NUMBER, PROCESSOR, FIRST_ARGUMENT = 0, 4, 16
"""Where the filter finds the call's number, the processor's mark, and an argument."""


def end_with_parent(libc: Any) -> None:
    """Have this process killed when the grader ends, however that happens."""
    libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)


def drop_privileges(libc: Any) -> None:
    """Give up a superuser's capabilities; the files' owner stays the same."""
    if os.geteuid() == 0:
        head = struct.pack("<Ii", 0x20080522, 0)
        capset = getattr(libc, "capset", None)
        if capset is not None:
            capset(head, bytes(24))


def leave_network(libc: Any) -> bool:
    """Move to a network of one's own, if the system allows it; return whether."""
    for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return True
    return False


def restrict_files(libc: Any, readable: Sequence[str], listed: Sequence[str]) -> str:
    """Let only some files be read and none be written; return what holds."""
    version = libc.syscall(LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return "files: NOT confined, for this kernel has no Landlock"
    everything = (1 << ACCESS_BITS.get(version, 16)) - 1
    # Files, then connections by TCP, then signals and sockets of other processes.
    rules = struct.pack("<QQQ", everything, 0b11, 0b11)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = libc.syscall(LANDLOCK_CREATE, rules[:size], size, 0)
    if ruleset < 0:
        return "files: NOT confined, for Landlock refuses"
    for name in readable:
        path = Path(name)
        rights = READ_ACCESS if path.is_dir() else FILE_ACCESS
        _allow(libc, ruleset, path, DEVICE_ACCESS if path.is_char_device() else rights)
    for name in listed:
        _allow(libc, ruleset, Path(name), LIST_ACCESS)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    failed = libc.syscall(LANDLOCK_RESTRICT, ruleset, 0)
    os.close(ruleset)
    if failed:
        return "files: NOT confined, for Landlock refuses"
    return f"files: only Python and minichain can be read (Landlock {version})"


def _allow(libc: Any, ruleset: int, path: Path, rights: int) -> None:
    if path.exists():
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = struct.pack("<Qi", rights, beneath)
        libc.syscall(LANDLOCK_ADD, ruleset, 1, rule, 0)
        os.close(beneath)


def restrict_calls(libc: Any, machine: str) -> str:
    """Refuse requests that reach out of the process; return what holds."""
    done = False
    if machine in CALLS:
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        program = ctypes.create_string_buffer(_filter(*CALLS[machine], os.getpid()))
        length = (len(program) - 1) // 8
        head = struct.pack("@HP", length, ctypes.addressof(program))
        done = libc.prctl(22, 2, head, 0, 0) == 0
    if done:
        return "network, new processes and signals to others: refused (seccomp)"
    if leave_network(libc):
        return "network: none (a namespace of its own)"
    return "network: NOT refused by the system"


def _filter(
    mark: int, refused: dict[str, int], partly: dict[str, int], process: int
) -> bytes:
    """Return a filter's instructions, 8 bytes each."""
    no = REFUSE | errno.EPERM
    steps = [
        (LOAD, 0, 0, PROCESSOR),
        (JUMP_IF_EQUAL, 1, 0, mark),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        # The x32 calls of a 64-bit kernel begin here; Python uses none.
        (JUMP_IF_LARGER, 0, 1, 0x40000000),
        (RETURN, 0, 0, no),
    ]
    for number in refused.values():
        steps += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, no)]
    # A thread may be made, a process may not. The C library falls back from clone3.
    steps += [
        (JUMP_IF_EQUAL, 0, 1, partly["clone3"]),
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),
        (JUMP_IF_EQUAL, 0, 4, partly["clone"]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_IF_SET, 1, 0, CLONE_THREAD),
        (RETURN, 0, 0, no),
        (RETURN, 0, 0, ALLOW),
    ]
    # Signals and limits: for oneself only, whatever one's number is given as.
    for name in ("kill", "tgkill", "prlimit64"):
        own = 0 if name == "prlimit64" else process
        steps += [
            (JUMP_IF_EQUAL, 0, 4, partly[name]),
            (LOAD, 0, 0, FIRST_ARGUMENT),
            (JUMP_IF_EQUAL, 1, 0, own),
            (RETURN, 0, 0, no),
            (RETURN, 0, 0, ALLOW),
        ]
    steps.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("<HBBI", *step) for step in steps)
