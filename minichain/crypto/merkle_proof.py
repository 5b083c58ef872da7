"""A Merkle proof shows that a leaf is in a tree to one who knows the root alone.

References
----------
.. [1] RFC 6962, Certificate Transparency, section 2.1.1; RFC 9162, section 2.1.3.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from minichain.crypto.hashing import DIGEST_SIZE
from minichain.crypto.merkle_rule import RFC6962, MerkleRule
from minichain.errors import InvalidEncoding, InvalidProof
from minichain.units import Hash32

MAX_DEPTH = 64
"""Most siblings that a proof may have: a tree of 2**64 leaves."""

PLACE_SIZE = 16
"""Bytes of index and count, 8 each, at the front of an encoded proof."""


class PlaceOutsideTree(InvalidEncoding):
    """A proof of a leaf that the tree does not have.

    Attributes
    ----------
    index, count : int
        The leaf's place and the number of leaves.
    """

    rule = "proof-place"

    def __init__(self, index: int, count: int) -> None:
        super().__init__(f"leaf {index} of a tree of {count}")
        self.index, self.count = index, count


class WrongSiblingCount(InvalidEncoding):
    """A proof with more or fewer siblings than its place needs.

    Attributes
    ----------
    found, required : int
        How many there are, and how many there must be.
    """

    rule = "proof-siblings"

    def __init__(self, found: int, required: int, index: int, count: int) -> None:
        super().__init__(
            f"{found} siblings, required {required} for leaf {index} of {count}"
        )
        self.found, self.required = found, required


class WrongRoot(InvalidProof):
    """A proof that leads elsewhere.

    Attributes
    ----------
    found, required : bytes
        The root it leads to, and the one it should.
    """

    def __init__(self, found: bytes, required: bytes) -> None:
        super().__init__(f"leads to {found.hex()}, required {required.hex()}")
        self.found, self.required = found, required


class WrongCount(InvalidProof):
    """A proof in a tree of another size.

    Attributes
    ----------
    found, required : int
        The number of leaves that the proof states, and the known one.
    """

    rule = "merkle-count"

    def __init__(self, found: int, required: int) -> None:
        super().__init__(f"is of a tree of {found} leaves, required {required}")
        self.found, self.required = found, required


@dataclass(frozen=True)
class MerkleProof:
    """The siblings on a leaf's way to the root.

    What it proves depends on the rule, and on what its reader knows already:

    - `RFC6962`: the leaf is in the list. It is at ``index`` if the list has ``count``
      leaves, which the root does not say: take it from where the root comes from, and
      pass it to `verify`.
    - `BITCOIN`: the same, if the leaf is known to be one. A node inside the tree passes
      for a leaf of a shorter list, and the end of a list for its own repetition.
    - `SORTED_KECCAK`: the leaf is in the list, at a place that stays unknown.

    It never proves that a leaf is absent, or that it is there only once.

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
        PlaceOutsideTree, WrongSiblingCount, InvalidEncoding
            The place is not in the tree, the siblings are not as many as it needs, or
            one is not 32 bytes.
        WrongLeafSize
            The rule takes hashes, and the leaf is none.
        """
        sides = self._sides()
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
        return Hash32(node)

    def check(self, root: bytes, leaf: bytes, count: int | None = None) -> None:
        """Check that the proof leads from ``leaf`` to ``root``.

        Parameters
        ----------
        root : bytes, 32
            The trusted root.
        leaf : bytes
            What is to be in the tree, not hashed yet.
        count : int or None
            How many leaves the tree has, where that is known.

        Raises
        ------
        WrongRoot, WrongCount
            It leads to another root, or is of a tree of another size.
        InvalidEncoding
            It is malformed, as for `steps`.
        """
        if count is not None and count != self.count:
            raise WrongCount(self.count, count)
        found = self.root_from(leaf)
        if found != root:
            raise WrongRoot(found, root)

    def verify(self, root: bytes, leaf: bytes, count: int | None = None) -> bool:
        """Return whether `check`, with the same parameters, finds nothing wrong."""
        try:
            self.check(root, leaf, count)
        except (InvalidProof, InvalidEncoding):
            return False
        return True

    def encode(self) -> bytes:
        """Return index and count, 8 bytes each, then the siblings.

        Raises
        ------
        InvalidEncoding
            The proof is malformed, as for `steps`.
        """
        self._sides()
        place = self.index.to_bytes(8, "big") + self.count.to_bytes(8, "big")
        return place + b"".join(self.siblings)

    @classmethod
    def decode(cls, data: bytes, rule: MerkleRule = RFC6962) -> "MerkleProof":
        """Return the proof whose encoding is ``data``.

        Raises
        ------
        InvalidEncoding
            The length is that of no proof.
        PlaceOutsideTree, WrongSiblingCount
            The place is not in the tree, or needs more or fewer siblings.
        """
        size, rest = divmod(len(data) - PLACE_SIZE, DIGEST_SIZE)
        if rest or not 0 <= size <= MAX_DEPTH:
            raise InvalidEncoding(
                f"{len(data)} bytes, required {PLACE_SIZE} and {DIGEST_SIZE} for each "
                f"of at most {MAX_DEPTH} siblings"
            )
        starts = range(PLACE_SIZE, len(data), DIGEST_SIZE)
        siblings = [Hash32(data[i : i + DIGEST_SIZE]) for i in starts]
        index = int.from_bytes(data[: PLACE_SIZE // 2], "big")
        count = int.from_bytes(data[PLACE_SIZE // 2 : PLACE_SIZE], "big")
        proof = cls(index, count, tuple(siblings), rule)
        proof._sides()
        return proof

    def _sides(self) -> list[bool]:
        """Return each sibling's side, if the proof has its form."""
        if not 0 <= self.index < self.count <= 2**MAX_DEPTH:
            raise PlaceOutsideTree(self.index, self.count)
        sides = self.rule.sides(self.index, self.count)
        found = len(self.siblings)
        if found != len(sides):
            raise WrongSiblingCount(found, len(sides), self.index, self.count)
        for sibling in self.siblings:
            if len(sibling) != DIGEST_SIZE:
                raise InvalidEncoding(
                    f"sibling of {len(sibling)} bytes, required {DIGEST_SIZE}"
                )
        return sides
