"""Recordings of what transactions of a block did, or of what a call would do."""

from collections.abc import Iterator
from itertools import islice

from minichain.chain.execution import apply_transaction
from minichain.chain.simulation import Call
from minichain.evm.order import Order
from minichain.evm.trace import STEPS_LIMIT, Recording, record, record_order
from minichain.evm.transition import compute_refund, make_message
from minichain.ledger.block import Block
from minichain.ledger.inclusion_errors import BalanceTooLow
from minichain.node.failures import LimitExceeded, NotPossible
from minichain.node.moments import Moment, see_block
from minichain.node.node import Node
from minichain.node.traces import Traced
from minichain.units import Gas

MAX_STEPS = STEPS_LIMIT
"""Steps that one trace has at most."""


def record_block(
    node: Node, block: Block, place: int | None = None
) -> Iterator[Traced]:
    """Yield what the transactions of a block did, or the one at a place alone.

    Raises
    ------
    LimitExceeded
        One takes more steps than a recording holds.
    """
    environment = see_block(node, block)
    transactions = block.transactions
    if not transactions:
        return
    with node.chain.visit(block.header.parent_hash) as state:
        first, last = (0, len(transactions)) if place is None else (place, place + 1)
        for earlier in transactions[:first]:
            apply_transaction(state, earlier, environment, Gas(0))
        for one in islice(transactions, first, last):
            order = Order.of(one)
            recording, settlement = record_order(
                order, state, environment, limit=MAX_STEPS
            )
            if settlement is None:
                raise _too_long(recording)
            yield Traced(recording, one.gas_limit, settlement.gas_used, state.root)


def record_call(moment: Moment, call: Call) -> Traced:
    """Return what a call would do.

    Raises
    ------
    BalanceTooLow
        The sender has not got the value.
    NotPossible
        It has less gas than it takes to begin.
    LimitExceeded
        It takes more steps than a recording holds.
    """
    state, environment = moment.state, moment.environment
    account = state.account(call.sender)
    if account.balance < call.value:
        raise BalanceTooLow(account.balance, call.value)
    order = Order(
        sender=call.sender,
        nonce=account.nonce,
        gas_limit=call.gas,
        to=call.to,
        value=call.value,
        data=call.data,
        max_fee_per_gas=call.gas_price,
        max_priority_fee_per_gas=call.gas_price,
        access_list=call.access_list,
    )
    if order.intrinsic_gas > call.gas:
        reason = f"gas {call.gas}, required {order.intrinsic_gas} to begin"
        raise NotPossible(reason)
    message = make_message(order, environment.base_fee_per_gas)
    state.set_nonce(call.sender, account.nonce + 1)
    recording = record(message, state, environment, limit=MAX_STEPS)
    outcome = recording.outcome
    if outcome is None:
        raise _too_long(recording)
    spent = call.gas - outcome.gas_left
    used = Gas(spent - compute_refund(spent, outcome.refund))
    return Traced(recording, call.gas, used, state.root)


def _too_long(recording: Recording) -> LimitExceeded:
    steps = len(recording)
    if steps < MAX_STEPS:
        return LimitExceeded(f"stacks and memories grew too large in {steps} steps")
    return LimitExceeded(f"more than {MAX_STEPS} steps, which is what a trace holds")
