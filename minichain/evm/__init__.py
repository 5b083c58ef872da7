"""The Ethereum Virtual Machine runs contracts, by the rules of Cancun.

A `Message` calls or creates a contract in a `State`, inside the block that an
`Environment` describes, and comes to an `Outcome`. What a contract does wrong is no
error of Python's: the outcome carries the halt's name, and the state is as before.

Three doors lead in.

``execute(message, state, environment, on_step=None) -> Outcome``
    Runs one message, changes ``state`` in place when it succeeds (through its
    journal, so that a mark and a rollback undo it) and asks nothing about nonces or
    fees. This is ``eth_call`` and the debugger.

``process_transaction(state, transaction, environment, on_step=None) -> Outcome``
    Does all that a transaction does once it has been found valid: buys the gas, adds
    to the nonce, warms what must be warm, runs the message, refunds what is left, pays
    the tip, removes what destroyed itself. The result's ``gas_used`` and ``logs`` make
    the receipt. `check_transaction` raises what a block must refuse before.

``Machine(state, environment)``
    Keeps what it loaded between messages, so that a block's transactions do not load
    it again; ``machine.process(transaction)``, ``machine.execute(message)``, then
    ``machine.commit()`` writes to the state.

A `State` gives accounts, ``code(address)`` and ``storage(address, slot)``.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, sections 8 and 9, appendices E to H.
.. [2] EIP-1153, 4844, 5656, 6780, 7516: what Cancun added.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minichain.evm.message import Environment, Log, Message, Outcome

__all__ = [
    "Environment",
    "Log",
    "Message",
    "Outcome",
]

_HOMES = {
    "Environment": "minichain.evm.message",
    "Log": "minichain.evm.message",
    "Message": "minichain.evm.message",
    "Outcome": "minichain.evm.message",
}


def __getattr__(name: str) -> object:
    """Load the module a public name lives in, once, when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
