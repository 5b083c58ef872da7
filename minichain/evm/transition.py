"""A transition applies an order to a state: pay for gas, run, give back what is left.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 6.2; EIP-1559, fees; EIP-3529,
   refunds; EIP-4844, blobs.
"""

from dataclasses import dataclass

from minichain.evm.execution import execute
from minichain.evm.message import (
    Environment,
    Message,
    Outcome,
    Steps,
    compute_created_address,
)
from minichain.evm.order import Order, compute_gas_price
from minichain.kernels.runtime import Runtime
from minichain.ledger.state import State
from minichain.units import Gas, Wei

REFUND_PART = 5
"""At most one part in so many of the gas used is given back for cleared storage."""


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


def compute_refund(spent: int, earned: int) -> int:
    """Return gas given back for cleared storage: at most a fifth of what was spent."""
    return min(spent // REFUND_PART, earned)


def make_message(order: Order, base_fee: Wei) -> Message:
    """Return the message that an order runs in a block with a base fee."""
    creates = None
    if order.to is None:
        creates = compute_created_address(order.sender, order.nonce)
    return Message(
        sender=order.sender,
        to=order.to,
        value=order.value,
        data=order.data,
        gas=Gas(order.gas_limit - order.intrinsic_gas),
        gas_price=compute_gas_price(order, base_fee),
        access_list=order.access_list,
        blob_hashes=order.blob_hashes or (),
        creates=creates,
    )


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
    price = compute_gas_price(order, base_fee)
    bought = order.gas_limit * price + order.blob_gas * environment.blob_base_fee
    state.add_balance(order.sender, Wei(-bought))
    state.set_nonce(order.sender, order.nonce + 1)
    message = make_message(order, base_fee)
    outcome = execute(message, state, environment, on_step, runtime)
    used = order.gas_limit - outcome.gas_left
    used -= compute_refund(used, outcome.refund)
    state.add_balance(order.sender, Wei((order.gas_limit - used) * price))
    state.add_balance(environment.beneficiary, Wei(used * (price - base_fee)))
    return Settlement(outcome, Gas(used), price)
