"""Execution turns a state and a transaction into the next state and a receipt.

The transaction has passed every rule before. The sender pays for the gas, the value
moves, and the tip goes to the block's beneficiary. The base fee goes to nobody: it is
burnt.

References
----------
.. [1] Ethereum Yellow Paper, section 6.2; EIP-1559, the base fee.
"""

from minichain.chain.transaction_rules import Environment
from minichain.ledger.block import Commitment
from minichain.ledger.receipt import Receipt
from minichain.ledger.state import State
from minichain.ledger.transaction import Transaction
from minichain.units import Gas, Wei

ELASTICITY = 2
"""A block may use this many times the gas that keeps the base fee where it is."""

MAX_FEE_CHANGE = 8
"""The base fee moves by at most one part in so many from a block to the next."""


def compute_base_fee(parent: Commitment) -> Wei:
    """Return the base fee of the block after ``parent``, rounded towards its fee.

    A block that used half of its limit leaves the fee as it is, a full one raises it
    by an eighth, an empty one lowers it by an eighth.

    A chain that begins with a fee of zero keeps it: it burns nothing. EIP-1559 alone
    would raise it to 1 wei with the first block that is more than half full, and
    never lower it again, since an eighth of 1 wei is rounded to nothing.
    """
    fee, target = parent.base_fee_per_gas, parent.gas_limit // ELASTICITY
    if fee and parent.gas_used > target:
        excess = parent.gas_used - target
        return Wei(fee + max(fee * excess // target // MAX_FEE_CHANGE, 1))
    if parent.gas_used < target:
        unused = target - parent.gas_used
        return Wei(fee - fee * unused // target // MAX_FEE_CHANGE)
    return fee


def compute_gas_price(transaction: Transaction, base_fee: Wei) -> Wei:
    """Return wei paid for each unit of gas: the base fee, and the tip that is left."""
    tip = transaction.max_priority_fee_per_gas
    return Wei(min(base_fee + tip, transaction.max_fee_per_gas))


def apply_transaction(
    state: State, transaction: Transaction, block: Environment, gas_used: Gas
) -> Receipt:
    """Change the state as a checked transaction says, and return its receipt.

    Parameters
    ----------
    state : State
        Changed in place.
    transaction : Transaction
        Has passed `check_transaction` on this state.
    block : Environment
        The block it is in.
    gas_used : Gas
        Gas that the transactions before it in the block have used.
    """
    sender = transaction.sender
    price = compute_gas_price(transaction, block.base_fee_per_gas)
    assert transaction.to is not None, "contracts are refused before"
    state.set_nonce(sender, state.account(sender).nonce + 1)
    state.add_balance(sender, Wei(-transaction.gas_limit * price))
    state.add_balance(sender, Wei(-transaction.value))
    state.add_balance(transaction.to, transaction.value)
    gas = transaction.intrinsic_gas
    state.add_balance(sender, Wei((transaction.gas_limit - gas) * price))
    state.add_balance(block.beneficiary, Wei(gas * (price - block.base_fee_per_gas)))
    return Receipt(transaction.kind, True, gas, Gas(gas_used + gas))
