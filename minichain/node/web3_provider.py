"""A provider carries web3.py's requests to a node in the same process.

No socket is between the two, and no text: what goes over is what a server would get.
"""

import json
from typing import Any

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from minichain.node.dispatch import Dispatcher
from minichain.node.node import Node


class NodeProvider(JSONBaseProvider):
    """A web3 provider over a node.

    Parameters
    ----------
    node : Node
        The node.
    """

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node
        self._dispatcher = Dispatcher(node)

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Return the node's answer to one request."""
        request = self.encode_rpc_request(method, params)
        answer: RPCResponse = json.loads(self._dispatcher.answer(request))
        return answer

    def is_connected(self, show_traceback: bool = False) -> bool:
        """Return that the node is there."""
        return True
