"""A block is a batch of transactions under one header that names the block before.

The header is Bitcoin's, 80 bytes, and it is all that proof of work seals. Its Merkle
root reaches everything else: the first leaf is the commitment, which says what the
ledger is after the block, and each further leaf is a transaction. So one hash of 80
bytes fixes every bit of the block and of all blocks before it.

References
----------
.. [1] Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008, section 7.
.. [2] Ethereum Yellow Paper, section 4.4: the fields of the commitment.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import rlp
from rlp.codec import consume_length_prefix
from rlp.exceptions import DecodingError

from minichain.crypto.merkle import RFC6962, MerkleProof, MerkleTree
from minichain.errors import InvalidEncoding
from minichain.ledger.fields import (
    MalformedField,
    read_bytes,
    read_list,
    read_number,
)
from minichain.ledger.header import Header
from minichain.ledger.state import NOTHING
from minichain.ledger.transaction import Transaction
from minichain.units import Address, BlockNumber, Gas, Hash32, Wei

MAX_BLOCK_SIZE = 2**23
"""Most bytes an encoded block may have: 8 MiB."""

MAX_EXTRA_SIZE = 32
"""Most bytes a miner may write into a block at will."""


VOTE_SIZE = 65
"""Bytes of a vote: a signature in its compact form."""


class BlockTooLarge(InvalidEncoding):
    """Bytes too many for any block.

    Attributes
    ----------
    size : int
        Bytes given.
    """

    rule = "size"

    def __init__(self, size: int) -> None:
        super().__init__(f"block of {size} bytes, at most {MAX_BLOCK_SIZE}")
        self.size = size


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a block says of itself and of the ledger it leaves behind.

    Attributes
    ----------
    number : BlockNumber
        Blocks between this one and the genesis, 64 bits.
    beneficiary : Address
        Who gets the reward and the tips.
    state_root : Hash32
        Root of the state after the block.
    receipts_root : Hash32
        Root of the receipts of its transactions.
    gas_limit : Gas
        Most gas its transactions may use together, 64 bits.
    gas_used : Gas
        Gas they used, 64 bits.
    base_fee_per_gas : Wei
        Wei burnt for each unit of gas.
    extra : bytes, at most 32
        Whatever the miner likes; in a genesis, the hash of the chain's rules.
    """

    number: BlockNumber
    beneficiary: Address
    state_root: Hash32
    receipts_root: Hash32
    gas_limit: Gas
    gas_used: Gas
    base_fee_per_gas: Wei = NOTHING
    extra: bytes = b""

    def encode(self) -> bytes:
        """Return the first leaf of the block's Merkle tree: an RLP list.

        Raises
        ------
        MalformedField
            A field does not fit its place.
        """
        for name, size in NUMBERS.items():
            number = getattr(self, name)
            if not 0 <= number < 256**size:
                raise MalformedField(f"{name} {number} is not of {size} bytes")
        for name, sizes in STRINGS.items():
            read_bytes(getattr(self, name), name, sizes)
        encoded: bytes = rlp.encode([getattr(self, name) for name in FIELDS])
        return encoded

    @classmethod
    def decode(cls, data: bytes) -> "Commitment":
        """Return the commitment whose encoding is ``data``.

        Raises
        ------
        MalformedField
            The bytes are not canonical RLP of eight fields of the right sizes.
        """
        items = read_list(data, len(FIELDS), "a commitment")
        fields: dict[str, Any] = {
            name: read_number(item, name, NUMBERS[name])
            if name in NUMBERS
            else read_bytes(item, name, STRINGS[name])
            for name, item in zip(FIELDS, items, strict=True)
        }
        return cls(**fields)


FIELDS = Commitment.__slots__
"""Names of a commitment's fields, in the order of the encoding."""

NUMBERS = {"number": 8, "gas_limit": 8, "gas_used": 8, "base_fee_per_gas": 32}
"""Most bytes of each field that is a number."""

STRINGS = {
    "beneficiary": (20,),
    "state_root": (32,),
    "receipts_root": (32,),
    "extra": range(MAX_EXTRA_SIZE + 1),
}
"""Bytes that each other field may have."""


@dataclass(frozen=True)
class Block:
    """A header, the commitment and the transactions that its Merkle root covers.

    The parts may disagree: whether they do is for the chain to find out. Votes for the
    header come with the block where stake seals it. They sign the header's hash, so
    they are not in it, and blocks that differ in their votes alone are the same block.
    """

    header: Header
    commitment: Commitment
    transactions: tuple[Transaction, ...] = ()
    votes: tuple[bytes, ...] = field(default=(), compare=False, repr=False)

    @property
    def hash(self) -> Hash32:
        """The header's hash, which names the block, 32 bytes."""
        return self.header.hash

    @property
    def number(self) -> BlockNumber:
        """The number that the block claims."""
        return self.commitment.number

    @cached_property
    def tree(self) -> MerkleTree:
        """The Merkle tree over the commitment and the transactions (RFC 6962)."""
        transactions = [transaction.encode() for transaction in self.transactions]
        return MerkleTree([self.commitment.encode(), *transactions], RFC6962)

    def prove(self, index: int) -> MerkleProof:
        """Return the proof that transaction ``index`` is in the block.

        Raises
        ------
        IndexError
            The block has no such transaction.
        """
        if not 0 <= index < len(self.transactions):
            count = len(self.transactions)
            raise IndexError(f"transaction {index} of a block of {count}")
        return self.tree.proof(index + 1)

    def prove_commitment(self) -> MerkleProof:
        """Return the proof that the commitment is the block's."""
        return self.tree.proof(0)

    def encode(self) -> bytes:
        """Return the block's bytes, as peers send and files keep it.

        An RLP list of three: the header, the commitment, the list of transactions,
        each item the bytes of its own encoding. Votes, if there are any, are a fourth.
        """
        transactions = [transaction.encode() for transaction in self.transactions]
        parts = [self.header.encode(), self.commitment.encode(), transactions]
        if self.votes:
            parts.append(list(self.votes))
        encoded: bytes = rlp.encode(parts)
        return encoded

    @classmethod
    def decode(cls, data: bytes) -> "Block":
        """Return the block whose encoding is ``data``.

        Raises
        ------
        BlockTooLarge
            There are more bytes than any block has.
        MalformedField
            The bytes are not canonical RLP of the three or four parts.
        InvalidEncoding, InvalidTransaction, InvalidSignature, InvalidHeader
            A part is refused by its own decoder.
        """
        if len(data) > MAX_BLOCK_SIZE:
            raise BlockTooLarge(len(data))
        data = bytes(data)
        # Item by item, so that the first bad one ends it: to read megabytes of
        # rubbish as one structure takes longer than to send them.
        at, end = _open(data, list, 0, len(data), "a block")
        _require(end == len(data), "bytes follow the block")
        start, at = _open(data, bytes, at, end, "header")
        header = Header.decode(data[start:at])
        start, at = _open(data, bytes, at, end, "commitment")
        commitment = Commitment.decode(data[start:at])
        at, last = _open(data, list, at, end, "the list of transactions")
        votes = tuple(_read_votes(data, last, end))
        transactions: list[Transaction] = []
        while at < last:
            name = f"transaction {len(transactions)}"
            start, at = _open(data, bytes, at, last, name)
            transactions.append(Transaction.decode(data[start:at]))
        return cls(header, commitment, tuple(transactions), votes)


def is_included(header: Header, proof: MerkleProof, transaction: Transaction) -> bool:
    """Return whether a proof leads from a transaction to an 80-byte header.

    This is all a light client needs: it keeps headers and no blocks. The commitment
    is leaf 0 of every block, so no transaction is proven there.
    """
    is_transaction = proof.index > 0 and proof.rule == RFC6962
    leaf = transaction.encode()
    return is_transaction and proof.verify(header.merkle_root, leaf)


def _read_votes(data: bytes, at: int, end: int) -> Iterator[bytes]:
    """Yield the votes behind the transactions; none where nothing follows them."""
    if at == end:
        return
    at, last = _open(data, list, at, end, "the list of votes")
    _require(last == end, "a block has 4 fields at most, found more")
    _require(at < end, "the list of votes is empty")
    while at < end:
        start, at = _open(data, bytes, at, end, "a vote")
        _require(at - start == VOTE_SIZE, f"a vote of {at - start} bytes")
        yield data[start:at]


def _open(data: bytes, kind: type, at: int, end: int, name: str) -> tuple[int, int]:
    """Return where the payload of the RLP item at ``at`` begins and ends."""
    try:
        _, found, size, start = consume_length_prefix(data, at)
    except (DecodingError, IndexError) as error:
        raise MalformedField(f"{name} is no canonical RLP: {error}") from error
    _require(found is kind, f"{name} is {'bytes' if kind is list else 'a list'}")
    _require(start + size <= end, f"{name} of {size} bytes is cut off")
    return start, start + size


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise MalformedField(reason)
