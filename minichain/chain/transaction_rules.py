"""The rules of a transaction say which ones a block may include, and when.

They are asked in the order of `TRANSACTION_RULES`. Each answers with what it found,
or with an error that is named for it. Who signed, and for which chain, is asked here;
the rest are the machine's rules for any order.

References
----------
.. [1] Ethereum Yellow Paper, section 6; EIP-155, chains.
"""

from collections.abc import Callable

from minichain.chain.impersonation import Impersonation
from minichain.errors import InvalidTransaction
from minichain.evm.message import Environment
from minichain.evm.rules import ORDER_RULES, check_sender
from minichain.ledger.state import State
from minichain.ledger.transaction import Transaction
from minichain.units import Gas


class WrongChain(InvalidTransaction):
    """A transaction signed for another chain."""

    rule = "chain-id"

    def __init__(self, found: int, required: int) -> None:
        super().__init__(f"signed for chain {found}, required {required}")
        self.found, self.required = found, required


Rule = Callable[[State, Transaction, Environment, Gas], str]
"""From a state, a transaction, its block and the gas left in it to what was found, in
words; raises `ProtocolError` if the rule is broken."""


def check_signature(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that somebody signed."""
    return f"signed by 0x{transaction.sender.hex()}"


def check_chain_id(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that the transaction is for this chain, or by its type for any."""
    if transaction.chain_id is None:
        return "signed for any chain"
    if transaction.chain_id != block.chain_id:
        raise WrongChain(transaction.chain_id, block.chain_id)
    return f"signed for chain {block.chain_id}"


def check_actor(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that the sender is no contract, but where a developer speaks for one."""
    if isinstance(transaction, Impersonation):
        return f"sender 0x{transaction.sender.hex()} is impersonated"
    return check_sender(state, transaction, block, gas_left)


TRANSACTION_RULES: dict[str, Rule] = {
    "signature": check_signature,
    "chain-id": check_chain_id,
    **ORDER_RULES,
    "sender": check_actor,
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
