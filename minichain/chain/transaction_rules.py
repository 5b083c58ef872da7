"""The rules of a transaction say which ones a block may include, and when.

They are asked in the order of `TRANSACTION_RULES`. Each answers with what it found,
or with an error that is named for it.

References
----------
.. [1] Ethereum Yellow Paper, section 6; EIP-155, chains; EIP-3607, senders.
"""

from collections.abc import Callable
from dataclasses import dataclass

from minichain.errors import InvalidTransaction
from minichain.ledger.inclusion_errors import (
    BalanceTooLow,
    FeeTooLow,
    GasAboveBlock,
    SenderHasCode,
    WrongNonce,
)
from minichain.ledger.state import State
from minichain.ledger.transaction import Transaction
from minichain.units import Address, BlockNumber, Gas, Timestamp, Wei


@dataclass(frozen=True, slots=True)
class Environment:
    """The block that a transaction is in, as far as it can tell.

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
    """

    chain_id: int
    number: BlockNumber
    time: Timestamp
    beneficiary: Address
    base_fee_per_gas: Wei
    gas_limit: Gas


class WrongChain(InvalidTransaction):
    """A transaction signed for another chain."""

    rule = "chain-id"

    def __init__(self, found: int, required: int) -> None:
        super().__init__(f"signed for chain {found}, required {required}")
        self.found, self.required = found, required


class NoMachine(InvalidTransaction):
    """A transaction that asks for a contract's code to be run or made."""

    rule = "contract"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}, and this chain runs no code")


Rule = Callable[[State, Transaction, Environment, Gas], str]
"""From a state, a transaction, its block and the gas left in it to what was found, in
words; raises `ProtocolError` if the rule is broken."""


def check_signature(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that somebody signed, and that it was no contract."""
    sender = transaction.sender
    if state.account(sender).has_code:
        raise SenderHasCode(sender)
    return f"signed by 0x{sender.hex()}"


def check_chain_id(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that the transaction is for this chain, or by its type for any."""
    if transaction.chain_id is None:
        return "signed for any chain"
    if transaction.chain_id != block.chain_id:
        raise WrongChain(transaction.chain_id, block.chain_id)
    return f"signed for chain {block.chain_id}"


def check_nonce(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that the transaction is the next of its sender."""
    required = state.account(transaction.sender).nonce
    if transaction.nonce != required:
        raise WrongNonce(transaction.nonce, required)
    return f"nonce {required} is the sender's next"


def check_balance(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that the sender can pay the value and all gas at the highest price."""
    balance = state.account(transaction.sender).balance
    if balance < transaction.max_cost:
        raise BalanceTooLow(balance, transaction.max_cost)
    return f"balance {balance} wei covers {transaction.max_cost} wei"


def check_gas_limit(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that the form is sound and that the block has the gas left."""
    transaction.check()
    if transaction.gas_limit > gas_left:
        raise GasAboveBlock(transaction.gas_limit, gas_left)
    return f"gas limit {transaction.gas_limit}, the block has {gas_left} left"


def check_base_fee(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that the transaction pays what will be burnt."""
    fee = transaction.max_fee_per_gas
    if fee < block.base_fee_per_gas:
        raise FeeTooLow(fee, block.base_fee_per_gas)
    return f"pays up to {fee} wei a gas, base fee {block.base_fee_per_gas} wei"


def check_receiver(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that the transaction is a payment: this chain runs no code."""
    if transaction.to is None:
        raise NoMachine("the transaction creates a contract")
    if state.account(transaction.to).has_code:
        raise NoMachine(f"receiver 0x{transaction.to.hex()} is a contract")
    return f"receiver 0x{transaction.to.hex()} has no code"


TRANSACTION_RULES: dict[str, Rule] = {
    "signature": check_signature,
    "chain-id": check_chain_id,
    "nonce": check_nonce,
    "balance": check_balance,
    "gas-limit": check_gas_limit,
    "base-fee": check_base_fee,
    "contract": check_receiver,
}
"""What a transaction must keep, in the order in which it is asked."""


def check_transaction(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> None:
    """Check every rule of a transaction.

    Raises
    ------
    InvalidTransaction, InvalidSignature
        The first rule that is broken.
    """
    for rule in TRANSACTION_RULES.values():
        rule(state, transaction, block, gas_left)
