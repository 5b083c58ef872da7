"""A Merkle tree is a tree of hashes whose root commits to every leaf, and its place.

A `MerkleRule` says how leaves and nodes are hashed and what becomes of a node without
a partner. The three rules here are three answers found in use.

References
----------
.. [1] RFC 6962, Certificate Transparency, section 2.1.
.. [2] CVE-2012-2459, on Bitcoin's repetition of odd nodes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from minichain.crypto.hashing import (
    keccak256,
    keccak256_batch,
    sha256,
    sha256d,
    sha256d_batch,
)
from minichain.errors import InvalidEncoding
from minichain.units import Hash32

DIGEST_SIZE = 32
"""Bytes of each hash in a tree."""

MAX_DEPTH = 64
"""Most siblings that an encoded proof may have: a tree of 2**64 leaves."""


@dataclass(frozen=True)
class MerkleRule:
    """How a tree is built.

    Attributes
    ----------
    name : str
        What the rule is called.
    hash_leaf : callable
        From a leaf's bytes to its hash on the bottom level.
    hash_pair : callable
        From the hashes of a left and a right child to their parent's.
    repeats_odd : bool
        Whether the last node of an odd level is paired with itself; else it moves up
        as it is.
    sorts_pairs : bool
        Whether two children are hashed in order of value, so no proof needs sides.
    hash_level : callable or None
        From a level's joined pairs to the joined hashes above it, in one batch.
    """

    name: str
    hash_leaf: Callable[[bytes], Hash32]
    hash_pair: Callable[[bytes, bytes], Hash32]
    repeats_odd: bool = False
    sorts_pairs: bool = False
    hash_level: Callable[[bytes], bytes] | None = None

    def join(self, left: bytes, right: bytes) -> Hash32:
        """Return the hash of the parent of two nodes."""
        if self.sorts_pairs and right < left:
            left, right = right, left
        return self.hash_pair(left, right)

    def level_above(self, level: Sequence[Hash32]) -> tuple[Hash32, ...]:
        """Return the parents of one level's nodes, left to right."""
        nodes = list(level)
        alone = nodes.pop() if len(nodes) % 2 and not self.repeats_odd else None
        if len(nodes) % 2:
            nodes.append(nodes[-1])
        if self.hash_level and not self.sorts_pairs:
            joined = self.hash_level(b"".join(nodes))
            starts = range(0, len(joined), DIGEST_SIZE)
            above = [Hash32(joined[i : i + DIGEST_SIZE]) for i in starts]
        else:
            pairs = zip(nodes[::2], nodes[1::2], strict=True)
            above = [self.join(left, right) for left, right in pairs]
        return tuple(above if alone is None else [*above, alone])


def _require_hash(leaf: bytes) -> Hash32:
    if len(leaf) != DIGEST_SIZE:
        raise InvalidEncoding(f"leaf of {len(leaf)} bytes, required {DIGEST_SIZE}")
    return Hash32(bytes(leaf))


BITCOIN = MerkleRule(
    name="Bitcoin",
    hash_leaf=_require_hash,
    hash_pair=lambda left, right: sha256d(left + right),
    repeats_odd=True,
    hash_level=sha256d_batch,
)
"""Bitcoin's rule: leaves are transaction hashes, an odd node is paired with itself.

Two different lists may share a root: see `is_mutated`.
"""

RFC6962 = MerkleRule(
    name="RFC 6962",
    hash_leaf=lambda leaf: sha256(b"\x00" + leaf),
    hash_pair=lambda left, right: sha256(b"\x01" + left + right),
)
"""The safe rule: leaves and nodes are hashed apart, an odd node moves up."""

SORTED_KECCAK = MerkleRule(
    name="sorted Keccak",
    hash_leaf=lambda leaf: keccak256(keccak256(leaf)),
    hash_pair=lambda left, right: keccak256(left + right),
    sorts_pairs=True,
    hash_level=keccak256_batch,
)
"""The rule of airdrop contracts: sorted pairs, leaves hashed twice.

A proof shows that a leaf is in the tree, not at which place.
"""


@dataclass(frozen=True)
class MerkleProof:
    """The siblings on a leaf's way to the root.

    It proves that the leaf is in the tree, at its place where the rule keeps order.

    Attributes
    ----------
    index : int
        The leaf's place, from 0.
    count : int
        How many leaves the tree has.
    siblings : tuple of bytes
        The hash beside the path on each level that has one, bottom first.
    rule : MerkleRule
        How the tree was built.
    """

    index: int
    count: int
    siblings: tuple[Hash32, ...]
    rule: MerkleRule = RFC6962

    def steps(self, leaf: bytes) -> Iterator[tuple[bytes, bytes, Hash32]]:
        """Yield each step up: the left child, the right child, and their parent.

        Raises
        ------
        InvalidEncoding
            The place is not in the tree, or the number of siblings does not fit it.
        """
        if not 0 <= self.index < self.count:
            raise InvalidEncoding(f"leaf {self.index} of a tree of {self.count}")
        sides = path_sides(self.index, self.count, self.rule)
        if len(sides) != len(self.siblings):
            raise InvalidEncoding(
                f"{len(self.siblings)} siblings, required {len(sides)} for leaf "
                f"{self.index} of {self.count}"
            )
        node = self.rule.hash_leaf(leaf)
        for sibling, is_left in zip(self.siblings, sides, strict=True):
            pair = (sibling, node) if is_left else (node, sibling)
            node = self.rule.join(*pair)
            yield *pair, node

    def root_from(self, leaf: bytes) -> Hash32:
        """Return the root that the proof leads to; errors are those of `steps`."""
        node = self.rule.hash_leaf(leaf)
        for _, _, parent in self.steps(leaf):
            node = parent
        return node

    def verify(self, root: bytes, leaf: bytes) -> bool:
        """Return whether the proof leads from ``leaf`` to ``root``."""
        try:
            return self.root_from(leaf) == root
        except InvalidEncoding:
            return False

    def encode(self) -> bytes:
        """Return index and count, 8 bytes each, then the siblings."""
        place = self.index.to_bytes(8, "big") + self.count.to_bytes(8, "big")
        return place + b"".join(self.siblings)

    @classmethod
    def decode(cls, data: bytes, rule: MerkleRule = RFC6962) -> "MerkleProof":
        """Return the proof whose encoding is ``data``.

        Raises
        ------
        InvalidEncoding
            The length is wrong, or the siblings are not as many as the place needs.
        """
        siblings, rest = divmod(len(data) - 16, DIGEST_SIZE)
        if rest or not 0 <= siblings <= MAX_DEPTH:
            raise InvalidEncoding(f"{len(data)} bytes are no Merkle proof")
        index = int.from_bytes(data[:8], "big")
        count = int.from_bytes(data[8:16], "big")
        if index >= count:
            raise InvalidEncoding(f"leaf {index} of a tree of {count}")
        required = len(path_sides(index, count, rule))
        if siblings != required:
            raise InvalidEncoding(f"{siblings} siblings, required {required}")
        hashes = [Hash32(data[i : i + 32]) for i in range(16, len(data), 32)]
        return cls(index, count, tuple(hashes), rule)


class MerkleTree:
    """A tree over a list of leaves, kept whole.

    Attributes
    ----------
    levels : tuple of tuples of bytes
        The hashes, bottom level first; the last level is the root alone.

    Raises
    ------
    InvalidEncoding
        There is no leaf, or a leaf is not what the rule takes.
    """

    def __init__(self, leaves: Sequence[bytes], rule: MerkleRule = RFC6962) -> None:
        if not leaves:
            raise InvalidEncoding("a Merkle tree needs at least one leaf")
        self.rule = rule
        levels = [tuple(rule.hash_leaf(leaf) for leaf in leaves)]
        while len(levels[-1]) > 1:
            levels.append(rule.level_above(levels[-1]))
        self.levels = tuple(levels)

    @property
    def root(self) -> Hash32:
        """The hash that commits to all leaves, 32 bytes."""
        return self.levels[-1][0]

    @property
    def count(self) -> int:
        """How many leaves there are."""
        return len(self.levels[0])

    def proof(self, index: int) -> MerkleProof:
        """Return the proof of the leaf at ``index``.

        Raises
        ------
        IndexError
            There is no such leaf.
        """
        if not 0 <= index < self.count:
            raise IndexError(f"leaf {index} of a tree of {self.count}")
        siblings = []
        place = index
        for level in self.levels[:-1]:
            beside = place ^ 1
            if beside < len(level):
                siblings.append(level[beside])
            elif self.rule.repeats_odd:
                siblings.append(level[place])
            place //= 2
        return MerkleProof(index, self.count, tuple(siblings), self.rule)


def path_sides(index: int, count: int, rule: MerkleRule) -> list[bool]:
    """Return, for each sibling on a leaf's path, whether it is the left child."""
    sides = []
    while count > 1:
        if index % 2 or index + 1 < count or rule.repeats_odd:
            sides.append(bool(index % 2))
        index //= 2
        count = (count + 1) // 2
    return sides


def merkle_root(leaves: Sequence[bytes], rule: MerkleRule = RFC6962) -> Hash32:
    """Return the root over ``leaves``; errors are those of `MerkleTree`.

    Where the rule hashes a whole level at once, no level is kept or cut into nodes.
    """
    if not leaves or rule.hash_level is None or rule.sorts_pairs:
        return MerkleTree(leaves, rule).root
    level = b"".join(map(rule.hash_leaf, leaves))
    while len(level) > DIGEST_SIZE:
        odd = level[-DIGEST_SIZE:] if len(level) % (2 * DIGEST_SIZE) else b""
        even = level + odd if rule.repeats_odd else level[: len(level) - len(odd)]
        level = rule.hash_level(even) + (b"" if rule.repeats_odd else odd)
    return Hash32(level)


def is_mutated(hashes: Sequence[bytes]) -> bool:
    """Return whether a list of transaction hashes repeats itself as CVE-2012-2459 does.

    Two hashes that are paired on some level are equal, and neither was added to it.
    """
    level = tuple(map(_require_hash, hashes))
    while len(level) > 1:
        if any(level[i] == level[i + 1] for i in range(0, len(level) - 1, 2)):
            return True
        level = BITCOIN.level_above(level)
    return False
