"""A checkpoint is what a sidechain's validators sign: many blocks, by one root."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minichain.consensus.polygon_block import SideBlock
from minichain.crypto.hashing import sha256
from minichain.crypto.keys import Key
from minichain.crypto.merkle import MerkleTree
from minichain.crypto.signature import Signature
from minichain.errors import ProtocolError
from minichain.units import Hash32


class CheckpointGap(ProtocolError):
    """A checkpoint that does not start where the last one ended."""

    rule = "checkpoint"


@dataclass(frozen=True)
class Checkpoint:
    """What the validators report: so many blocks, by one root.

    Attributes
    ----------
    first, last : int
        Numbers of the blocks it covers.
    root : Hash32
        Merkle root of their hashes.
    """

    first: int
    last: int
    root: Hash32

    @property
    def digest(self) -> Hash32:
        """What is signed."""
        return sha256(
            b"checkpoint"
            + self.first.to_bytes(8, "big")
            + self.last.to_bytes(8, "big")
            + self.root
        )

    def sign(self, keys: Iterable[Key]) -> tuple[Signature, ...]:
        """Return the signatures of some keys."""
        return tuple(key.sign(self.digest) for key in keys)


def make_checkpoint(blocks: Sequence[SideBlock]) -> Checkpoint:
    """Return the checkpoint of some blocks in a row.

    Raises
    ------
    CheckpointGap
        There is none, or a number is missing.
    """
    numbers = [block.number for block in blocks]
    if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise CheckpointGap(f"blocks {numbers} are not a row")
    tree = MerkleTree([block.hash for block in blocks])
    return Checkpoint(numbers[0], numbers[-1], tree.root)
