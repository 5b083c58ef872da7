"""A Merkle tree is a tree of hashes whose root commits to every leaf, and its place.

It is built level by level, each level hashed at once. A `MerkleRule` says how, a
`MerkleProof` leads from one leaf to the root.

References
----------
.. [1] R. C. Merkle, A digital signature based on a conventional encryption function,
   CRYPTO '87; RFC 6962, section 2.1.
"""

from collections.abc import Sequence

from minichain.crypto.hashing import DIGEST_SIZE
from minichain.crypto.merkle_proof import MerkleProof, WrongCount, WrongRoot
from minichain.crypto.merkle_rule import BITCOIN, RFC6962, SORTED_KECCAK, MerkleRule
from minichain.units import Hash32

__all__ = [
    "BITCOIN",
    "RFC6962",
    "SORTED_KECCAK",
    "MerkleProof",
    "MerkleRule",
    "MerkleTree",
    "WrongCount",
    "WrongRoot",
    "is_mutated",
    "merkle_root",
]


class MerkleTree:
    """A tree over a list of leaves, kept whole.

    Attributes
    ----------
    rule : MerkleRule
        How it is built.
    levels : tuple of tuples of bytes
        The hashes, bottom level first; the last level is the root alone.

    Raises
    ------
    NoLeaves, WrongLeafSize
        There is no leaf, or a leaf is not what the rule takes.

    Examples
    --------
    >>> tree = MerkleTree([b"a", b"b", b"c"])
    >>> [len(level) for level in tree.levels]
    [3, 2, 1]
    >>> tree.proof(2).verify(tree.root, b"c", count=3)
    True
    """

    def __init__(self, leaves: Sequence[bytes], rule: MerkleRule = RFC6962) -> None:
        self.rule = rule
        level = rule.bottom(leaves)
        levels = [_cut(level)]
        while len(level) > DIGEST_SIZE:
            level = rule.level_above(level)
            levels.append(_cut(level))
        self.levels = tuple(levels)

    @property
    def root(self) -> Hash32:
        """The hash that commits to all leaves, 32 bytes."""
        return self.levels[-1][0]

    @property
    def count(self) -> int:
        """How many leaves there are."""
        return len(self.levels[0])

    def path(self, index: int) -> list[tuple[int, int]]:
        """Return level and place of each node from a leaf up to the root.

        Raises
        ------
        IndexError
            There is no such leaf.
        """
        if not 0 <= index < self.count:
            raise IndexError(f"leaf {index} of a tree of {self.count}")
        return [(level, index >> level) for level in range(len(self.levels))]

    def proof(self, index: int) -> MerkleProof:
        """Return the proof of the leaf at ``index``.

        Raises
        ------
        IndexError
            There is no such leaf.
        """
        siblings = []
        for height, place in self.path(index)[:-1]:
            level, beside = self.levels[height], place ^ 1
            if beside < len(level):
                siblings.append(level[beside])
            elif self.rule.repeats_odd:
                siblings.append(level[place])
        return MerkleProof(index, self.count, tuple(siblings), self.rule)


def merkle_root(leaves: Sequence[bytes], rule: MerkleRule = RFC6962) -> Hash32:
    """Return the root over ``leaves``; errors are those of `MerkleTree`.

    No level is kept or cut into nodes.
    """
    level = rule.bottom(leaves)
    while len(level) > DIGEST_SIZE:
        level = rule.level_above(level)
    return Hash32(level)


def is_mutated(hashes: Sequence[bytes]) -> bool:
    """Return whether a list of transaction hashes repeats itself as CVE-2012-2459 does.

    Two hashes that are paired on some level are equal, and neither was added to it.

    Raises
    ------
    WrongLeafSize
        A hash is not 32 bytes.
    """
    level = BITCOIN.bottom(hashes) if hashes else b""
    while len(level) > DIGEST_SIZE:
        nodes = _cut(level)
        # Where the level is odd, its last node is paired with none of these.
        if any(a == b for a, b in zip(nodes[::2], nodes[1::2], strict=False)):
            return True
        level = BITCOIN.level_above(level)
    return False


def _cut(level: bytes) -> tuple[Hash32, ...]:
    starts = range(0, len(level), DIGEST_SIZE)
    return tuple([Hash32(level[i : i + DIGEST_SIZE]) for i in starts])
