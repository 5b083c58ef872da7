"""A failure is the answer to a request that cannot be met, with its standard code.

References
----------
.. [1] JSON-RPC 2.0, section 5.1; EIP-1474, codes of Ethereum's nodes.
"""

from typing import Any


class Failure(Exception):
    """An error as JSON-RPC answers it.

    Parameters
    ----------
    message : str
        What is wrong.
    data : any JSON value
        More of it, for programs.
    """

    code = -32603
    """What programs tell failures apart by."""

    def __init__(self, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.message, self.data = message, data

    def to_json(self) -> dict[str, Any]:
        """Return the failure as the value of an answer's ``error``."""
        shown: dict[str, Any] = {"code": self.code, "message": self.message}
        return shown if self.data is None else {**shown, "data": self.data}


class NotJson(Failure):
    """A request that is no JSON."""

    code = -32700


class InvalidRequest(Failure):
    """JSON that is no request."""

    code = -32600


class UnknownMethod(Failure):
    """A request for what this node does not do."""

    code = -32601


class InvalidParameters(Failure):
    """A request with too few, too many or other values than the method takes."""

    code = -32602


class InternalFailure(Failure):
    """A request that shows a mistake in the node."""

    code = -32603


class NotPossible(Failure):
    """A request that cannot be met as things are."""

    code = -32000


class NotFound(Failure):
    """A request for something that is not there."""

    code = -32001


class TransactionRefused(Failure):
    """A transaction that breaks a rule, which ``data`` names."""

    code = -32003


class LimitExceeded(Failure):
    """A request that is too large, or one too many."""

    code = -32005


class ExecutionReverted(Failure):
    """A call that the contract undid; ``data`` is what it returned."""

    code = 3
