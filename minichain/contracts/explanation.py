"""An explanation runs a call that failed once more, and follows it down to its line."""

from contextlib import suppress

from minichain.chain import Chain
from minichain.chain.replay import replay
from minichain.chain.simulation import Answer, Call
from minichain.contracts.artifact import Artifact
from minichain.contracts.descent import Descent, TooManySteps
from minichain.contracts.failure import Failed, make_failure
from minichain.contracts.known import find_artifact, list_known
from minichain.ledger.block import Block
from minichain.ledger.receipt import Receipt
from minichain.units import Address


def explain_call(
    chain: Chain, artifact: Artifact, function: str, call: Call, answer: Answer
) -> Failed:
    """Return the error that tells of a simulated call which failed.

    Parameters
    ----------
    chain : Chain
        It is left as it is.
    artifact : Artifact
        What was called, or was to be created.
    function : str
        The function's name.
    call : Call
        The call.
    answer : Answer
        What it came to.
    """
    descent = _descend(chain, artifact, call.to)
    with suppress(TooManySteps):
        chain.simulate(call, on_step=descent)
    error = answer.error or ""
    return _tell(chain, artifact, function, error, answer.output, descent)


def explain_receipt(
    chain: Chain, artifact: Artifact, function: str, block: Block, index: int
) -> Failed:
    """Return the error that tells of a transaction in a block which failed.

    Parameters
    ----------
    chain : Chain
        It is left as it is.
    artifact : Artifact
        What was called, or was to be created.
    function : str
        The function's name.
    block : Block
        The block.
    index : int
        The transaction's place in it.
    """
    descent = _descend(chain, artifact, block.transactions[index].to)
    with suppress(TooManySteps):
        replay(chain, block.hash, index, on_step=descent)
    receipt = replay(chain, block.hash, index)
    output = receipt.output
    return _tell(chain, artifact, function, receipt.error, output, descent, receipt)


def _descend(chain: Chain, artifact: Artifact, to: Address | None) -> Descent:
    def known(address: Address | None) -> Artifact | None:
        if address is None:
            return artifact if to is None else None
        with chain.visit() as state:
            return find_artifact(chain, state, address)

    return Descent(to, known)


def _tell(
    chain: Chain,
    artifact: Artifact,
    function: str,
    error: str,
    output: bytes,
    descent: Descent,
    receipt: Receipt | None = None,
) -> Failed:
    return make_failure(
        f"{artifact.name}.{function}",
        error,
        output,
        descent.finish(error),
        [*list_known(chain), artifact],
        receipt,
    )
