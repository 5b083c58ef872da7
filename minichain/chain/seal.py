"""A seal is what makes a block cost something, or say who may make it.

It stands in the header, so that it covers the whole block. Proof of work is one; a
chain on one machine can do with none; and a committee can vote, with a stake as its
pledge. A chain asks its seal which bits the next header must carry, whether a header
is sealed, how much the seal weighs, and to seal a header.

References
----------
.. [1] Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008, section 4.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from minichain.chain.config import Config
from minichain.consensus import pow as proof_of_work
from minichain.consensus.difficulty import retarget
from minichain.crypto.keys import Key
from minichain.errors import InvalidHeader
from minichain.ledger.header import Header, check_proof_of_work
from minichain.ledger.target import target_from_bits

Headers = Callable[[int], tuple[Header, ...]]
"""From a count to that many headers, the parent first, then its parent and so on;
fewer where the chain begins."""

Votes = tuple[bytes, ...]
"""Signatures over a header's hash, 65 bytes each."""


class UnneededWork(InvalidHeader):
    """A header with a nonce, on a chain where nobody searches for one.

    Attributes
    ----------
    nonce : int
        The nonce.
    """

    rule = "seal"

    def __init__(self, nonce: int) -> None:
        super().__init__(f"nonce {nonce}, required 0 on a chain without work")
        self.nonce = nonce


class UnneededVotes(InvalidHeader):
    """Votes for a header, on a chain where nobody votes.

    Attributes
    ----------
    count : int
        How many there are.
    """

    rule = "seal"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} votes, required none on a chain without a committee")
        self.count = count


class Seal(Protocol):
    """How blocks of a chain are sealed."""

    def compute_bits(self, number: int, headers: Headers) -> int:
        """Return the bits that the header of block ``number`` must carry."""

    def check(self, header: Header, votes: Votes = ()) -> str:
        """Return in words why a header is sealed; raise `InvalidHeader` if not."""

    def compute_weight(self, header: Header) -> int:
        """Return what a sealed header adds to its branch in the choice of a head."""

    def search(self, header: Header, start: int, count: int) -> Header | None:
        """Return the header sealed with one of ``count`` nonces, or None."""

    def vote(self, header: Header, keys: Iterable[Key]) -> Votes:
        """Return the votes of keys for a header, of those whose turn it is."""


class ProofOfWork:
    """A header's hash, read as a number, is at most the target that its bits name."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def compute_bits(self, number: int, headers: Headers) -> int:
        """Return the bits of block ``number``, Bitcoin's rule over the interval."""
        parent = headers(1)[0]
        interval = self._config.retarget_interval
        if interval == 0 or number % interval != 0:
            return parent.bits
        return retarget(
            headers(interval)[-1].time,
            parent.time,
            parent.bits,
            target_from_bits(self._config.bits),
            interval * self._config.spacing,
        )

    def check(self, header: Header, votes: Votes = ()) -> str:
        """Return hash and target, the hash being low enough.

        Raises
        ------
        InvalidBits
            The bits stand for no target.
        InsufficientWork
            The hash is above the target.
        UnneededVotes
            Somebody votes.
        """
        if votes:
            raise UnneededVotes(len(votes))
        check_proof_of_work(header)
        return f"hash {header.id} is at most the target {header.target:064x}"

    def compute_weight(self, header: Header) -> int:
        """Return how many hashes such a header takes on average."""
        return header.work

    def search(self, header: Header, start: int, count: int) -> Header | None:
        """Return the header with the first nonce from ``start`` that seals it."""
        nonce = proof_of_work.search(header.encode(), header.target, start, count)
        return None if nonce is None else replace(header, nonce=nonce)

    def vote(self, header: Header, keys: Iterable[Key]) -> Votes:
        """Return no votes: work is enough."""
        return ()


class OnDemand:
    """Any header is sealed: for a chain of one node, which trusts itself."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def compute_bits(self, number: int, headers: Headers) -> int:
        """Return the configuration's bits, which mean nothing here."""
        return self._config.bits

    def check(self, header: Header, votes: Votes = ()) -> str:
        """Return that no work is needed.

        Raises
        ------
        UnneededWork, UnneededVotes
            The nonce is not zero; somebody votes.
        """
        if votes:
            raise UnneededVotes(len(votes))
        if header.nonce != 0:
            raise UnneededWork(header.nonce)
        return "this chain needs no work"

    def compute_weight(self, header: Header) -> int:
        """Return 1: the longest branch is the head's."""
        return 1

    def search(self, header: Header, start: int, count: int) -> Header | None:
        """Return the header with nonce zero."""
        return replace(header, nonce=0)

    def vote(self, header: Header, keys: Iterable[Key]) -> Votes:
        """Return no votes: nobody has to be asked."""
        return ()


def _make_committee(config: Config) -> Seal:
    from minichain.chain.committee import Committee

    return Committee(config)


def make_seal(config: Config) -> Seal:
    """Return the seal that a configuration names."""
    return SEALS[config.seal](config)


SEALS: dict[str, Callable[[Config], Seal]] = {
    "proof-of-work": ProofOfWork,
    "on-demand": OnDemand,
    "committee": _make_committee,
}
"""Seals by the name that a configuration gives."""
