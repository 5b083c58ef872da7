"""The rules of an order say whether a block may include it, here and now.

They are asked in the order of `ORDER_RULES`. Each answers with what it found, or with
an error that is named for it. Whether somebody signed is not asked here.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 6; EIP-1559, fees; EIP-3607,
   senders; EIP-4844, blobs.
"""

from collections.abc import Callable

from minichain.evm.message import Environment
from minichain.evm.order import AnyOrder, Order
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
from minichain.units import Gas

MAX_BLOBS = 6
"""Most blobs of a block, and so of a transaction."""

BLOB_VERSION = 1
"""First byte of a blob's hash."""

Rule = Callable[[State, AnyOrder, Environment, Gas], str]
"""From a state, an order, its block and the gas left in it to what was found, in
words; raises `InvalidTransaction` if the rule is broken."""


def check_sender(
    state: State, order: AnyOrder, block: Environment, gas_left: Gas
) -> str:
    """Check that the sender is no contract: nobody can have a contract's key."""
    if state.account(order.sender).has_code:
        raise SenderHasCode(order.sender)
    return f"sender 0x{order.sender.hex()} has no code"


def check_nonce(
    state: State, order: AnyOrder, block: Environment, gas_left: Gas
) -> str:
    """Check that the order is the next of its sender."""
    required = state.account(order.sender).nonce
    if order.nonce != required:
        raise WrongNonce(order.nonce, required)
    return f"nonce {required} is the sender's next"


def check_balance(
    state: State, order: AnyOrder, block: Environment, gas_left: Gas
) -> str:
    """Check that the sender can pay the value and all gas at the highest price."""
    balance = state.account(order.sender).balance
    if balance < order.max_cost:
        raise BalanceTooLow(balance, order.max_cost)
    return f"balance {balance} wei covers {order.max_cost} wei"


def check_gas_limit(
    state: State, order: AnyOrder, block: Environment, gas_left: Gas
) -> str:
    """Check that the form is sound and that the block has the gas left."""
    order.check()
    if order.gas_limit > gas_left:
        raise GasAboveBlock(order.gas_limit, gas_left)
    return f"gas limit {order.gas_limit}, the block has {gas_left} left"


def check_base_fee(
    state: State, order: AnyOrder, block: Environment, gas_left: Gas
) -> str:
    """Check that the order pays what will be burnt."""
    fee = order.max_fee_per_gas
    if fee < block.base_fee_per_gas:
        raise FeeTooLow(fee, block.base_fee_per_gas)
    return f"pays up to {fee} wei a gas, base fee {block.base_fee_per_gas} wei"


ORDER_RULES: dict[str, Rule] = {
    "sender": check_sender,
    "nonce": check_nonce,
    "balance": check_balance,
    "gas-limit": check_gas_limit,
    "base-fee": check_base_fee,
}
"""What every order must keep, in the order in which it is asked."""


def check_order(
    state: State,
    order: Order,
    environment: Environment,
    gas_left: Gas | None = None,
) -> None:
    """Check that a block may include an order.

    Parameters
    ----------
    state : State
        Read, not changed.
    order : Order
        What is asked for.
    environment : Environment
        The block.
    gas_left : Gas, optional
        What the block has left; all of its gas, if not given.

    Raises
    ------
    InvalidTransaction
        The first rule that is broken.
    """
    left = environment.gas_limit if gas_left is None else gas_left
    for rule in ORDER_RULES.values():
        rule(state, order, environment, left)
    check_blobs(order, environment)


def check_blobs(order: Order, environment: Environment) -> None:
    """Check the blobs of an order that carries some.

    Raises
    ------
    InvalidBlobs, BlobFeeTooLow
        There are none, too many, or they are of another version; or the order pays
        less than they cost.
    """
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
