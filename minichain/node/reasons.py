"""A reason is why a call failed, in the words of JSON-RPC."""

from minichain.contracts.abi import InvalidAnswer
from minichain.contracts.failure import PANIC, REASON
from minichain.node.failures import ExecutionReverted, NotPossible
from minichain.node.hexadecimal import data

REVERT = "revert"
"""The halt with which a contract refuses, and may say why."""


def explain(error: str | None, output: bytes) -> ExecutionReverted | NotPossible:
    """Return the failure that a call came to.

    Parameters
    ----------
    error : str
        The halt's name.
    output : bytes
        A revert's reason, as it was given; it goes along as the failure's data.
    """
    if error != REVERT:
        return NotPossible(f"execution failed: {error}")
    reason = read_reason(output)
    said = f"execution reverted: {reason}" if reason else "execution reverted"
    return ExecutionReverted(said, data(output))


def read_reason(output: bytes) -> str:
    """Return the words of a revert; empty if it has none, or an error of its own."""
    try:
        if output[:4] == REASON.selector:
            return str(REASON.decode(output)[0])
        if output[:4] == PANIC.selector:
            return f"{PANIC.name}({PANIC.decode(output)[0]})"
    except InvalidAnswer:
        pass
    return ""
