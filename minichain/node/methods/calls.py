"""Calls ask contracts what they would answer, at any block, and change nothing.

References
----------
.. [1] Ethereum execution API specification: ``eth_call``, ``eth_estimateGas``,
   ``eth_createAccessList``.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from minichain.chain.simulation import Answer, Call, CallFailed, estimate_gas, simulate
from minichain.errors import ProtocolError
from minichain.node.failures import NotPossible
from minichain.node.hexadecimal import data, quantity, read_anything
from minichain.node.methods.table import Table, method
from minichain.node.moments import NEXT, Moment, visit
from minichain.node.node import Node
from minichain.node.orders import Order, read_order
from minichain.node.overrides import Overrides, apply_overrides, read_overrides
from minichain.node.reasons import explain
from minichain.node.touches import Touches
from minichain.node.views import View, show_access_list

TABLE: Table = {}
"""The methods of this module."""

MAX_ROUNDS = 8
"""Times that a call is run to find what it touches: a list may change its way."""

Found = TypeVar("Found")
"""What is found at a moment."""


@method(TABLE, "eth_call", read_order, read_anything, read_overrides, required=1)
def call(node: Node, order: Order, name: Any, overrides: Overrides | None) -> str:
    """Return what a call answers, and change nothing."""

    def ask(moment: Moment, wanted: Call) -> Answer:
        return simulate(moment.state, wanted, moment.environment)

    answer = at_moment(node, order, name, overrides, ask)
    if not answer.succeeded:
        raise explain(answer.error, answer.output)
    return data(answer.output)


@method(TABLE, "eth_estimateGas", read_order, read_anything, read_overrides, required=1)
def least_gas(node: Node, order: Order, name: Any, overrides: Overrides | None) -> str:
    """Return the least gas that a transaction can be sent with so that it succeeds."""
    return quantity(estimate(node, order, name, overrides))


def estimate(
    node: Node, order: Order, name: Any = None, overrides: Overrides | None = None
) -> int:
    """Return the least gas with which an order succeeds, by default in the next block.

    Raises
    ------
    ExecutionReverted, NotPossible
        It does not, whatever gas it is given.
    """

    def ask(moment: Moment, wanted: Call) -> int:
        try:
            return estimate_gas(moment.state, wanted, moment.environment)
        except CallFailed as failed:
            raise explain(failed.answer.error, failed.answer.output) from failed

    return at_moment(node, order, NEXT if name is None else name, overrides, ask)


@method(TABLE, "eth_createAccessList", read_order, read_anything, required=1)
def access_list(node: Node, order: Order, name: Any) -> View:
    """Return the accounts and slots that a call touches, and its gas with that list."""

    def ask(moment: Moment, wanted: Call) -> View:
        for _ in range(MAX_ROUNDS):
            touches = Touches(wanted, moment)
            answer = simulate(moment.state, wanted, moment.environment, touches)
            if touches.access_list == wanted.access_list:
                break
            wanted = replace(wanted, access_list=touches.access_list)
        view: View = {
            "accessList": show_access_list(wanted.access_list),
            "gasUsed": quantity(answer.gas_used),
        }
        return view if answer.succeeded else {**view, "error": answer.error}

    return at_moment(node, order, NEXT if name is None else name, None, ask)


def at_moment(
    node: Node,
    order: Order,
    name: Any,
    overrides: Overrides | None,
    ask: Callable[[Moment, Call], Found],
) -> Found:
    """Return what is found when an order is called at the moment that a request names.

    Raises
    ------
    InvalidParameters, NotFound
        There is no such moment.
    NotPossible
        The call cannot begin.
    """
    with visit(node, name) as moment:
        apply_overrides(moment.state, overrides or {})
        wanted = order.to_call(moment.environment.gas_limit)
        try:
            return ask(moment, wanted)
        except ProtocolError as error:
            # Data beside it would be taken for what a contract returned.
            raise NotPossible(f"{error.rule}: {error}") from error
