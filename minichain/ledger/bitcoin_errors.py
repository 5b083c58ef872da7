"""A violation is a rule of Bitcoin's that a transaction or a block breaks.

References
----------
.. [1] Bitcoin Core, ``consensus/tx_check.cpp``, ``consensus/tx_verify.cpp`` and
   ``validation.cpp``: CheckTransaction, CheckTxInputs, CheckBlock, ConnectBlock.
"""

from dataclasses import dataclass
from typing import ClassVar

from minichain.errors import InvalidBlock, InvalidEncoding, InvalidTransaction


@dataclass(eq=False)
class InvalidWitnessFlag(InvalidEncoding):
    """A transaction whose marker promises what is not there.

    A ``flag`` other than 1 means nothing known; with flag 1 some input has a witness.
    """

    rule: ClassVar[str] = "witness-flag"
    flag: int

    def __str__(self) -> str:
        if self.flag == 1:
            return "no input has a witness, so the witness form is not the shortest"
        return f"flag {self.flag} after an empty list of inputs, required 1"


@dataclass(eq=False)
class Empty(InvalidTransaction):
    """A transaction without inputs, or without outputs."""

    rule: ClassVar[str] = "empty"
    inputs: int
    outputs: int

    def __str__(self) -> str:
        return f"{self.inputs} inputs and {self.outputs} outputs, required 1 of each"


@dataclass(eq=False)
class TooLarge(InvalidTransaction):
    """A transaction that alone is heavier than a block may be."""

    rule: ClassVar[str] = "transaction-size"
    weight: int
    limit: int

    def __str__(self) -> str:
        return f"weight {self.weight} without witnesses, at most {self.limit}"


@dataclass(eq=False)
class InvalidAmount(InvalidTransaction):
    """An output, or a sum of them, that is negative or more than there can be."""

    rule: ClassVar[str] = "amount"
    value: int
    limit: int

    def __str__(self) -> str:
        return f"{self.value} satoshi are not between 0 and {self.limit}"


@dataclass(eq=False)
class DuplicateInput(InvalidTransaction):
    """A transaction that spends one output twice (CVE-2018-17144)."""

    rule: ClassVar[str] = "duplicate-input"
    outpoint: object

    def __str__(self) -> str:
        return f"output {self.outpoint} is spent twice in one transaction"


@dataclass(eq=False)
class InvalidCoinbaseScript(InvalidTransaction):
    """A coinbase whose script has not between 2 and 100 bytes."""

    rule: ClassVar[str] = "coinbase-script"
    size: int

    def __str__(self) -> str:
        return f"coinbase script of {self.size} bytes, required 2 to 100"


@dataclass(eq=False)
class NullInput(InvalidTransaction):
    """A transaction that spends nothing, though it is no coinbase."""

    rule: ClassVar[str] = "null-input"
    index: int

    def __str__(self) -> str:
        return f"input {self.index} spends nothing, as only a coinbase may"


@dataclass(eq=False)
class NotFinal(InvalidTransaction):
    """A transaction that is locked until a later block or time."""

    rule: ClassVar[str] = "lock-time"
    lock_time: int
    now: int

    def __str__(self) -> str:
        return f"locked until {self.lock_time}, it is {self.now}"


@dataclass(eq=False)
class MissingOutput(InvalidTransaction):
    """An input whose output is not there: never made, or spent in an earlier block."""

    rule: ClassVar[str] = "missing-output"
    outpoint: object

    def __str__(self) -> str:
        return f"output {self.outpoint} is not unspent"


@dataclass(eq=False)
class DoubleSpend(InvalidTransaction):
    """An input whose output was spent before, in the same block."""

    rule: ClassVar[str] = "double-spend"
    outpoint: object
    first: str

    def __str__(self) -> str:
        return f"output {self.outpoint} is spent already by transaction {self.first}"


@dataclass(eq=False)
class ImmatureCoinbase(InvalidTransaction):
    """A coinbase spent too soon: its block could still be replaced."""

    rule: ClassVar[str] = "maturity"
    made: int
    spent: int
    required: int

    def __str__(self) -> str:
        return (
            f"coinbase of block {self.made} spent in block {self.spent}, "
            f"{self.spent - self.made} blocks later, required {self.required}"
        )


@dataclass(eq=False)
class Overspent(InvalidTransaction):
    """A transaction that pays out more than it takes in."""

    rule: ClassVar[str] = "balance"
    spent: int
    paid: int

    def __str__(self) -> str:
        return f"inputs of {self.spent} satoshi, required {self.paid}"


@dataclass(eq=False)
class DuplicateTransaction(InvalidTransaction):
    """A transaction with the hash of an earlier one that is not all spent (BIP 30)."""

    rule: ClassVar[str] = "duplicate-transaction"
    outpoint: object

    def __str__(self) -> str:
        return f"output {self.outpoint} exists already and is unspent"


@dataclass(eq=False)
class WrongMerkleRoot(InvalidBlock):
    """A block whose header names another list of transactions."""

    rule: ClassVar[str] = "merkle-root"
    found: bytes
    required: bytes

    def __str__(self) -> str:
        return (
            f"the transactions' root is {self.found[::-1].hex()}, "
            f"the header names {self.required[::-1].hex()}"
        )


@dataclass(eq=False)
class MutatedTransactions(InvalidBlock):
    """A block that repeats transactions without changing the root (CVE-2012-2459)."""

    rule: ClassVar[str] = "mutated"
    count: int

    def __str__(self) -> str:
        return f"{self.count} transactions, some a repetition the root does not show"


@dataclass(eq=False)
class TooHeavy(InvalidBlock):
    """A block above the limit of weight: three times its old form plus its whole."""

    rule: ClassVar[str] = "weight"
    weight: int
    limit: int

    def __str__(self) -> str:
        return f"weight {self.weight}, at most {self.limit}"


@dataclass(eq=False)
class InvalidCoinbasePlace(InvalidBlock):
    """A block whose coinbases are not exactly one, in the first place."""

    rule: ClassVar[str] = "coinbase"
    places: tuple[int, ...]

    def __str__(self) -> str:
        return f"coinbases at places {list(self.places)}, required [0]"


@dataclass(eq=False)
class ExcessiveCoinbase(InvalidBlock):
    """A coinbase that takes more than the subsidy and the fees."""

    rule: ClassVar[str] = "coinbase-value"
    value: int
    subsidy: int
    fees: int

    def __str__(self) -> str:
        return (
            f"coinbase of {self.value} satoshi, at most {self.subsidy + self.fees}: "
            f"subsidy {self.subsidy} and fees {self.fees}"
        )


@dataclass(eq=False)
class WrongHeight(InvalidBlock):
    """A coinbase script that does not begin with the block's height (BIP 34)."""

    rule: ClassVar[str] = "coinbase-height"
    found: bytes
    required: bytes

    def __str__(self) -> str:
        return f"coinbase begins {self.found.hex()}, required {self.required.hex()}"


@dataclass(eq=False)
class ObsoleteVersion(InvalidBlock):
    """A block of a version that its height no longer allows."""

    rule: ClassVar[str] = "version"
    version: int
    required: int

    def __str__(self) -> str:
        return f"version {self.version}, required {self.required} or more"


@dataclass(eq=False)
class WrongWitnessCommitment(InvalidBlock):
    """A coinbase that does not commit to the block's witnesses (BIP 141)."""

    rule: ClassVar[str] = "witness-commitment"
    found: bytes
    required: bytes

    def __str__(self) -> str:
        found = self.found.hex() or "missing"
        return f"witness commitment {found}, required {self.required.hex()}"
