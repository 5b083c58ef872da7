"""The rules of a block say which ones a chain may take, whatever is in them.

They are asked in the order of `BLOCK_RULES`. What is cheap to check and dear to fake
comes first: who sends rubbish pays for the work before anyone executes anything.

References
----------
.. [1] Bitcoin Core, ``validation.cpp``: ContextualCheckBlockHeader, CheckBlock.
.. [2] Ethereum Yellow Paper, section 4.4.3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from minichain.chain.config import Config
from minichain.chain.execution import compute_base_fee
from minichain.chain.seal import Headers, Seal
from minichain.errors import InvalidBlock
from minichain.ledger.block import MAX_BLOCK_SIZE, Block, BlockTooLarge
from minichain.ledger.transaction_errors import Unsigned
from minichain.units import Timestamp

NO_PARENT = "the parent is not known"
"""Why most rules cannot be asked of an orphan."""

MEDIAN_SPAN = 11
"""Blocks whose median time a new block must be later than."""

MAX_AHEAD = 2 * 60 * 60
"""Seconds that a block may be ahead of the clock of whoever checks it."""


class Mismatch(InvalidBlock):
    """A field of a block that is not what the rules make it.

    Attributes
    ----------
    found, required : int or bytes
        The field, and what it must be.
    """

    words: ClassVar[str]

    def __init__(self, found: int | bytes, required: int | bytes) -> None:
        numbers = (n.hex() if isinstance(n, bytes) else n for n in (found, required))
        super().__init__(self.words.format(*numbers))
        self.found, self.required = found, required


class WrongBits(Mismatch):
    """A header with another target than its chain's."""

    rule, words = "bits", "bits {:#010x}, required {:#010x}"


class WrongNumber(Mismatch):
    """A block that does not count one more than its parent."""

    rule, words = "number", "number {}, required {}"


class WrongMerkleRoot(Mismatch):
    """A header over other contents than the block's."""

    rule, words = "merkle-root", "Merkle root {}, required {}"


class WrongGasLimit(Mismatch):
    """A block with another gas limit than the chain's."""

    rule, words = "block-gas-limit", "gas limit {}, required {}"


class WrongBaseFee(Mismatch):
    """A block with another base fee than its parent's use of gas makes."""

    rule, words = "base-fee", "base fee {}, required {}"


class WrongGasUsed(Mismatch):
    """A block whose transactions use another amount of gas."""

    rule, words = "gas-used", "gas used {}, required {}"


class WrongReceiptsRoot(Mismatch):
    """A block whose transactions come to something else."""

    rule, words = "receipts-root", "receipts root {}, required {}"


class WrongStateRoot(Mismatch):
    """A block after which the ledger is another."""

    rule, words = "state-root", "state root {}, required {}"


class UnknownParent(InvalidBlock):
    """A block on top of none that is known: an orphan, or the child of a forgery.

    Attributes
    ----------
    parent_hash : bytes
        The parent it names.
    """

    rule = "parent"

    def __init__(self, parent_hash: bytes) -> None:
        super().__init__(f"parent {parent_hash[::-1].hex()} is not known")
        self.parent_hash = parent_hash


class TimeTooEarly(InvalidBlock):
    """A block not later than the median of those before it.

    Attributes
    ----------
    time, median : int
        Its time and the median, in seconds.
    """

    rule = "time"

    def __init__(self, time: int, median: int) -> None:
        super().__init__(f"time {time}, required later than the median, {median}")
        self.time, self.median = time, median


class TimeTooLate(InvalidBlock):
    """A block from the future.

    Attributes
    ----------
    time, now : int
        Its time and the clock's, in seconds.
    """

    rule = "clock"

    def __init__(self, time: int, now: int) -> None:
        super().__init__(f"time {time}, required at most {now} + {MAX_AHEAD}")
        self.time, self.now = time, now


class NotAsked(Exception):
    """A rule that cannot be asked, which is no verdict on the block."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A block, and what the chain it came to knows.

    Attributes
    ----------
    block : Block
        The block.
    ancestor : Block or None
        Its parent; None if the chain does not know it.
    headers : callable
        From a count to that many headers back from the parent.
    config, seal : Config, Seal
        The chain's rules.
    now : Timestamp or None
        The clock of whoever asks; None if there is none.
    """

    block: Block
    ancestor: Block | None
    headers: Headers
    config: Config
    seal: Seal
    now: Timestamp | None = None

    @property
    def parent(self) -> Block:
        """The block's parent; raises `NotAsked` if it is not known."""
        if self.ancestor is None:
            raise NotAsked(NO_PARENT)
        return self.ancestor


def check_form(arrival: Arrival) -> str:
    """Check what decoding the block's bytes would have refused."""
    for transaction in arrival.block.transactions:
        transaction.check()
        if transaction.signature is None:
            raise Unsigned("a transaction is not signed")
        transaction.signature.check()
    size = len(arrival.block.encode())
    if size > MAX_BLOCK_SIZE:
        raise BlockTooLarge(size)
    return f"{size} bytes, at most {MAX_BLOCK_SIZE}"


def check_parent(arrival: Arrival) -> str:
    """Check that the block stands on one that is known."""
    if arrival.ancestor is None:
        raise UnknownParent(arrival.block.header.parent_hash)
    return f"parent {arrival.ancestor.header.id} is block {arrival.ancestor.number}"


def check_bits(arrival: Arrival) -> str:
    """Check that the header's target is the chain's at this place."""
    number, bits = arrival.parent.number + 1, arrival.block.header.bits
    required = arrival.seal.compute_bits(number, arrival.headers)
    if bits != required:
        raise WrongBits(bits, required)
    return f"bits {bits:#010x}"


def check_seal(arrival: Arrival) -> str:
    """Check that the block is sealed: with work, or with votes, as the chain wants."""
    return arrival.seal.check(arrival.block.header, arrival.block.votes)


def check_time(arrival: Arrival) -> str:
    """Check that the block is later than the median of the blocks before it.

    A miner's clock may be wrong, but not by more than the others let it.
    """
    time = arrival.block.header.time
    median = compute_median_time(arrival.parent, arrival.headers)
    if time <= median:
        raise TimeTooEarly(time, median)
    return f"time {time} is later than the median, {median}"


def check_clock(arrival: Arrival) -> str:
    """Check that the block is not from the future."""
    time = arrival.block.header.time
    if arrival.now is None:
        raise NotAsked("no clock was given")
    if time > arrival.now + MAX_AHEAD:
        raise TimeTooLate(time, arrival.now)
    return f"time {time} is at most {arrival.now} + {MAX_AHEAD}"


def check_number(arrival: Arrival) -> str:
    """Check that the block counts one more than its parent."""
    number, required = arrival.block.number, arrival.parent.number + 1
    if number != required:
        raise WrongNumber(number, required)
    return f"number {number} follows {arrival.parent.number}"


def check_merkle_root(arrival: Arrival) -> str:
    """Check that the header is over the commitment and the transactions."""
    found, required = arrival.block.header.merkle_root, arrival.block.tree.root
    if found != required:
        raise WrongMerkleRoot(found, required)
    return f"Merkle root {found.hex()} over {arrival.block.tree.count} leaves"


def check_block_gas_limit(arrival: Arrival) -> str:
    """Check that the gas limit is the chain's."""
    limit = arrival.block.commitment.gas_limit
    if limit != arrival.config.gas_limit:
        raise WrongGasLimit(limit, arrival.config.gas_limit)
    return f"gas limit {limit}"


def check_block_base_fee(arrival: Arrival) -> str:
    """Check that the base fee follows from the parent's use of gas."""
    fee = arrival.block.commitment.base_fee_per_gas
    required = compute_base_fee(arrival.parent.commitment)
    if fee != required:
        raise WrongBaseFee(fee, required)
    return f"base fee {fee} wei a gas"


BLOCK_RULES: dict[str, tuple[str, Callable[[Arrival], str]]] = {
    "encoding": ("block", check_form),
    "parent": ("header", check_parent),
    "bits": ("header", check_bits),
    "proof-of-work": ("header", check_seal),
    "time": ("header", check_time),
    "clock": ("header", check_clock),
    "number": ("commitment", check_number),
    "merkle-root": ("header", check_merkle_root),
    "block-gas-limit": ("commitment", check_block_gas_limit),
    "base-fee": ("commitment", check_block_base_fee),
}
"""What a block must keep before its transactions are looked at, in order: the part
of the block asked, and the question."""


def compute_median_time(parent: Block, headers: Headers) -> Timestamp:
    """Return the median time of the last blocks, the later middle of an even count."""
    times = sorted(header.time for header in headers(MEDIAN_SPAN))
    return times[len(times) // 2]
