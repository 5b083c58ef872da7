"""A deployment creates a contract on a chain from a source."""

from typing import Any

from minichain.chain import Chain
from minichain.chain.simulation import Call, CallFailed
from minichain.contracts.artifact import Artifact
from minichain.contracts.compiler import compile_source
from minichain.contracts.contract import Contract
from minichain.contracts.explanation import explain_call
from minichain.contracts.library import compile_contract
from minichain.crypto.keys import Key
from minichain.evm.message import compute_created_address
from minichain.units import Address, Wei


def read_contract(contract: str | Artifact) -> Artifact:
    """Return the artifact of a name in the library, of a source, or itself.

    A source has more than one line, and a name has one.

    Raises
    ------
    UnknownContract, CompilationFailed
        There is none of that name; the source is no Vyper.
    """
    if isinstance(contract, Artifact):
        return contract
    return compile_source(contract) if "\n" in contract else compile_contract(contract)


def deploy(
    chain: Chain,
    contract: str | Artifact,
    *arguments: Any,
    sender: Key,
    value: int = 0,
    **options: Any,
) -> Contract:
    """Create a contract in a block of its own, as `Chain.deploy` says."""
    artifact = read_contract(contract)
    data = artifact.initcode + artifact.constructor.encode_arguments(*arguments)
    with chain.visit() as state:
        nonce = chain.mempool.get_next_nonce(sender.address, state)
    address = compute_created_address(sender.address, nonce)
    made = Contract(chain, artifact, address)
    try:
        transaction = chain.sign(sender, None, value, data, **options)
    except CallFailed as failed:
        limit = chain.config.gas_limit
        call = Call(sender.address, None, limit, Wei(value), data)
        answer = failed.answer
    else:
        chain.send(transaction)
        chain.mine()
        made.find_result(transaction)
        return Contract(chain, artifact, address, transaction)
    raise explain_call(chain, artifact, "__init__", call, answer)


def contract(chain: Chain, contract: str | Artifact, address: Address) -> Contract:
    """Return the contract at an address, as `Chain.contract` says."""
    return Contract(chain, read_contract(contract), address)
