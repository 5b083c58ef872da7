"""A Bitcoin block is a header and the transactions its Merkle root commits to.

What is checked here needs no history. What a transaction may spend is the matter of
`minichain.ledger.utxo`, who may spend it that of `minichain.ledger.script`. One rule is
left out: the limit on signature operations.

References
----------
.. [1] Bitcoin Core, ``validation.cpp``: CheckBlock, ContextualCheckBlock,
   GetBlockSubsidy. BIP 34, BIP 66, BIP 65, block versions. BIP 141, witnesses.
.. [2] CVE-2012-2459, repeated transactions; CVE-2018-17144, repeated inputs.
"""

from dataclasses import dataclass
from functools import cached_property

from minichain.crypto.hashing import sha256d
from minichain.crypto.merkle import BITCOIN, is_mutated, merkle_root
from minichain.ledger import bitcoin_errors as errors
from minichain.ledger.bitcoin_rules import (
    MAX_MONEY,
    MAX_WEIGHT,
    check_amounts,
    check_final,
    check_transaction,
)
from minichain.ledger.bitcoin_transaction import (
    NULL_OUTPOINT,
    WITNESS_SCALE,
    BitcoinTransaction,
    Input,
    Outpoint,
    Output,
)
from minichain.ledger.header import HEADER_SIZE, Header, check_proof_of_work
from minichain.ledger.stream import Stream, write_size
from minichain.ledger.target import MAX_TARGET
from minichain.units import COIN, Hash32, Satoshi, Timestamp

__all__ = [
    "MAX_MONEY",
    "NULL_OUTPOINT",
    "BitcoinBlock",
    "BitcoinTransaction",
    "Input",
    "Outpoint",
    "Output",
    "check_amounts",
    "check_block",
    "check_transaction",
    "compute_subsidy",
    "total_supply",
]

FIRST_SUBSIDY = Satoshi(50 * COIN)
"""What a block may create before the first halving."""

HALVING = 210_000
"""Blocks between two halvings of the subsidy."""

HEIGHT_FROM = 227_931
"""First block whose coinbase has to begin with its height (BIP 34)."""

WITNESS_FROM = 481_824
"""First block that may carry witnesses (BIP 141)."""

VERSION_FROM = {HEIGHT_FROM: 2, 363_725: 3, 388_381: 4}
"""Lowest version of a block from a height on (BIP 34, 66, 65)."""

COMMITMENT_PREFIX = bytes.fromhex("6a24aa21a9ed")
"""How the coinbase output begins that commits to the witnesses; 32 bytes follow."""


@dataclass(frozen=True)
class BitcoinBlock:
    """A block.

    Attributes
    ----------
    header : Header
        Its 80 bytes of header.
    transactions : tuple of BitcoinTransaction
        The coinbase, then the payments.
    """

    header: Header
    transactions: tuple[BitcoinTransaction, ...]

    def encode(self, *, witness: bool = True) -> bytes:
        """Return header, count of transactions, and transactions."""
        body = b"".join(t.encode(witness=witness) for t in self.transactions)
        return self.header.encode() + write_size(len(self.transactions)) + body

    @classmethod
    def decode(cls, data: bytes) -> "BitcoinBlock":
        """Return the block that ``data`` is, whole; only its form is checked.

        Raises
        ------
        InvalidEncoding
            The bytes are no block; see `BitcoinTransaction.decode`.
        """
        stream = Stream(data)
        header = Header.decode(stream.read(HEADER_SIZE))
        count = stream.read_size()
        transactions = tuple(BitcoinTransaction.read(stream) for _ in range(count))
        stream.finish()
        return cls(header, transactions)

    @property
    def id(self) -> str:
        """The header's hash as it is printed."""
        return self.header.id

    @cached_property
    def merkle_root(self) -> Hash32:
        """Root of the tree over the transactions' hashes, of which there is one."""
        return merkle_root([t.hash for t in self.transactions], BITCOIN)

    @property
    def weight(self) -> int:
        """Four for each byte outside witnesses, one for each byte of them."""
        stripped = len(self.encode(witness=False))
        return (WITNESS_SCALE - 1) * stripped + len(self.encode())


def check_block(
    block: BitcoinBlock,
    height: int | None = None,
    easiest: int = MAX_TARGET,
    median_time: Timestamp | None = None,
) -> None:
    """Check everything that a block shows by itself.

    Parameters
    ----------
    block : BitcoinBlock
        The block.
    height : int, optional
        Its height, for the rules that began at one: version, height in the coinbase,
        lock times, witnesses.
    easiest : int
        The largest target allowed.
    median_time : Timestamp, optional
        Median time of the eleven blocks before, which lock times are held against;
        without it they are held against the block's own time, as until 2016.

    Raises
    ------
    InvalidHeader
        The target is too easy, or the hash above it.
    InvalidBlock
        The Merkle root is another, transactions repeat unseen, the block is too
        heavy, its coinbase is not one and first, does not begin with the height or
        does not commit to the witnesses, or the version is too old.
    InvalidTransaction
        A transaction breaks a rule of `check_transaction`, or is locked.
    """
    check_proof_of_work(block.header, easiest)
    if not block.transactions:
        raise errors.InvalidCoinbasePlace(())
    if block.merkle_root != block.header.merkle_root:
        raise errors.WrongMerkleRoot(block.merkle_root, block.header.merkle_root)
    # The root is right, but lists that repeat their end have the same one.
    if is_mutated([t.hash for t in block.transactions]):
        raise errors.MutatedTransactions(len(block.transactions))
    if block.weight > MAX_WEIGHT:
        raise errors.TooHeavy(block.weight, MAX_WEIGHT)
    check_transactions(block.transactions)
    _check_witnesses(block, height)
    if height is not None:
        time = block.header.time if median_time is None else median_time
        _check_in_place(block, height, time)


def check_transactions(transactions: tuple[BitcoinTransaction, ...]) -> None:
    """Check each transaction of a block, and that the first alone is a coinbase.

    Raises
    ------
    InvalidCoinbasePlace
        There is no coinbase, more than one, or it is not first.
    InvalidTransaction
        A transaction breaks a rule of `check_transaction`.
    """
    places = tuple(i for i, t in enumerate(transactions) if t.is_coinbase)
    if places != (0,):
        raise errors.InvalidCoinbasePlace(places)
    for transaction in transactions:
        check_transaction(transaction)


def compute_subsidy(height: int) -> Satoshi:
    """Return what the block at ``height`` may create, rounded down at each halving.

    Examples
    --------
    >>> [compute_subsidy(height) for height in (0, 209_999, 210_000, 840_000)]
    [5000000000, 5000000000, 2500000000, 312500000]
    """
    return Satoshi(FIRST_SUBSIDY >> min(height // HALVING, 64))


def total_supply(height: int | None = None) -> Satoshi:
    """Return all that the blocks up to ``height`` may create; without it, ever.

    The sum counts the first block, whose 50 bitcoin no one can spend.
    """
    last = 64 * HALVING if height is None else height
    total = 0
    for start in range(0, last + 1, HALVING):
        total += compute_subsidy(start) * min(HALVING, last + 1 - start)
    return Satoshi(total)


def encode_height(height: int) -> bytes:
    """Return how a coinbase script begins in the block at ``height``: a push of it."""
    if height <= 16:
        # Small numbers have operations of their own: OP_0, OP_1 to OP_16.
        return bytes([0x50 + height if height else 0])
    # A number in a script carries a sign, so its first bit must be free.
    digits = height.to_bytes(height.bit_length() // 8 + 1, "little")
    return bytes([len(digits)]) + digits


def witness_commitment(block: BitcoinBlock) -> Hash32:
    """Return what the coinbase must commit to for the block's witnesses.

    Raises
    ------
    InvalidBlock
        The coinbase carries no 32-byte witness of its own to hash in.
    """
    reserved = block.transactions[0].inputs[0].witness
    if len(reserved) != 1 or len(reserved[0]) != 32:
        raise errors.WrongWitnessCommitment(b"".join(reserved), bytes(32))
    # The coinbase commits to the rest and cannot commit to itself.
    leaves = [Hash32(bytes(32)), *(t.witness_hash for t in block.transactions[1:])]
    return sha256d(merkle_root(leaves, BITCOIN) + reserved[0])


def _check_witnesses(block: BitcoinBlock, height: int | None) -> None:
    coinbase = block.transactions[0]
    found = b""
    # Where several outputs look like a commitment, the last one counts.
    for output in coinbase.outputs:
        if output.script.startswith(COMMITMENT_PREFIX) and len(output.script) >= 38:
            found = output.script[6:38]
    active = height is None or height >= WITNESS_FROM
    if found and active:
        required = witness_commitment(block)
        if found != required:
            raise errors.WrongWitnessCommitment(found, required)
    elif any(t.has_witness for t in block.transactions):
        raise errors.WrongWitnessCommitment(b"", bytes(32))


def _check_in_place(block: BitcoinBlock, height: int, time: int) -> None:
    """Check the rules that began at some height."""
    required = max((v for h, v in VERSION_FROM.items() if height >= h), default=None)
    if required is not None and block.header.version < required:
        raise errors.ObsoleteVersion(block.header.version, required)
    script, beginning = block.transactions[0].inputs[0].script, encode_height(height)
    if height >= HEIGHT_FROM and not script.startswith(beginning):
        raise errors.WrongHeight(script[: len(beginning)], beginning)
    for transaction in block.transactions:
        check_final(transaction, height, time)
