"""A Merkle rule says how a tree's leaves and nodes are hashed, and what odd ones do.

The three rules here are three answers found in use. They differ in what a proof under
them proves: see `MerkleProof`.

References
----------
.. [1] RFC 6962, Certificate Transparency, section 2.1.
.. [2] CVE-2012-2459, on Bitcoin's repetition of odd nodes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minichain.crypto.hashing import (
    DIGEST_SIZE,
    NODE_SIZE,
    keccak256,
    keccak256_batch,
    sha256,
    sha256d_batch,
)
from minichain.errors import InvalidEncoding
from minichain.units import Hash32


class NoLeaves(InvalidEncoding):
    """An empty list, which has no tree."""

    rule = "no-leaves"

    def __init__(self) -> None:
        super().__init__("a Merkle tree needs at least one leaf, found 0")


class WrongLeafSize(InvalidEncoding):
    """A leaf that is no hash, where the rule takes hashes.

    Attributes
    ----------
    found, required : int
        Bytes of the leaf, and of a hash.
    """

    rule = "leaf-size"

    def __init__(self, found: int) -> None:
        super().__init__(f"leaf of {found} bytes, required {DIGEST_SIZE}")
        self.found, self.required = found, DIGEST_SIZE


@dataclass(frozen=True)
class MerkleRule:
    """How a tree is built.

    Attributes
    ----------
    name : str
        What the rule is called.
    hash_leaf : callable
        From a leaf's bytes to its hash on the bottom level.
    hash_pairs : callable
        From any number of joined pairs, 64 bytes each, to the joined hashes of their
        parents.
    repeats_odd : bool
        Whether the last node of an odd level is paired with itself; else it moves up
        as it is.
    keeps_order : bool
        Whether a parent depends on which of its children is the left one.
    """

    name: str
    hash_leaf: Callable[[bytes], bytes]
    hash_pairs: Callable[[bytes], bytes]
    repeats_odd: bool = False
    keeps_order: bool = True

    def bottom(self, leaves: Sequence[bytes]) -> bytes:
        """Return the joined hashes of the leaves.

        Raises
        ------
        NoLeaves, WrongLeafSize
            There is no leaf, or a leaf is not what the rule takes.
        """
        if not leaves:
            raise NoLeaves
        return b"".join(map(self.hash_leaf, leaves))

    def level_above(self, level: bytes) -> bytes:
        """Return the joined parents of one level's joined nodes, left to right."""
        odd = level[-DIGEST_SIZE:] if len(level) % NODE_SIZE else b""
        if self.repeats_odd:
            return self.hash_pairs(level + odd)
        return self.hash_pairs(level[: len(level) - len(odd)]) + odd

    def join(self, left: bytes, right: bytes) -> Hash32:
        """Return the parent of two nodes."""
        return Hash32(self.hash_pairs(left + right))

    def sides(self, index: int, count: int) -> list[bool]:
        """Return, for each sibling on a leaf's path, whether it is the left child.

        Parameters
        ----------
        index : int
            The leaf's place, from 0.
        count : int
            How many leaves there are.

        Examples
        --------
        >>> RFC6962.sides(2, 3), BITCOIN.sides(2, 3)
        ([True], [False, True])
        """
        sides = []
        while count > 1:
            if index % 2 or index + 1 < count or self.repeats_odd:
                sides.append(bool(index % 2))
            index //= 2
            count = (count + 1) // 2
        return sides


def _take_hash(leaf: bytes) -> bytes:
    if len(leaf) != DIGEST_SIZE:
        raise WrongLeafSize(len(leaf))
    return bytes(leaf)


def _hash_marked_pairs(pairs: bytes) -> bytes:
    starts = range(0, len(pairs), NODE_SIZE)
    return b"".join([sha256(b"\x01" + pairs[i : i + NODE_SIZE]) for i in starts])


def _hash_sorted_pairs(pairs: bytes) -> bytes:
    starts = range(0, len(pairs), DIGEST_SIZE)
    nodes = [pairs[i : i + DIGEST_SIZE] for i in starts]
    both = zip(nodes[::2], nodes[1::2], strict=True)
    return keccak256_batch(b"".join([a + b if a < b else b + a for a, b in both]))


BITCOIN = MerkleRule(
    name="Bitcoin",
    hash_leaf=_take_hash,
    hash_pairs=sha256d_batch,
    repeats_odd=True,
)
"""Bitcoin's rule: leaves are transaction hashes, an odd node is paired with itself.

Two different lists may share a root: see `is_mutated`.
"""

RFC6962 = MerkleRule(
    name="RFC 6962",
    hash_leaf=lambda leaf: sha256(b"\x00" + leaf),
    hash_pairs=_hash_marked_pairs,
)
"""The safe rule: leaves and nodes are hashed apart, an odd node moves up."""

SORTED_KECCAK = MerkleRule(
    name="sorted Keccak",
    hash_leaf=lambda leaf: keccak256(keccak256(leaf)),
    hash_pairs=_hash_sorted_pairs,
    keeps_order=False,
)
"""The rule of airdrop contracts: sorted pairs, leaves hashed twice."""
