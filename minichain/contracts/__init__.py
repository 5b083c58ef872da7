"""Contracts are programs at an address of the chain, written here in Vyper.

The sources lie beside this file, in a folder for each domain, and are named by it:
``"tokens/erc20"``. They are compiled when they are first asked for.
"""

from minichain.contracts.artifact import Artifact
from minichain.contracts.compiler import CompilationFailed, compile_source
from minichain.contracts.contract import Contract
from minichain.contracts.failure import Failed, Halted, Reverted
from minichain.contracts.library import compile_contract, list_contracts, read_source
from minichain.contracts.result import Announced, Result

__all__ = [
    "Announced",
    "Artifact",
    "CompilationFailed",
    "Contract",
    "Failed",
    "Halted",
    "Result",
    "Reverted",
    "compile_contract",
    "compile_source",
    "list_contracts",
    "read_source",
]
