"""A journal is a file that grows by one record for each block a node takes.

A block is acknowledged when its record is on the disk, so a process that is killed at
any moment loses none. Each record carries a hash over itself and all records before,
so a bit that changes is found; and what was being written when the process died is
known by being cut off, and is dropped.

======  ==================================================================
 bytes  field of a record
======  ==================================================================
     1  kind: configuration, genesis, block, rewind, amendment or impersonation
     4  length of the content, big-endian
     4  check: first bytes of SHA-256(digest before, kind and length)
     n  content
    32  digest: SHA-256(digest before, kind, length and content)
======  ==================================================================
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, ClassVar

from minichain.chain import Chain, Config
from minichain.chain.impersonation import impersonate
from minichain.chain.mempool import Mempool
from minichain.chain.snapshot import Snapshot
from minichain.chain.storage import write_whole
from minichain.crypto.hashing import sha256
from minichain.errors import InvalidEncoding, ProtocolError
from minichain.ledger.block import Block
from minichain.node.changes import decode_changes
from minichain.units import Address, Hash32

START = b"minichain journal 1\n"
"""How a journal begins: what it is, and the version of its format."""

NAME = "blocks.journal"
"""What the file is called in its folder."""

CONFIG, GENESIS, BLOCK, REWIND, AMENDMENT, IMPERSONATION = b"CGBRAI"
"""Kinds of records."""

HEAD_SIZE = 9
"""Bytes before a record's content."""


class DamagedJournal(InvalidEncoding):
    """A journal in which something has changed since it was written.

    Attributes
    ----------
    place : int
        Byte at which the bad record begins.
    """

    rule = "journal"

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(f"record at byte {place}: {reason}")
        self.place = place


class FolderInUse(ProtocolError):
    """A folder that another process keeps its chain in."""

    rule = "folder"


class Journal:
    """The journal in a folder, open to be written to.

    Parameters
    ----------
    folder : Path
        The folder; made if it is not there.

    Raises
    ------
    FolderInUse
        Another process has it open.
    OSError
        The folder cannot be written to.
    """

    kinds: ClassVar[dict[str, int]] = {
        "block": BLOCK,
        "rewind": REWIND,
        "amendment": AMENDMENT,
        "impersonation": IMPERSONATION,
    }

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / NAME
        self._lock = (folder / "lock").open("ab")
        _lock(self._lock, folder)
        self._digest = sha256(START)
        self._file: BinaryIO | None = None

    @property
    def is_new(self) -> bool:
        """Whether nothing has been written yet."""
        return not self.path.exists()

    def create(self, chain: Chain) -> None:
        """Begin with a chain's rules and its blocks, all or nothing."""
        data, self._digest = START, sha256(START)
        records = [(CONFIG, chain.config.encode()), (GENESIS, chain.genesis.encode())]
        records += [(BLOCK, block.encode()) for block in chain.known_blocks[1:]]
        for kind, content in records:
            record, self._digest = _write_record(self._digest, kind, content)
            data += record
        write_whole(self.path, data)
        self._file = self.path.open("r+b", buffering=0)
        self._file.seek(0, os.SEEK_END)

    def load(self) -> Chain:
        """Return the chain that the records lead to, every block validated again.

        A record that was cut off is dropped from the file.

        Raises
        ------
        DamagedJournal
            The file is not what was written.
        ProtocolError
            A block breaks a rule.
        """
        data = self.path.read_bytes()
        chain, end = None, len(START)
        config = None
        actors: dict[Hash32, Address] = {}
        for kind, content, after, digest in _read_records(data):
            if kind == CONFIG and config is None:
                config = Config.decode(content)
            elif kind == GENESIS and config is not None and chain is None:
                chain = Chain(config, Block.decode(content))
            elif kind == BLOCK and chain is not None:
                chain.import_block(_recognise(content, actors))
            elif kind == REWIND and chain is not None and len(content) >= 40:
                chain.revert(_read_snapshot(content))
            elif kind == AMENDMENT and chain is not None:
                with chain.amend() as state:
                    state.redo(decode_changes(content))
            elif kind == IMPERSONATION and len(content) == 52:
                actors[Hash32(content[:32])] = Address(content[32:])
            else:
                raise DamagedJournal(end, f"kind {kind} is out of place")
            end, self._digest = after, digest
        if chain is None:
            raise DamagedJournal(end, "there is no genesis")
        self._file = self.path.open("r+b", buffering=0)
        if end < len(data):
            self._file.truncate(end)
            os.fsync(self._file.fileno())
        self._file.seek(end)
        return chain

    def append(self, what: str, content: bytes) -> None:
        """Write a record, and return when it is on the disk.

        Raises
        ------
        OSError
            It is not; the file is as it was.
        """
        assert self._file is not None, "a journal is created or loaded first"
        record, digest = _write_record(self._digest, self.kinds[what], content)
        before = self._file.tell()
        try:
            at = 0
            while at < len(record):
                at += self._file.write(record[at:])
            os.fsync(self._file.fileno())
        except OSError:
            with suppress(OSError):
                self._file.truncate(before)
                self._file.seek(before)
            raise
        self._digest = digest

    def close(self) -> None:
        """Let go of the folder."""
        if self._file is not None:
            self._file.close()
        self._lock.close()


def _read_snapshot(content: bytes) -> Snapshot:
    known = int.from_bytes(content[32:40], "big")
    changes = decode_changes(content[40:]) if content[40:] else ()
    return Snapshot(Hash32(content[:32]), known, Mempool(), changes)


def _recognise(content: bytes, actors: Mapping[Hash32, Address]) -> Block | bytes:
    """Return a block with the senders of those transactions that nobody signed."""
    if not actors:
        return content
    block = Block.decode(content)
    found = (
        impersonate(one, actors[one.hash]) if one.hash in actors else one
        for one in block.transactions
    )
    return replace(block, transactions=tuple(found))


def _write_record(before: Hash32, kind: int, content: bytes) -> tuple[bytes, Hash32]:
    head = bytes([kind]) + len(content).to_bytes(4, "big")
    digest = sha256(before + head + content)
    return head + sha256(before + head)[:4] + content + digest, digest


def _read_records(data: bytes) -> Iterator[tuple[int, bytes, int, Hash32]]:
    """Yield kind, content, end and digest of each record that is whole."""
    if data[: len(START)] != START:
        raise DamagedJournal(0, "this is no journal of this version")
    at, digest = len(START), sha256(START)
    # A disk may lengthen a file with zeros before it writes what belongs there.
    while at < len(data) and any(data[at:]):
        head = data[at : at + 5]
        if len(data) - at < HEAD_SIZE:
            return
        if data[at + 5 : at + HEAD_SIZE] != sha256(digest + head)[:4]:
            raise DamagedJournal(at, "kind or length has changed")
        start = at + HEAD_SIZE
        end = start + int.from_bytes(head[1:], "big")
        if end + 32 > len(data):
            return
        found = sha256(digest + head + data[start:end])
        if found != data[end : end + 32]:
            raise DamagedJournal(at, "the content has changed")
        yield head[0], data[start:end], end + 32, found
        at, digest = end + 32, found


def _lock(file: BinaryIO, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # where there is no such lock, the user has to take care
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise FolderInUse(f"{folder.name} is in use by another process") from error
