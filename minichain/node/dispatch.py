"""Dispatch is the way from a request's text to the method it names, and back.

Whatever the text is, the answer is one that JSON-RPC knows.

References
----------
.. [1] JSON-RPC 2.0 specification, sections 4 to 6.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from minichain.json_text import InvalidJson, parse_json
from minichain.node.failures import (
    Failure,
    InternalFailure,
    InvalidParameters,
    InvalidRequest,
    LimitExceeded,
    NotJson,
    UnknownMethod,
)
from minichain.node.methods import METHODS
from minichain.node.node import Node

VERSION = "2.0"
"""The protocol that every answer names."""

LOGGER = logging.getLogger("minichain.node")
"""Told of mistakes of the node's own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one who asks may ask for.

    Attributes
    ----------
    bytes : int
        Size of a request's text.
    depth : int
        Lists and objects within each other.
    batch : int
        Requests in one text.
    answer : int
        Size of the answers to a batch together, in bytes.
    rate : float
        Requests a second, from one address; 0 for any number.
    connections : int
        Connections at once.
    subscriptions : int
        Subscriptions of one connection.
    """

    bytes: int = 2**20
    depth: int = 32
    batch: int = 1_000
    answer: int = 2**25
    rate: float = 0
    connections: int = 1_000
    subscriptions: int = 100


Methods = Mapping[str, Callable[[Node, list[Any]], Any]]
"""What can be asked for, by name."""


class Dispatcher:
    """Answers requests to a node.

    Parameters
    ----------
    node : Node
        The node.
    limits : Limits
        What may be asked for.
    methods : mapping
        What can be asked for; by default all methods.
    """

    def __init__(
        self, node: Node, limits: Limits | None = None, methods: Methods = METHODS
    ) -> None:
        self.node = node
        self.limits = limits or Limits()
        self.methods = methods

    def answer(self, text: str | bytes, more: Methods | None = None) -> str:
        """Return the answer to a request's text; empty if none is wanted.

        Parameters
        ----------
        text : str or bytes
            The request, or a list of requests.
        more : mapping or None
            Methods that this connection has besides.
        """
        try:
            request = self.read(text)
        except Failure as failure:
            return write(make_answer(None, failure))
        if not isinstance(request, list):
            return write(self.answer_one(request, more))
        answers: list[str] = []
        size = 0
        for one in request:
            if size > self.limits.answer:
                reason = f"answers of more than {self.limits.answer} bytes"
                written = write(make_answer(_id(one), LimitExceeded(reason)))
            else:
                written = write(self.answer_one(one, more))
            if written:
                size += len(written)
                answers.append(written)
        return f"[{','.join(answers)}]" if answers else ""

    def read(self, text: str | bytes) -> Any:
        """Return the request, or list of requests, that a text says.

        Raises
        ------
        NotJson, InvalidRequest, LimitExceeded
            There is none, or it is too large.
        """
        if len(text) > self.limits.bytes:
            reason = f"request of {len(text)} bytes, at most {self.limits.bytes}"
            raise LimitExceeded(reason)
        try:
            if isinstance(text, bytes):
                text = text.decode("utf-8")
            request = parse_json(text, self.limits.depth, _refuse_constant)
        except (InvalidJson, UnicodeDecodeError) as error:
            raise NotJson(f"no JSON: {error}") from error
        if isinstance(request, list):
            if not request:
                raise InvalidRequest("an empty list of requests")
            if len(request) > self.limits.batch:
                reason = f"{len(request)} requests, at most {self.limits.batch}"
                raise LimitExceeded(reason)
        return request

    def answer_one(
        self, request: Any, more: Methods | None = None
    ) -> dict[str, Any] | None:
        """Return the answer to one request; None to one that wants none."""
        wants_answer = not isinstance(request, dict) or "id" in request
        try:
            answer = make_answer(_id(request), self._run(request, more or {}))
        except Failure as failure:
            answer = make_answer(_id(request), failure)
            wants_answer = wants_answer or isinstance(failure, InvalidRequest)
        except Exception as error:
            LOGGER.exception("a method failed")
            reason = f"internal error: {type(error).__name__}"
            answer = make_answer(_id(request), InternalFailure(reason))
        return answer if wants_answer else None

    def _run(self, request: Any, more: Methods) -> Any:
        if not isinstance(request, dict):
            raise InvalidRequest("a request is an object")
        if request.get("jsonrpc") != VERSION:
            raise InvalidRequest(f"jsonrpc must be {VERSION!r}")
        name, given = request.get("method"), request.get("params", [])
        if not isinstance(name, str):
            raise InvalidRequest("method must be a text")
        if "id" in request and not _is_id(request["id"]):
            raise InvalidRequest("id must be a text, a number or null")
        run = more.get(name) or self.methods.get(name)
        if run is None:
            raise UnknownMethod(f"there is no method {name[:60]!r}")
        if given is None:
            given = []
        if not isinstance(given, list):
            raise InvalidParameters("parameters are given by place, in a list")
        return run(self.node, given)


def make_answer(identity: Any, outcome: Any) -> dict[str, Any]:
    """Return the answer that carries a result, or a failure."""
    answer = {"jsonrpc": VERSION, "id": identity}
    if isinstance(outcome, Failure):
        return {**answer, "error": outcome.to_json()}
    return {**answer, "result": outcome}


def write(answer: Any) -> str:
    """Return an answer as text; empty for none."""
    return "" if answer is None else json.dumps(answer, separators=(",", ":"))


def _id(request: Any) -> Any:
    identity = request.get("id") if isinstance(request, dict) else None
    return identity if _is_id(identity) else None


def _is_id(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or isinstance(value, str) or number


def _refuse_constant(name: str) -> Any:
    raise NotJson(f"no JSON: {name} is no number")
