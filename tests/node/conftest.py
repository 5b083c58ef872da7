"""A node on a chain of its own, asked in JSON."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from minichain.chain import Chain
from minichain.node import Dispatcher, Node
from minichain.units import GWEI


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code, self.data = error["code"], error.get("data")


@pytest.fixture
def node() -> Node:
    return Node(Chain.dev(accounts=3, seal="on-demand", base_fee_per_gas=GWEI))


@pytest.fixture
def ask(node) -> Callable[..., Any]:
    """Return a function from a method and its parameters to its result."""
    dispatcher = Dispatcher(node)

    def ask_node(method: str, *params: Any) -> Any:
        request = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        answer = json.loads(dispatcher.answer(json.dumps(request)))
        assert (answer["jsonrpc"], answer["id"]) == ("2.0", 7)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    return ask_node
