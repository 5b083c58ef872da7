"""A message asks the machine to call a contract or to create one.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, sections 8 and 9.3.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from minichain.units import Address, BlockNumber, Gas, Hash32, Timestamp, Wei

NOBODY = Address(bytes(20))
"""The address of zeros."""

NO_HASH = Hash32(bytes(32))
"""What BLOCKHASH finds for a block out of its reach."""


FREE = Wei(0)
"""No wei at all."""

NO_GAS = Gas(0)
"""No gas at all."""

MUCH_GAS = Gas(30_000_000)
"""Gas of a whole block, and of a message that names none."""

GENESIS = BlockNumber(0)
"""The first block's number."""

EPOCH = Timestamp(0)
"""The time that times are counted from."""

ONE_WEI = Wei(1)
"""The lowest price of blob gas."""


def no_block_hash(number: int) -> Hash32:
    """Answer for every block that its hash is not known."""
    return NO_HASH


@dataclass(frozen=True, slots=True)
class Environment:
    """The block around a message, as contracts can see it.

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
    base_fee_per_gas : Wei
        Wei burnt for each unit of gas.
    gas_limit : Gas
        Gas that the block's transactions may use together.
    randomness : Hash32
        What PREVRANDAO answers.
    blob_base_fee : Wei
        Wei for each unit of blob gas.
    block_hash : callable
        Maps a block's number to its hash; asked only for the last 256 blocks.
    """

    chain_id: int = 1
    number: BlockNumber = GENESIS
    time: Timestamp = EPOCH
    beneficiary: Address = NOBODY
    base_fee_per_gas: Wei = FREE
    gas_limit: Gas = MUCH_GAS
    randomness: Hash32 = NO_HASH
    blob_base_fee: Wei = ONE_WEI
    block_hash: Callable[[int], Hash32] = field(default=no_block_hash)


@dataclass(frozen=True, slots=True)
class Message:
    """One call from outside.

    Attributes
    ----------
    sender : Address
        Who calls. As the origin it stays the same in all calls inside.
    to : Address or None
        Whose code runs; None creates a contract from ``data``.
    value : Wei
        What is paid with the call.
    data : bytes
        The call's input, or the new contract's initialising code.
    gas : Gas
        Gas that the message may use.
    gas_price : Wei
        What GASPRICE answers.
    blob_hashes : tuple of Hash32
        What BLOBHASH answers.
    access_list : tuple
        Addresses and slots that are warm from the start.
    is_static : bool
        Whether nothing may be changed.
    """

    sender: Address
    to: Address | None
    value: Wei = FREE
    data: bytes = b""
    gas: Gas = MUCH_GAS
    gas_price: Wei = FREE
    blob_hashes: tuple[Hash32, ...] = ()
    access_list: tuple[tuple[Address, tuple[Hash32, ...]], ...] = ()
    is_static: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """What a contract announced.

    Attributes
    ----------
    address : Address
        The contract.
    topics : tuple of Hash32
        At most four words to search by; for an event the first names its kind.
    data : bytes
        The rest.
    """

    address: Address
    topics: tuple[Hash32, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message came to.

    Attributes
    ----------
    succeeded : bool
        Whether its effects stayed.
    output : bytes
        What was returned: data, a revert's reason, or a new contract's code.
    gas_left : Gas
        Gas not used, before any refund.
    refund : Gas
        Gas that clearing storage earned. A transaction gets back no more of it than a
        fifth of what it used.
    logs : tuple of Log
        The announcements, in order.
    error : str or None
        The halt's name: "revert", "out-of-gas", "invalid-jump" and so on.
    created : Address or None
        The new contract's address.
    gas_used : Gas
        Gas that a transaction pays for, its refund taken off; for a bare message the
        gas it used.
    """

    succeeded: bool
    output: bytes
    gas_left: Gas
    refund: Gas = NO_GAS
    logs: tuple[Log, ...] = ()
    error: str | None = None
    created: Address | None = None
    gas_used: Gas = NO_GAS
