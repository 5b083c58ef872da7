"""Validity is what can be judged of a transaction by looking at it alone.

Whether its sender can pay, and whose turn it is, only a state can tell.

References
----------
.. [1] Ethereum Yellow Paper, section 6.2; EIP-1559, the tip; EIP-2681, the nonce's
   limit; EIP-3860, the limit of initialising code.
"""

from typing import Protocol

from minichain.ledger.gas import MAX_INITCODE_SIZE
from minichain.ledger.transaction import DYNAMIC_FEE, LEGACY, Transaction
from minichain.ledger.transaction_errors import (
    CostOverflow,
    FieldNotInType,
    FieldOutOfRange,
    GasTooLow,
    InitcodeTooLong,
    InvalidField,
    TipAboveFee,
    WrongFieldSize,
)
from minichain.units import Address, Gas, Wei

MAX_NONCE = 2**64 - 2
"""Largest nonce a transaction may carry: one more would not fit its account."""

MAX_WORD = 2**256 - 1
"""Largest number of the machine, which no amount may exceed."""

LIMITS = {
    "kind": DYNAMIC_FEE,
    "chain_id": 2**64 - 1,
    "nonce": MAX_NONCE,
    "gas_limit": 2**64 - 1,
    "value": MAX_WORD,
    "max_fee_per_gas": MAX_WORD,
    "max_priority_fee_per_gas": MAX_WORD,
}
"""Each number of a transaction, and the largest it may be."""


class Offer(Protocol):
    """What an order of any type says of its gas and its fees, signed or not."""

    @property
    def nonce(self) -> int:
        """Transactions the sender has sent before."""

    @property
    def gas_limit(self) -> Gas:
        """Most gas it may use."""

    @property
    def intrinsic_gas(self) -> Gas:
        """Gas spent before anything runs."""

    @property
    def to(self) -> Address | None:
        """The receiver; None creates a contract."""

    @property
    def data(self) -> bytes:
        """The call, or the initialising code."""

    @property
    def max_fee_per_gas(self) -> Wei:
        """Most wei for each unit of gas."""

    @property
    def max_priority_fee_per_gas(self) -> Wei:
        """The part of it offered as a tip."""


def check_offer(offer: Offer) -> None:
    """Check that gas and fees fit each other.

    Raises
    ------
    FieldOutOfRange, TipAboveFee, InitcodeTooLong, GasTooLow, CostOverflow
        The nonce is an account's last; the tip is above the fee; there is too much
        initialising code; the gas is used up from the start, or costs too much.
    """
    if offer.nonce > MAX_NONCE:
        raise FieldOutOfRange("nonce", offer.nonce, MAX_NONCE)
    fee, tip = offer.max_fee_per_gas, offer.max_priority_fee_per_gas
    if tip > fee:
        raise TipAboveFee(tip, fee)
    size = len(offer.data)
    if offer.to is None and size > MAX_INITCODE_SIZE:
        raise InitcodeTooLong(size, MAX_INITCODE_SIZE)
    if offer.gas_limit < offer.intrinsic_gas:
        raise GasTooLow(offer.gas_limit, offer.intrinsic_gas)
    if offer.gas_limit * fee > MAX_WORD:
        raise CostOverflow(offer.gas_limit, fee)


def check_fields(transaction: Transaction) -> None:
    """Check what can be seen without a state; errors are `Transaction.check`'s."""
    _check_ranges(transaction)
    _check_sizes(transaction)
    _check_type(transaction)
    check_offer(transaction)


def _check_ranges(transaction: Transaction) -> None:
    for name, limit in LIMITS.items():
        number = getattr(transaction, name)
        if name == "chain_id" and number is None:
            continue
        if not isinstance(number, int):
            raise InvalidField(name, f"{number!r} is no whole number")
        if not 0 <= number <= limit:
            raise FieldOutOfRange(name, number, limit)


def _check_sizes(transaction: Transaction) -> None:
    _check_bytes("data", transaction.data)
    if transaction.to is not None:
        _check_bytes("to", transaction.to, 20)
    for address, slots in transaction.access_list:
        _check_bytes("access_list", address, 20)
        for slot in slots:
            _check_bytes("access_list", slot, 32)


def _check_bytes(name: str, item: object, size: int | None = None) -> None:
    # What a program passes may be text: an address as it is shown, say.
    if not isinstance(item, bytes):
        raise InvalidField(name, f"is {type(item).__name__}, required bytes")
    if size is not None and len(item) != size:
        raise WrongFieldSize(name, len(item), size)


def _check_type(transaction: Transaction) -> None:
    kind = transaction.kind
    fee, tip = transaction.max_fee_per_gas, transaction.max_priority_fee_per_gas
    if kind != DYNAMIC_FEE and tip != fee:
        raise FieldNotInType("max_priority_fee_per_gas", "needs type 2", kind)
    if kind == LEGACY and transaction.access_list:
        raise FieldNotInType("access_list", "needs type 1 or 2", kind)
    if kind != LEGACY and transaction.chain_id is None:
        raise FieldNotInType("chain_id", "is missing, which only type 0 allows", kind)
