"""A snapshot is a moment of a chain that it can be brought back to."""

from dataclasses import dataclass

from minichain.chain.mempool import Mempool
from minichain.ledger.state import Change
from minichain.units import Hash32


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a chain needs to be brought back.

    Attributes
    ----------
    head : Hash32
        Hash of the last block.
    known : int
        How many blocks were known.
    mempool : Mempool
        What waited.
    amendment : tuple of Change
        What a developer had changed after the last block.
    """

    head: Hash32
    known: int
    mempool: Mempool
    amendment: tuple[Change, ...] = ()
