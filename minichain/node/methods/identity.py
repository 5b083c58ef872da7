"""Identity is what a node says of itself."""

import platform
from importlib.metadata import version
from typing import Any

from minichain.crypto.hashing import keccak256
from minichain.node.hexadecimal import data, quantity, read_data
from minichain.node.methods.table import Table, method
from minichain.node.node import Node
from minichain.node.views import show_address, show_transaction

TABLE: Table = {}
"""The methods of this module."""

MODULES = (
    "anvil", "debug", "eth", "evm", "hardhat", "minichain", "net", "rpc", "txpool",
    "web3",
)  # fmt: skip
"""First parts of the methods' names."""


@method(TABLE, "web3_clientVersion")
def client_version(node: Node) -> str:
    """Return which program this is."""
    return f"minichain/{version('minichain')}/python{platform.python_version()}"


@method(TABLE, "web3_sha3", read_data)
def hash_data(node: Node, value: bytes) -> str:
    """Return the Keccak-256 of bytes."""
    return data(keccak256(value))


@method(TABLE, "net_version")
def network(node: Node) -> str:
    """Return the chain's number in decimal."""
    return str(node.chain.config.chain_id)


@method(TABLE, "net_listening")
def listening(node: Node) -> bool:
    """Return that somebody is there."""
    return True


@method(TABLE, "net_peerCount")
def count_peers(node: Node) -> str:
    """Return that the node knows no other."""
    return quantity(0)


@method(TABLE, "rpc_modules")
def list_modules(node: Node) -> dict[str, str]:
    """Return the first parts of the methods' names."""
    return dict.fromkeys(MODULES, "1.0")


@method(TABLE, "eth_chainId")
def chain_id(node: Node) -> str:
    """Return the number that transactions must name."""
    return quantity(node.chain.config.chain_id)


@method(TABLE, "eth_protocolVersion")
def protocol_version(node: Node) -> str:
    """Return the version of Ethereum's protocol among nodes that this resembles."""
    return quantity(68)


@method(TABLE, "eth_syncing")
def syncing(node: Node) -> bool:
    """Return that nothing is being caught up with."""
    return False


@method(TABLE, "eth_mining")
def mining(node: Node) -> bool:
    """Return whether each transaction is sealed at once."""
    return node.automine


@method(TABLE, "eth_hashrate")
def hash_rate(node: Node) -> str:
    """Return that the node searches only while a block is asked for."""
    return quantity(0)


@method(TABLE, "eth_coinbase")
def beneficiary(node: Node) -> str:
    """Return who gets the rewards of blocks sealed here."""
    return show_address(node.chain.beneficiary)


@method(TABLE, "txpool_content")
def list_waiting(node: Node) -> dict[str, Any]:
    """Return what waits by sender and nonce: for a block, or for one before it."""
    ready = {one.hash for one in node.ready()}
    content: dict[str, Any] = {"pending": {}, "queued": {}}
    for one in node.chain.mempool:
        part = content["pending" if one.hash in ready else "queued"]
        waiting = part.setdefault(show_address(one.sender), {})
        waiting[str(one.nonce)] = show_transaction(one)
    return content


@method(TABLE, "txpool_status")
def count_waiting(node: Node) -> dict[str, Any]:
    """Return how many transactions wait, and how many of them for one before."""
    pending = sum(1 for _ in node.ready())
    waiting = len(node.chain.mempool)
    return {"pending": quantity(pending), "queued": quantity(waiting - pending)}
