"""A transition applies an order to a state: pay for gas, run, give back what is left.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 6; EIP-1559, fees; EIP-3529,
   refunds; EIP-4844, blobs.
"""

from dataclasses import dataclass

from minichain.evm.execution import execute
from minichain.evm.message import (
    FREE,
    Environment,
    Message,
    Outcome,
    Steps,
    compute_created_address,
)
from minichain.kernels.runtime import Runtime
from minichain.ledger.gas import MAX_INITCODE_SIZE, AccessList, compute_intrinsic_gas
from minichain.ledger.inclusion_errors import (
    BalanceTooLow,
    BlobFeeTooLow,
    FeeTooLow,
    GasAboveBlock,
    InvalidBlobs,
    SenderHasCode,
    WrongNonce,
)
from minichain.ledger.state import State
from minichain.ledger.transaction_errors import GasTooLow, InitcodeTooLong, TipAboveFee
from minichain.units import Address, Gas, Hash32, Wei

REFUND_PART = 5
"""At most one part in so many of the gas used is given back for cleared storage."""

MAX_NONCE = 2**64 - 1
"""The nonce with which an account has sent its last transaction."""

BLOB_GAS = 2**17
"""Blob gas of one blob: its bytes."""

MAX_BLOBS = 6
"""Most blobs of a block, and so of a transaction."""

BLOB_VERSION = 1
"""First byte of a blob's hash."""


@dataclass(frozen=True, slots=True)
class Order:
    """A transaction of any type whose sender is known.

    Attributes
    ----------
    sender : Address
        Who signed it.
    nonce : int
        Transactions the sender has sent before.
    gas_limit : Gas
        Most gas that it may use.
    to : Address or None
        The receiver; None creates a contract.
    value : Wei
        What is paid.
    data : bytes
        The input, or the initialising code.
    max_fee_per_gas, max_priority_fee_per_gas : Wei
        Most wei for each unit of gas, and the tip within it.
    access_list : AccessList
        What it announces to touch.
    blob_hashes : tuple of Hash32 or None
        The blobs that it carries; None if its type has none.
    max_fee_per_blob_gas : Wei
        Most wei for each unit of blob gas.
    """

    sender: Address
    nonce: int
    gas_limit: Gas
    to: Address | None
    value: Wei = FREE
    data: bytes = b""
    max_fee_per_gas: Wei = FREE
    max_priority_fee_per_gas: Wei = FREE
    access_list: AccessList = ()
    blob_hashes: tuple[Hash32, ...] | None = None
    max_fee_per_blob_gas: Wei = FREE

    @property
    def intrinsic_gas(self) -> Gas:
        """Gas spent before anything runs."""
        return compute_intrinsic_gas(
            self.data, creates=self.to is None, access_list=self.access_list
        )

    @property
    def blob_gas(self) -> Gas:
        """Blob gas of all its blobs."""
        return Gas(BLOB_GAS * len(self.blob_hashes or ()))


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an order came to, and what it cost.

    Attributes
    ----------
    outcome : Outcome
        What the message came to.
    gas_used : Gas
        Gas that was paid for, refunds taken off.
    gas_price : Wei
        Wei for each unit of it.
    """

    outcome: Outcome
    gas_used: Gas
    gas_price: Wei


def check_order(state: State, order: Order, environment: Environment) -> None:
    """Check that a block may include an order.

    Raises
    ------
    SenderHasCode, WrongNonce, BalanceTooLow
        The sender is a contract, out of turn, or cannot pay.
    GasAboveBlock, GasTooLow, InitcodeTooLong
        The gas limit is above the block's or used up from the start; the initialising
        code is too long.
    TipAboveFee, FeeTooLow, BlobFeeTooLow
        The fees do not fit together or the block.
    InvalidBlobs
        There are none, too many, or they are of another version.
    """
    account = state.account(order.sender)
    if account.has_code:
        raise SenderHasCode(order.sender)
    if order.nonce != account.nonce or account.nonce >= MAX_NONCE:
        raise WrongNonce(order.nonce, account.nonce)
    fee, tip = order.max_fee_per_gas, order.max_priority_fee_per_gas
    if tip > fee:
        raise TipAboveFee(tip, fee)
    if fee < environment.base_fee_per_gas:
        raise FeeTooLow(fee, environment.base_fee_per_gas)
    if order.gas_limit > environment.gas_limit:
        raise GasAboveBlock(order.gas_limit, environment.gas_limit)
    if order.to is None and len(order.data) > MAX_INITCODE_SIZE:
        raise InitcodeTooLong(len(order.data), MAX_INITCODE_SIZE)
    if order.gas_limit < order.intrinsic_gas:
        raise GasTooLow(order.gas_limit, order.intrinsic_gas)
    _check_blobs(order, environment)
    cost = order.gas_limit * fee + order.value
    cost += order.blob_gas * order.max_fee_per_blob_gas
    if account.balance < cost:
        raise BalanceTooLow(account.balance, cost)


def _check_blobs(order: Order, environment: Environment) -> None:
    hashes = order.blob_hashes
    if hashes is None:
        return
    if order.to is None:
        raise InvalidBlobs("a transaction with blobs creates no contract")
    if not 1 <= len(hashes) <= MAX_BLOBS:
        raise InvalidBlobs(f"{len(hashes)} blobs, required 1 to {MAX_BLOBS}")
    for blob_hash in hashes:
        if blob_hash[0] != BLOB_VERSION:
            raise InvalidBlobs(f"hash of version {blob_hash[0]}, required 1")
    if order.max_fee_per_blob_gas < environment.blob_base_fee:
        raise BlobFeeTooLow(order.max_fee_per_blob_gas, environment.blob_base_fee)


def apply_order(
    state: State,
    order: Order,
    environment: Environment,
    on_step: Steps | None = None,
    runtime: Runtime | None = None,
) -> Settlement:
    """Change the state as an order that was checked says.

    Parameters
    ----------
    state : State
        Changed in place.
    order : Order
        Has passed `check_order` on this state.
    environment : Environment
        The block it is in.
    on_step : callable, optional
        Sees the machine before each instruction.
    runtime : str, optional
        How the loop runs; the fastest way there is, if not given.
    """
    base_fee = environment.base_fee_per_gas
    price = min(order.max_fee_per_gas, base_fee + order.max_priority_fee_per_gas)
    bought = order.gas_limit * price + order.blob_gas * environment.blob_base_fee
    state.add_balance(order.sender, Wei(-bought))
    state.set_nonce(order.sender, order.nonce + 1)
    is_creation = order.to is None
    message = Message(
        sender=order.sender,
        to=order.to,
        value=order.value,
        data=order.data,
        gas=Gas(order.gas_limit - order.intrinsic_gas),
        gas_price=Wei(price),
        access_list=order.access_list,
        blob_hashes=order.blob_hashes or (),
        creates=compute_created_address(order.sender, order.nonce)
        if is_creation
        else None,
    )
    outcome = execute(message, state, environment, on_step, runtime)
    used = order.gas_limit - outcome.gas_left
    used -= min(used // REFUND_PART, outcome.refund)
    state.add_balance(order.sender, Wei((order.gas_limit - used) * price))
    state.add_balance(environment.beneficiary, Wei(used * (price - base_fee)))
    return Settlement(outcome, Gas(used), Wei(price))
