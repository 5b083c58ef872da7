"""A committee seals blocks by votes: two thirds of its stake sign the same header.

The stake is what the genesis allotted, locked for good. Each block has a committee of
its own, drawn by the hash of its parent. Who votes for two blocks on one parent can be
shown to have done so by anyone. What this model leaves out, rewards, penalties and
finality among it, is in `minichain.consensus.pos`.

References
----------
.. [1] Castro and Liskov, "Practical Byzantine Fault Tolerance", 1999: two thirds.
.. [2] Ethereum consensus specifications, phase 0: committees.
"""

from collections.abc import Iterable
from dataclasses import replace

from minichain.chain.config import Config
from minichain.chain.seal import Headers, UnneededVotes, UnneededWork, Votes
from minichain.consensus.committee import shuffle
from minichain.consensus.finality import is_supermajority
from minichain.crypto.hashing import keccak256, sha256
from minichain.crypto.keys import Key, recover
from minichain.crypto.signature import Signature
from minichain.errors import InvalidHeader
from minichain.ledger.block import Block
from minichain.ledger.header import Header
from minichain.units import Address, Hash32, Wei

SIZE = 128
"""Most members of a committee, as Ethereum's have at least."""

DOMAIN = b"minichain vote"
"""What a vote signs before the header's hash, so that it is no other signature."""

NO_PARENT = bytes(32)
"""What a genesis names as its parent."""


class NotInCommittee(InvalidHeader):
    """A vote by somebody whose turn it is not.

    Attributes
    ----------
    voter : Address
        Who signed.
    """

    rule = "committee"

    def __init__(self, voter: Address) -> None:
        super().__init__(f"0x{voter.hex()} votes and is not in the committee")
        self.voter = voter


class VotedTwice(InvalidHeader):
    """Two votes of one member for one header, of which one would count for two."""

    rule = "committee"

    def __init__(self, voter: Address) -> None:
        super().__init__(f"0x{voter.hex()} votes twice")
        self.voter = voter


class TooFewVotes(InvalidHeader):
    """A header for which less than two thirds of the stake voted.

    Attributes
    ----------
    found, total : int
        The stake that voted, and the committee's, in wei.
    """

    rule = "votes"

    def __init__(self, found: int, total: int) -> None:
        super().__init__(f"{found} of {total} wei of stake voted, required two thirds")
        self.found, self.total = found, total


class Committee:
    """Blocks are sealed by the votes of those who have a stake.

    Parameters
    ----------
    config : Config
        The chain's rules: whom the genesis allotted what.
    """

    def __init__(self, config: Config) -> None:
        self._config = config

    def compute_bits(self, number: int, headers: Headers) -> int:
        """Return the configuration's bits, which mean nothing here."""
        return self._config.bits

    def compute_weight(self, header: Header) -> int:
        """Return 1: the longest branch is the head's."""
        return 1

    def search(self, header: Header, start: int, count: int) -> Header | None:
        """Return the header with nonce zero: votes are all it needs."""
        return replace(header, nonce=0)

    def draw(self, parent_hash: bytes) -> dict[Address, Wei]:
        """Return the stakes of the committee that votes on the block after a parent."""
        stakes = self._config.allocation
        return dict(shuffle(stakes, sha256(parent_hash))[:SIZE])

    def vote(self, header: Header, keys: Iterable[Key]) -> Votes:
        """Return the votes of keys for a header, of those in the committee."""
        members, digest = self.draw(header.parent_hash), compute_digest(header)
        voters = (key for key in keys if key.address in members)
        return tuple(key.sign(digest).encode() for key in voters)

    def check(self, header: Header, votes: Votes = ()) -> str:
        """Return how much of the stake voted, two thirds or more.

        Nobody votes on a genesis: all agree on it before.

        Raises
        ------
        UnneededWork, UnneededVotes
            The nonce is not zero; somebody votes on a genesis.
        NotInCommittee, VotedTwice
            A vote does not count.
        TooFewVotes
            They are less than two thirds of the stake.
        InvalidEncoding, InvalidSignature
            A vote is no signature.
        """
        if header.nonce != 0:
            raise UnneededWork(header.nonce)
        if header.parent_hash == NO_PARENT:
            if votes:
                raise UnneededVotes(len(votes))
            return "a genesis needs no votes"
        members = self.draw(header.parent_hash)
        voters: set[Address] = set()
        for voter in read_voters(header, votes):
            if voter not in members:
                raise NotInCommittee(voter)
            if voter in voters:
                raise VotedTwice(voter)
            voters.add(voter)
        found, total = sum(members[v] for v in voters), sum(members.values())
        if not is_supermajority(found, total):
            raise TooFewVotes(found, total)
        return f"{found} of {total} wei of stake voted"


def compute_digest(header: Header) -> Hash32:
    """Return what a vote for a header signs."""
    return keccak256(DOMAIN + header.hash)


def read_voters(header: Header, votes: Iterable[bytes]) -> tuple[Address, ...]:
    """Return who signed the votes for a header, in their order.

    Raises
    ------
    InvalidEncoding, InvalidSignature
        One of them is no signature.
    """
    digest = compute_digest(header)
    return tuple(recover(digest, Signature.decode(vote)).address for vote in votes)


def find_double_voters(first: Block, second: Block) -> tuple[Address, ...]:
    """Return who voted for both of two blocks, which nobody may on one parent.

    Where both are sealed, they have a third of the stake or more.
    """
    if first.header.parent_hash != second.header.parent_hash or first == second:
        return ()
    voters = set(read_voters(first.header, first.votes))
    voters &= set(read_voters(second.header, second.votes))
    return tuple(sorted(voters))
