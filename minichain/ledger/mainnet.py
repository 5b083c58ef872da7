"""The main network is the Bitcoin that began on 3 January 2009; some of it is here.

Each block proves itself: its hash is the one the world knows, meets its target, and
commits to every transaction. ``data/README.md`` says where the bytes come from.
"""

from functools import cache
from importlib.resources import files

from minichain.ledger.bitcoin import BitcoinBlock
from minichain.ledger.header import HEADER_SIZE, Header

BLOCKS_FILE = "mainnet.txt"
"""A block a line: its height, a space, and its bytes, or its header's, in hex."""


def load_header(height: int) -> Header:
    """Return the header at ``height``, one of `heights`.

    Raises
    ------
    KeyError
        It is not here.
    """
    return Header.decode(_load(height)[:HEADER_SIZE])


@cache
def load_block(height: int) -> BitcoinBlock:
    """Return the block at ``height``, one of `heights` with ``whole`` set.

    Raises
    ------
    KeyError
        It is not here, or only its header is.
    """
    data = _load(height)
    if len(data) == HEADER_SIZE:
        raise KeyError(f"of block {height} only the header is here")
    return BitcoinBlock.decode(data)


def heights(*, whole: bool = True) -> tuple[int, ...]:
    """Return the heights of the whole blocks that are here, or of all headers."""
    found = _lines().items()
    return tuple(h for h, data in found if not whole or len(data) > 2 * HEADER_SIZE)


def _load(height: int) -> bytes:
    try:
        return bytes.fromhex(_lines()[height])
    except KeyError:
        raise KeyError(f"block {height} is not here") from None


@cache
def _lines() -> dict[int, str]:
    text = files(__package__).joinpath("data", BLOCKS_FILE).read_text("ascii")
    pairs = (line.split() for line in text.splitlines())
    return {int(height): data for height, data in pairs}
