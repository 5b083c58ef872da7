"""An archive is a history that a file keeps.

The file is not believed when it is read: every block in it is validated again.
"""

from pathlib import Path
from typing import Self

from minichain.chain.history import History
from minichain.chain.impersonation import Impersonation
from minichain.chain.storage import InvalidFile, SavedChain, write_whole
from minichain.chain.tree import Fate
from minichain.errors import ProtocolError


class AmendedChain(ProtocolError):
    """A chain that a developer changed otherwise than by blocks."""

    rule = "amendment"


class Archive(History):
    """A history with a way to a file and back."""

    def save(self, path: str | Path) -> None:
        """Write the chain to a file, whole or not at all.

        The rules, all known blocks and the head are kept; keys and what waits are not.

        Raises
        ------
        AmendedChain
            A developer changed it, so nobody could validate the file.
        SaveFailed
            The disk is full, or the folder cannot be written to. The file that was
            there before is untouched.
        """
        if any(node.amendment for node in self._nodes.values()):
            raise AmendedChain("accounts were changed by no transaction")
        transactions = (one for b in self.known_blocks for one in b.transactions)
        if any(isinstance(one, Impersonation) for one in transactions):
            raise AmendedChain("accounts acted that were not asked")
        saved = SavedChain.of(self.config, self.known_blocks, self.head.hash)
        write_whole(Path(path), saved.encode())

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a chain from a file, and validate every block again.

        Raises
        ------
        ProtocolError
            The first rule that the file breaks.
        OSError
            The file cannot be read.
        """
        return cls.from_bytes(Path(path).read_bytes())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the chain that a file's bytes say, as `load` does."""
        saved = SavedChain.decode(data)
        chain = cls(saved.config, saved.blocks[0])
        for index, block in enumerate(saved.blocks[1:], start=1):
            if chain.import_block(block).fate is Fate.KNOWN:
                raise InvalidFile(f"block {index} is there twice")
        saved.check_head(chain.head.hash)
        return chain
