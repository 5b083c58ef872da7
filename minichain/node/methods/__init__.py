"""A method is something that a node can be asked to do, by name.

Methods read and write no socket: each is a plain function of the node and of values
that its readers made from JSON. They stand in one table, `METHODS`.
"""

from minichain.node.methods import (
    accounts,
    amending,
    blocks,
    calls,
    development,
    fees,
    filters,
    identity,
    tracing,
)
from minichain.node.methods.table import Method, Table

METHODS: Table = {
    **identity.TABLE,
    **blocks.TABLE,
    **accounts.TABLE,
    **calls.TABLE,
    **fees.TABLE,
    **filters.TABLE,
    **tracing.TABLE,
    **development.TABLE,
    **amending.TABLE,
}
"""Every method by its name."""

__all__ = ["METHODS", "Method"]
