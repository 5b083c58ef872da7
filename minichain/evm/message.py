"""A message is one call of the machine, from outside or from another contract.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 8; EIP-4844, blobs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import rlp

from minichain.crypto.hashing import keccak256
from minichain.evm.log_record import NOTHING, Record
from minichain.ledger.gas import AccessList
from minichain.ledger.log import Log
from minichain.units import Address, BlockNumber, Gas, Hash32, Timestamp, Wei

NOBODY = Address(bytes(20))
"""The address of zeros, whose key nobody has."""

UNKNOWN = Hash32(bytes(32))
"""What BLOCKHASH gives for a block that is too far back, or not there yet."""

FIRST = BlockNumber(0)
"""The genesis block's number."""

EPOCH = Timestamp(0)
"""The first second that is counted."""

BLOCK_GAS = Gas(30_000_000)
"""The gas limit of a block, where nothing else is said."""

FREE = Wei(0)
"""No value, and no price."""

CHEAPEST_BLOB = Wei(1)
"""Wei for each unit of blob gas, at least."""

NO_GAS = Gas(0)
"""No gas."""


def _know_no_block(number: BlockNumber) -> Hash32:
    return UNKNOWN


@dataclass(frozen=True, slots=True)
class Environment:
    """The block that a message runs in, as far as contracts can tell.

    Attributes
    ----------
    chain_id : int
        The chain.
    number : BlockNumber
        The block's number.
    time : Timestamp
        Its time.
    beneficiary : Address
        Who gets the tips.
    gas_limit : Gas
        Gas that the block's transactions may use together.
    base_fee_per_gas : Wei
        Wei burnt for each unit of gas.
    prev_randao : int
        The block's random word.
    blob_base_fee : Wei
        Wei for each unit of blob gas.
    block_hash : callable
        From the number of one of the 256 blocks before to its hash.
    """

    chain_id: int = 1
    number: BlockNumber = FIRST
    time: Timestamp = EPOCH
    beneficiary: Address = NOBODY
    gas_limit: Gas = BLOCK_GAS
    base_fee_per_gas: Wei = FREE
    prev_randao: int = 0
    blob_base_fee: Wei = CHEAPEST_BLOB
    block_hash: Callable[[BlockNumber], Hash32] = _know_no_block


@dataclass(frozen=True, slots=True)
class Message:
    """What is called, by whom, with what.

    Attributes
    ----------
    sender : Address
        The caller.
    to : Address or None
        The contract; None runs ``data`` to create one.
    value : Wei
        What is paid. The sender has it.
    data : bytes
        The input, or the initialising code.
    gas : Gas
        Gas that it may use.
    gas_price : Wei
        What GASPRICE gives.
    access_list : AccessList
        What is warm from the beginning, beside sender, receiver and beneficiary.
    blob_hashes : tuple of Hash32
        What BLOBHASH gives.
    creates : Address or None
        Where a contract is created; None where the sender's nonce says.
    is_static : bool
        Whether any change is refused.
    """

    sender: Address
    to: Address | None
    value: Wei = FREE
    data: bytes = b""
    gas: Gas = BLOCK_GAS
    gas_price: Wei = FREE
    access_list: AccessList = ()
    blob_hashes: tuple[Hash32, ...] = ()
    creates: Address | None = None
    is_static: bool = False


def compute_created_address(sender: Address, nonce: int) -> Address:
    """Return where a transaction of ``sender`` with this nonce creates a contract."""
    return Address(keccak256(rlp.encode([sender, nonce]))[12:])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message came to.

    Attributes
    ----------
    success : bool
        Whether its changes stayed.
    output : bytes
        What it returned, the reason of a revert, or the code of a new contract.
    gas_left : Gas
        Gas that it did not use.
    record : Record
        What was logged, in the machine's form.
    refund : Gas
        Gas earned back by clearing storage, before any limit.
    error : str
        Name of the halt, such as ``"out-of-gas"``; ``"revert"``, or empty.
    created : Address or None
        The new contract.
    """

    success: bool
    output: bytes
    gas_left: Gas
    record: Record = NOTHING
    refund: Gas = NO_GAS
    error: str = ""
    created: Address | None = None

    @property
    def logs(self) -> tuple[Log, ...]:
        """What was logged, in order."""
        return self.record.read()


class Steps(Protocol):
    """An observer of every instruction."""

    def __call__(self, step: "Step", /) -> None:
        """See the machine before it runs one instruction."""


@dataclass(frozen=True, slots=True)
class Step:
    """The machine before one instruction.

    Attributes
    ----------
    depth : int
        Frames below this one, and 1.
    pc : int
        Place in the code.
    opcode : int
        The byte there.
    gas : Gas
        Gas that is left.
    stack : tuple of int
        The frame's words, the top one last.
    memory : bytes
        The frame's memory.
    address : Address
        The contract whose storage is used.
    refund : Gas
        Gas to be paid back so far.
    returned : bytes
        What the last call returned.
    split : tuple of Gas or None
        Where a call has begun since the step before: gas that the caller kept, and gas
        that was handed over, a stipend included. None where none has, or nothing ran.
    halt : str
        Where a call has halted since the step before: why. Empty where none has.
    """

    depth: int
    pc: int
    opcode: int
    gas: Gas
    stack: tuple[int, ...]
    memory: bytes
    address: Address
    refund: Gas
    returned: bytes
    split: tuple[Gas, Gas] | None = None
    halt: str = ""
