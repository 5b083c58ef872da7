"""Execution turns a state and a transaction into the next state and a receipt.

The transaction has passed every rule before. The machine runs it: the sender pays for
the gas, the value moves, code runs, and the tip goes to the block's beneficiary. The
base fee goes to nobody: it is burnt.

References
----------
.. [1] Ethereum Yellow Paper, section 6.2; EIP-1559, the base fee; EIP-4399, the word
   of chance.
"""

from minichain.chain.config import Config
from minichain.chain.seal import Headers
from minichain.crypto.hashing import keccak256
from minichain.evm.message import Environment, Steps
from minichain.evm.order import Order
from minichain.evm.transition import apply_order
from minichain.ledger.block import Block, Commitment
from minichain.ledger.receipt import Receipt
from minichain.ledger.state import State
from minichain.ledger.transaction import Transaction
from minichain.units import BlockNumber, Gas, Hash32, Wei

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


def make_environment(block: Block, headers: Headers, config: Config) -> Environment:
    """Return what transactions see of the block they are in.

    The word of chance is the Keccak-256 of the parent's hash. Who sealed the parent
    could have thrown away a hash that they did not like: it is no fair lottery.

    Parameters
    ----------
    block : Block
        Its header's parent and time count, and what the commitment says of number,
        beneficiary, gas limit and base fee; the roots do not.
    headers : callable
        From a count to that many headers back from the parent.
    config : Config
        The chain's rules.
    """
    commitment = block.commitment

    def find_hash(number: BlockNumber) -> Hash32:
        return headers(commitment.number - number)[-1].hash

    return Environment(
        chain_id=config.chain_id,
        number=commitment.number,
        time=block.header.time,
        beneficiary=commitment.beneficiary,
        gas_limit=commitment.gas_limit,
        base_fee_per_gas=commitment.base_fee_per_gas,
        prev_randao=int.from_bytes(keccak256(block.header.parent_hash), "big"),
        block_hash=find_hash,
    )


def apply_transaction(
    state: State,
    transaction: Transaction,
    block: Environment,
    gas_used: Gas,
    on_step: Steps | None = None,
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
    on_step : callable, optional
        Sees the machine before each instruction.
    """
    settlement = apply_order(state, Order.of(transaction), block, on_step)
    outcome = settlement.outcome
    return Receipt(
        kind=transaction.kind,
        succeeded=outcome.success,
        gas_used=settlement.gas_used,
        cumulative_gas_used=Gas(gas_used + settlement.gas_used),
        logs=outcome.logs,
        created=outcome.created,
        error=outcome.error,
        output=b"" if outcome.created else outcome.output,
    )
