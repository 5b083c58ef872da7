"""Contracts are programs at an address of the chain, written here in Vyper.

The sources lie beside this file, in a folder for each domain, and are named by it:
``"tokens/erc20"``. They are compiled when they are first asked for.
"""

from minichain.contracts.artifact import Artifact
from minichain.contracts.compiler import CompilationFailed, compile_source
from minichain.contracts.library import compile_contract, list_contracts, read_source

__all__ = [
    "Artifact",
    "CompilationFailed",
    "compile_contract",
    "compile_source",
    "list_contracts",
    "read_source",
]
