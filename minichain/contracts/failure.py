"""A failure is a contract that refused: why, and at which line of its source.

References
----------
.. [1] The Solidity authors, "Contract ABI Specification", section on errors.
"""

from collections.abc import Iterable
from typing import Any

from minichain.contracts.abi import Error, InvalidAnswer, Parameter
from minichain.contracts.artifact import Artifact
from minichain.contracts.descent import Place
from minichain.errors import ProtocolError
from minichain.ledger.receipt import Receipt

REASON = Error("Error", (Parameter("reason", "string"),))
"""The error that carries a text, which compilers give to a reason in words."""

PANIC = Error("Panic", (Parameter("code", "uint256"),))
"""Solidity's error for what should never happen."""

WORDS = {
    "user assert": "the assertion does not hold",
    "user raise": "raised without a reason",
    "safeadd": "the sum is above the type's largest number",
    "safesub": "the difference is below the type's smallest number",
    "safemul": "the product is above the type's largest number",
    "safediv": "divided by zero",
    "safemod": "divided by zero",
    "safepow": "the power is above the type's largest number",
    "bad calldatasize or callvalue": "paid though it takes no payment, or too few data",
    "fallback function": "there is no such function, and no other takes its place",
    "external call failed": "a call to another contract failed",
    "extcodesize is zero": "there is no contract where one was called",
    "returndatasize too small": "the contract called answered too few bytes",
    "assert unreachable": "the unreachable was reached",
    "entered again": "it was entered again while it was running",
    "create failed": "a contract could not be created",
    "send failed": "a payment was refused",
}
"""What the compiler's notes mean."""


class Failed(ProtocolError):
    """A contract that did not do what it was called for.

    Attributes
    ----------
    function : str
        What was called, as ``contract.function``.
    reason : str
        Why, in the contract's words or in the compiler's.
    error : str
        Name of the halt: "revert", "out-of-gas" and so on.
    custom : str
        Name of the contract's own error; empty if it gave none.
    values : tuple
        What that error carries.
    places : tuple of Place
        The lines on the way down to the failure, the called contract's first; of
        contracts whose source is known.
    output : bytes
        The reason as it was given.
    receipt : Receipt or None
        The receipt, if the call is in a block all the same.
    """

    def __init__(
        self,
        function: str,
        reason: str,
        error: str,
        *,
        custom: str = "",
        values: tuple[Any, ...] = (),
        places: tuple[Place, ...] = (),
        output: bytes = b"",
        receipt: Receipt | None = None,
    ) -> None:
        where = f" ({places[-1]})" if places else ""
        super().__init__(f"{function}: {reason}{where}")
        self.function, self.reason, self.error = function, reason, error
        self.custom, self.values, self.output = custom, values, output
        self.places, self.receipt = places, receipt

    @property
    def line(self) -> int | None:
        """Number of the line that failed; None if it is not known."""
        return self.places[-1].line if self.places else None

    @property
    def text(self) -> str:
        """The line that failed; empty if it is not known."""
        return self.places[-1].text if self.places else ""


class Reverted(Failed):
    """A contract that took back all it had done, and said why or not."""

    rule = "revert"


class Halted(Failed):
    """A contract that broke a rule of the machine, and lost all its gas."""

    rule = "halt"


def make_failure(
    function: str,
    error: str,
    output: bytes,
    places: tuple[Place, ...],
    artifacts: Iterable[Artifact],
    receipt: Receipt | None = None,
) -> Failed:
    """Return the error that tells of a failed call.

    Parameters
    ----------
    function : str
        What was called.
    error : str
        Name of the halt.
    output : bytes
        A revert's reason, as it was given.
    places : tuple of Place
        Where it failed.
    artifacts : iterable of Artifact
        Contracts whose own errors it may be.
    receipt : Receipt or None
        The receipt, if there is one.
    """
    noted = places[-1].reason if places else ""
    if error != "revert":
        halt = error.replace("-", " ")
        reason = WORDS.get(noted, halt) if error == "invalid-opcode" else halt
        return Halted(function, reason, error, places=places, receipt=receipt)
    named = {e.selector: e for artifact in artifacts for e in artifact.errors.values()}
    named |= {e.selector: e for e in (REASON, PANIC)}
    custom = ""
    values: tuple[Any, ...] = ()
    reason = WORDS.get(noted, noted) or "reverted without a reason"
    own = named.get(output[:4])
    if own is not None:
        try:
            values = own.decode(output)
        except InvalidAnswer:
            reason = f"a malformed {own.name}, 0x{output.hex()}"
        else:
            custom = "" if own is REASON else own.name
            shown = ", ".join(map(_show, values))
            reason = values[0] if own is REASON else f"{own.name}({shown})"
    elif output:
        reason = f"an unknown error, 0x{output.hex()}"
    return Reverted(
        function, reason, error,
        custom=custom, values=values, places=places, output=output, receipt=receipt,
    )  # fmt: skip


def _show(value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else repr(value)
