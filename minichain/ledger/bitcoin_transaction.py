"""A Bitcoin transaction spends outputs of earlier ones, whole, and makes new ones.

Its form is the one of 2009; since 2017 it may carry witnesses as well, which its hash
leaves out.

===========  =============================================================
 bytes       what
===========  =============================================================
 4           version, signed
 2           00 01, only where witnesses follow
 1 to 5      count of inputs, then each: outpoint (32 + 4), script, sequence (4)
 1 to 5      count of outputs, then each: value (8, signed), script
 any         where witnesses follow, for each input a list of byte strings
 4           lock time
===========  =============================================================

References
----------
.. [1] Bitcoin Core, ``primitives/transaction.h``. BIP 141, BIP 144, segregated witness.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from minichain.crypto.hashing import sha256d
from minichain.errors import InvalidEncoding
from minichain.ledger import bitcoin_errors as errors
from minichain.ledger.stream import Stream, write_number, write_size, write_text
from minichain.units import Hash32, Satoshi

WITNESS_SCALE = 4
"""Weight of a byte outside witnesses; a byte of a witness weighs 1."""

FINAL = 0xFFFFFFFF
"""The sequence of an input that makes no use of the lock time."""


@dataclass(frozen=True, slots=True)
class Outpoint:
    """The name of an output.

    Attributes
    ----------
    transaction : Hash32
        Hash of the transaction that makes it, as the hash function gave it.
    index : int
        Its place among that transaction's outputs, from 0.
    """

    transaction: Hash32
    index: int

    def __str__(self) -> str:
        return f"{self.transaction[::-1].hex()}:{self.index}"


NULL_OUTPOINT = Outpoint(Hash32(bytes(32)), 2**32 - 1)
"""What a coinbase spends: nothing."""


@dataclass(frozen=True, slots=True)
class Input:
    """What a transaction spends, and what gives it the right.

    Attributes
    ----------
    outpoint : Outpoint
        The output.
    script : bytes
        Usually a signature, and the key it belongs to.
    sequence : int
        `FINAL`, or a number that lets the lock time count.
    witness : tuple of bytes
        The same as ``script`` for newer outputs, outside the transaction's hash.
    """

    outpoint: Outpoint
    script: bytes = b""
    sequence: int = FINAL
    witness: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """Return the input's bytes, its witness left out."""
        if len(self.outpoint.transaction) != 32:
            raise InvalidEncoding("an outpoint's hash has 32 bytes")
        outpoint = self.outpoint.transaction + write_number(self.outpoint.index, 4)
        return outpoint + write_text(self.script) + write_number(self.sequence, 4)


@dataclass(frozen=True, slots=True)
class Output:
    """An amount, and what it takes to spend it.

    Attributes
    ----------
    value : Satoshi
        The amount.
    script : bytes
        The condition.
    """

    value: Satoshi
    script: bytes

    def encode(self) -> bytes:
        """Return the output's bytes."""
        return write_number(self.value, 8, signed=True) + write_text(self.script)


@dataclass(frozen=True)
class BitcoinTransaction:
    """A payment.

    Attributes
    ----------
    inputs : tuple of Input
        What it spends.
    outputs : tuple of Output
        What it makes; what the inputs are worth beyond it is the miner's fee.
    version : int
        Signed, 32 bits.
    lock_time : int
        Height or time before which no block may hold it, 0 for none.
    """

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    version: int = 1
    lock_time: int = 0

    def encode(self, *, witness: bool = True) -> bytes:
        """Return the transaction's bytes.

        Parameters
        ----------
        witness : bool
            Whether to write witnesses, if there are any.

        Raises
        ------
        InvalidEncoding
            A number does not fit its field.
        """
        inputs = b"".join(i.encode() for i in self.inputs)
        outputs = b"".join(o.encode() for o in self.outputs)
        body = write_size(len(self.inputs)) + inputs
        body += write_size(len(self.outputs)) + outputs
        if witness and self.has_witness:
            stacks = b"".join(_write_stack(i.witness) for i in self.inputs)
            body = b"\x00\x01" + body + stacks
        version = write_number(self.version, 4, signed=True)
        return version + body + write_number(self.lock_time, 4)

    @classmethod
    def decode(cls, data: bytes) -> "BitcoinTransaction":
        """Return the transaction that ``data`` is, whole.

        Raises
        ------
        InvalidEncoding
            The bytes end early, go on after the end, hold a size that is not in its
            shortest form, or promise witnesses that are not there.
        """
        stream = Stream(data)
        transaction = cls.read(stream)
        stream.finish()
        return transaction

    @classmethod
    def read(cls, stream: Stream) -> "BitcoinTransaction":
        """Return the next transaction of a stream; errors are those of `decode`."""
        version = stream.read_number(4, signed=True)
        count = stream.read_size()
        # No inputs is the mark of the witness form: a flag follows, then the inputs.
        flag = stream.read_number(1) if count == 0 else 0
        if count == 0 and flag != 1:
            raise errors.InvalidWitnessFlag(flag)
        count = stream.read_size() if flag else count
        inputs = [_read_input(stream) for _ in range(count)]
        outputs = tuple(_read_output(stream) for _ in range(stream.read_size()))
        if flag:
            stacks = [_read_stack(stream) for _ in inputs]
            if not any(stacks):
                raise errors.InvalidWitnessFlag(flag)
            pairs = zip(inputs, stacks, strict=True)
            inputs = [Input(i.outpoint, i.script, i.sequence, w) for i, w in pairs]
        return cls(tuple(inputs), outputs, version, stream.read_number(4))

    @property
    def has_witness(self) -> bool:
        """Whether an input carries a witness."""
        return any(i.witness for i in self.inputs)

    @property
    def is_coinbase(self) -> bool:
        """Whether the one input spends nothing: the miner's own transaction."""
        return len(self.inputs) == 1 and self.inputs[0].outpoint == NULL_OUTPOINT

    @cached_property
    def hash(self) -> Hash32:
        """Double SHA-256 of the bytes without witnesses: what outpoints name."""
        return sha256d(self.encode(witness=False))

    @cached_property
    def witness_hash(self) -> Hash32:
        """Double SHA-256 of all bytes."""
        return sha256d(self.encode())

    @property
    def id(self) -> str:
        """The hash as it is printed: hexadecimal, bytes reversed."""
        return self.hash[::-1].hex()

    @property
    def weight(self) -> int:
        """Four for each byte outside witnesses, one for each byte of them."""
        stripped = len(self.encode(witness=False))
        return (WITNESS_SCALE - 1) * stripped + len(self.encode())

    def outpoint(self, index: int) -> Outpoint:
        """Return the name of the output at ``index``."""
        return Outpoint(self.hash, index)


def _read_input(stream: Stream) -> Input:
    outpoint = Outpoint(Hash32(stream.read(32)), stream.read_number(4))
    return Input(outpoint, stream.read_text(), stream.read_number(4))


def _read_output(stream: Stream) -> Output:
    return Output(Satoshi(stream.read_number(8, signed=True)), stream.read_text())


def _read_stack(stream: Stream) -> tuple[bytes, ...]:
    return tuple(stream.read_text() for _ in range(stream.read_size()))


def _write_stack(items: Sequence[bytes]) -> bytes:
    return write_size(len(items)) + b"".join(write_text(item) for item in items)
