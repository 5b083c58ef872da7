"""A race of the selfish-mining lab, block by block: who finds each, by the seed."""

from dataclasses import dataclass

from minichain.consensus.selfish import Finder
from minichain.crypto.hashing import sha256

PARTS = 10_000
"""Parts of all power that luck is drawn from."""


@dataclass(frozen=True)
class Found:
    """One found block, and what the attacker did.

    Attributes
    ----------
    finder : int
        Who found it: 0 the attacker, 1 a miner on the attacker's side of a tie, 2 the
        others.
    action : str
        What the attacker did then.
    secret, public : int
        Both branches after that.
    gained, lost : int
        Blocks that stay since: the attacker's, and the others'.
    """

    finder: int
    action: str
    secret: int
    public: int
    gained: int
    lost: int


def choose_finder(seed: int, number: int, share: int, reach: int) -> Finder:
    """Return who finds a block, the same for the same seed and number.

    Parameters
    ----------
    seed, number : int
        Which race, and which block of it.
    share : int
        The attacker's part of all power, in per cent.
    reach : int
        The part of the others on the attacker's side, in per cent: 0 without a tie.
    """
    text = f"block {number} of race {seed}"
    luck = int.from_bytes(sha256(text.encode())[:4], "big") * PARTS >> 32
    if luck < 100 * share:
        return Finder.ATTACKER
    joined = 100 * share + (100 - share) * reach
    return Finder.JOINED if luck < joined else Finder.OTHERS
