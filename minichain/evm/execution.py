"""An execution is one message run to its end, by a host that was idle."""

from minichain.evm.host import Host
from minichain.evm.message import Environment, Message, Outcome, Steps
from minichain.evm.precompiles import PRECOMPILES
from minichain.kernels.runtime import Runtime
from minichain.ledger.state import State
from minichain.units import Wei

_IDLE: dict[Runtime | None, list[Host]] = {}


def execute(
    message: Message,
    state: State,
    environment: Environment,
    on_step: Steps | None = None,
    runtime: Runtime | None = None,
) -> Outcome:
    """Run a message and write what it changed to the state.

    The sender's nonce and the fee are the transaction's affair: see
    `minichain.evm.transition`.

    Parameters
    ----------
    message : Message
        What is called; the sender's balance covers its value.
    state : State
        Changed in place if the message succeeds.
    environment : Environment
        The block.
    on_step : callable, optional
        Sees the machine before each instruction; this is much slower.
    runtime : str, optional
        How the loop runs; the fastest way there is, if not given.

    Returns
    -------
    Outcome
        Halts and reverts are outcomes too: they raise nothing.
    """
    to = message.to
    if to is not None and not state.account(to).has_code and _is_payment(message):
        state.add_balance(message.sender, Wei(-message.value))
        state.add_balance(to, message.value)
        return Outcome(success=True, output=b"", gas_left=message.gas)
    idle = _IDLE.get(runtime)
    if idle is None:
        idle = _IDLE[runtime] = []
    # A step may run another message: each has a host of its own.
    host = idle.pop() if idle else Host(runtime)
    outcome = host.run(message, state, environment, on_step)
    # Where anything was raised the arena is not as it was, and is not used again.
    idle.append(host)
    return outcome


def _is_payment(message: Message) -> bool:
    """Return whether a message to no contract runs nothing: then no arena is needed."""
    return not message.is_static and message.to not in PRECOMPILES
