"""A saved chain is one file: the rules, every block in the order of arrival, the head.

Nothing in it is believed. Loading imports each block again under every rule, so a
file with one bit changed is refused, by the rule that the bit breaks. The head and
the Merkle root at the end say that nothing is missing and nothing was moved.

======  =========================================================
 bytes  field
======  =========================================================
     8  magic: "minichai"
     1  version of the format: 1
     4  length of the configuration, then the configuration
     4  how many blocks, the genesis first
     4  length of a block, then the block; for each
    32  hash of the head
    32  Merkle root over the hashes of all blocks (RFC 6962)
======  =========================================================

Numbers are big-endian.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from minichain.chain.config import Config
from minichain.crypto.merkle import RFC6962, merkle_root
from minichain.errors import InvalidEncoding, ProtocolError
from minichain.ledger.block import Block
from minichain.units import Hash32

MAGIC = b"minichai"
"""How a saved chain begins."""

FORMAT = 1
"""Version of the format written here."""


class InvalidFile(InvalidEncoding):
    """Bytes that are not laid out as a saved chain."""

    rule = "file"


class WrongHead(ProtocolError):
    """A saved chain whose blocks lead to another head than it says.

    Attributes
    ----------
    found, required : bytes
        The head that is named, and the one the blocks lead to.
    """

    rule = "tip"

    def __init__(self, found: bytes, required: bytes) -> None:
        names = found[::-1].hex(), required[::-1].hex()
        super().__init__("head {}, but the blocks lead to {}".format(*names))
        self.found, self.required = found, required


class WrongInventory(ProtocolError):
    """A saved chain that lacks a block, repeats one, or has one changed or moved.

    Attributes
    ----------
    found, required : bytes
        The root that is named, and the one over the blocks.
    """

    rule = "inventory"

    def __init__(self, found: bytes, required: bytes) -> None:
        super().__init__(f"inventory {found.hex()}, but the blocks' {required.hex()}")
        self.found, self.required = found, required


class SaveFailed(OSError):
    """A chain that could not be written; the file that was there is untouched."""


@dataclass(frozen=True, slots=True)
class SavedChain:
    """What a file says.

    Attributes
    ----------
    config : Config
        The rules.
    blocks : tuple of Block
        All known blocks in the order of arrival, parents before children.
    head : Hash32
        Hash of the head.
    inventory : Hash32
        Merkle root over the blocks' hashes.
    """

    config: Config
    blocks: tuple[Block, ...]
    head: Hash32
    inventory: Hash32

    @classmethod
    def of(
        cls, config: Config, blocks: tuple[Block, ...], head: Hash32
    ) -> "SavedChain":
        """Return what to save of a chain."""
        return cls(config, blocks, head, compute_inventory(blocks))

    def encode(self) -> bytes:
        """Return the file's bytes."""
        parts = [self.config.encode(), *(block.encode() for block in self.blocks)]
        framed = [len(part).to_bytes(4, "big") + part for part in parts]
        framed.insert(1, len(self.blocks).to_bytes(4, "big"))
        start = MAGIC + bytes([FORMAT])
        return start + b"".join(framed) + self.head + self.inventory

    @classmethod
    def decode(cls, data: bytes) -> "SavedChain":
        """Return what a file's bytes say, each part read alone.

        Raises
        ------
        InvalidFile
            The bytes are not laid out as a saved chain.
        InvalidConfig, InvalidHeader
            No chain can follow the rules.
        InvalidEncoding, InvalidTransaction, InvalidSignature
            A block is refused by its decoder.
        """
        reader = _Reader(data)
        if reader.take(len(MAGIC), "magic") != MAGIC:
            raise InvalidFile("the file does not begin as a saved chain")
        version = reader.take(1, "version")[0]
        if version != FORMAT:
            raise InvalidFile(f"format {version}, required {FORMAT}")
        config = Config.decode(reader.take_framed("configuration"))
        count = reader.take_number("number of blocks")
        if count == 0:
            raise InvalidFile("there is no genesis")
        names = (f"block {index}" for index in range(count))
        blocks = tuple(Block.decode(reader.take_framed(name)) for name in names)
        head = Hash32(reader.take(32, "head"))
        inventory = Hash32(reader.take(32, "inventory"))
        if reader.left:
            raise InvalidFile(f"{reader.left} bytes follow the end")
        return cls(config, blocks, head, inventory)

    def check_head(self, head: Hash32) -> None:
        """Check that the blocks led where the file says, and that all are there.

        Raises
        ------
        WrongHead, WrongInventory
            They did not, or are not.
        """
        if self.head != head:
            raise WrongHead(self.head, head)
        inventory = compute_inventory(self.blocks)
        if self.inventory != inventory:
            raise WrongInventory(self.inventory, inventory)


class _Reader:
    """Takes parts from the front of bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int, name: str) -> bytes:
        if size > self.left:
            raise InvalidFile(f"{name} of {size} bytes, the file has {self.left} left")
        self._at += size
        return self._data[self._at - size : self._at]

    def take_number(self, name: str) -> int:
        return int.from_bytes(self.take(4, name), "big")

    def take_framed(self, name: str) -> bytes:
        return self.take(self.take_number(f"length of {name}"), name)


def compute_inventory(blocks: tuple[Block, ...]) -> Hash32:
    """Return the Merkle root over the hashes of blocks, in order."""
    return merkle_root([block.hash for block in blocks], RFC6962)


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file by ``data``, so that it is the old or the new one at any time.

    The bytes go to a file beside it, and to the disk, before the name is moved. A
    process killed on the way leaves the other file behind, which nothing reads.

    Raises
    ------
    SaveFailed
        The disk is full, or the folder cannot be written to.
    """
    path = path.resolve()
    try:
        beside = _write_beside(path, data)
        try:
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{path.name} was not saved, {len(data)} bytes: {reason}"
        raise SaveFailed(error.errno, message, str(path)) from error


def _write_beside(path: Path, data: bytes) -> Path:
    beside, attempt = path, 0
    while True:
        beside = path.with_name(f".{path.name}.{os.getpid()}.{attempt}.saving")
        try:
            file = beside.open("xb")
        except FileExistsError:
            attempt += 1
            continue
        break
    try:
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    return beside


def _flush_folder(folder: Path) -> None:
    # The new name reaches the disk with its folder. Where that cannot be asked for,
    # as on Windows, the file is whole all the same, and only its moment is open.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
