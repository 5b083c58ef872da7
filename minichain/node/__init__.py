"""A node answers JSON-RPC about a chain: over HTTP, WebSocket, and in the process.

>>> from minichain import Chain
>>> node = Node(Chain.dev(seal="on-demand"))
>>> Dispatcher(node).answer('{"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber"}')
'{"jsonrpc":"2.0","id":1,"result":"0x0"}'
"""

from typing import TYPE_CHECKING

from minichain.chain import Chain
from minichain.node.dispatch import Dispatcher, Limits
from minichain.node.failures import Failure
from minichain.node.node import Node

if TYPE_CHECKING:
    from minichain.node.web3_provider import NodeProvider

__all__ = ["Dispatcher", "Failure", "Limits", "Node", "provider"]


def provider(chain: Chain | Node) -> "NodeProvider":
    """Return a web3.py provider over a chain in this process.

    Examples
    --------
    >>> from web3 import Web3
    >>> w3 = Web3(provider(Chain.dev(seal="on-demand")))
    >>> w3.eth.block_number
    0
    """
    from minichain.node.web3_provider import NodeProvider

    return NodeProvider(chain if isinstance(chain, Node) else Node(chain))
