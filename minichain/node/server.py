"""A server lets others reach a node: HTTP and WebSocket on one port.

All requests go to the chain through one thread, in the order in which they came, so
that a long call delays others but mixes with none. Pages from other places are kept
out: a browser sends what any page asks it to, and this machine is not theirs.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from minichain.node.dispatch import Dispatcher, Limits, make_answer, write
from minichain.node.failures import Failure, LimitExceeded, NotPossible
from minichain.node.node import Node
from minichain.node.subscriptions import Subscriptions

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine, for itself."""

MAX_WAITING = 1_024
"""Requests that wait for the chain at most."""

MAX_UNSENT = 1_000
"""Messages that wait for a slow subscriber; with one more it is cut off."""

READ_TIMEOUT = 30.0
"""Seconds within which a request must have come whole."""

HEARTBEAT = 30.0
"""Seconds after which a silent WebSocket is asked whether it is there."""


class Server:
    """Serves a node.

    Parameters
    ----------
    node : Node
        The node.
    limits : Limits
        What may be asked for.
    origins : frozenset of str
        Web pages that may ask, such as "http://localhost:8888".
    hosts : frozenset of str
        Names that the server may be called by, besides those of this machine; "*"
        for any.

    Attributes
    ----------
    port : int
        Where it listens, once it does.
    """

    def __init__(
        self,
        node: Node,
        limits: Limits | None = None,
        origins: frozenset[str] = frozenset(),
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self.node = node
        self.limits = limits or Limits()
        self.port = 0
        self._dispatcher = Dispatcher(node, self.limits)
        self._origins, self._hosts = origins, LOOPBACK | hosts
        self._worker = ThreadPoolExecutor(1, "chain")
        self._waiting = 0
        self._allowances: dict[str, Allowance] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 8545) -> None:
        """Begin to listen; port 0 takes one that is free."""
        app = web.Application(client_max_size=self.limits.bytes)
        app.router.add_route("*", "/", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Finish what is being done, and let go of the port."""
        for socket in list(self._sockets):
            await socket.close(code=1001)
        if self._runner is not None:
            await self._runner.cleanup()
        await asyncio.to_thread(self._worker.shutdown)

    async def work(self, job: Callable[[], str]) -> str:
        """Return what a job on the chain comes to, when its turn has come.

        Raises
        ------
        LimitExceeded
            Too many wait already.
        """
        if self._waiting >= MAX_WAITING:
            raise LimitExceeded(f"{MAX_WAITING} requests wait already")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._worker, job)
        finally:
            self._waiting -= 1

    # HTTP

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_place(request)
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return await self._serve_socket(request)
            return await self._serve_request(request)
        except _Refused as refused:
            return _respond(refused.status, refused.failure)
        except web.HTTPRequestEntityTooLarge:
            reason = f"request of more than {self.limits.bytes} bytes"
            return _respond(413, LimitExceeded(reason))
        except LimitExceeded as failure:
            return _respond(429, failure)
        except TimeoutError:
            return _respond(408, NotPossible("the request did not come whole"))

    async def _serve_request(self, request: web.Request) -> web.Response:
        headers = _allow_origin(request)
        if request.method == "OPTIONS":
            return web.Response(status=204, headers=headers)
        if request.method != "POST":
            raise _Refused(405, "requests are posted")
        if request.content_type != "application/json":
            raise _Refused(415, "requests are of type application/json")
        self._spend(request.remote or "")
        async with asyncio.timeout(READ_TIMEOUT):
            body = await request.read()
        text = await self.work(lambda: self._dispatcher.answer(body))
        if not text:
            return web.Response(status=204, headers=headers)
        return web.Response(text=text, content_type="application/json", headers=headers)

    def _check_place(self, request: web.Request) -> None:
        """Check that a request is for this server, and from no other's page."""
        try:
            host = urlsplit(f"//{request.host}").hostname or ""
        except ValueError:
            host = ""
        if "*" not in self._hosts and host not in self._hosts:
            raise _Refused(403, "this server has another name")
        origin = request.headers.get("Origin")
        if origin is not None and not {origin, "*"} & self._origins:
            raise _Refused(403, "this page is not among those that may ask")

    def _spend(self, address: str) -> None:
        """Take one request from what an address may send."""
        rate = self.limits.rate
        if not rate:
            return
        if len(self._allowances) > 10_000:
            self._allowances.clear()
        allowance = self._allowances.setdefault(address, Allowance(rate))
        if not allowance.take(monotonic()):
            raise LimitExceeded(f"more than {rate:g} requests a second")

    # WebSocket

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        if len(self._sockets) >= self.limits.connections:
            raise LimitExceeded(f"{self.limits.connections} connections are open")
        socket = web.WebSocketResponse(
            max_msg_size=self.limits.bytes, heartbeat=HEARTBEAT
        )
        await socket.prepare(request)
        self._sockets.add(socket)
        loop = asyncio.get_running_loop()
        unsent: asyncio.Queue[str] = asyncio.Queue(MAX_UNSENT)
        writer = asyncio.create_task(_write_all(socket, unsent))

        def put(text: str) -> None:
            if unsent.full():
                writer.cancel()
            elif text:
                unsent.put_nowait(text)

        def send(text: str) -> None:
            # Called in the chain's thread, so that answers and news keep their order.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(put, text)

        told = Subscriptions(self.node, send, self.limits.subscriptions)

        def answer(text: str | bytes) -> str:
            send(self._dispatcher.answer(text, told.methods))
            return ""

        async def take(text: str | bytes) -> None:
            try:
                self._spend(request.remote or "")
                await self.work(lambda: answer(text))
            except LimitExceeded as failure:
                put(write(make_answer(None, failure)))

        try:
            async for message in socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await take(message.data)
                if writer.done():
                    break
        finally:
            writer.cancel()
            self._sockets.discard(socket)
            with suppress(RuntimeError):
                await loop.run_in_executor(self._worker, told.close)
            await socket.close()
        return socket


class Allowance:
    """Requests that somebody may send now: they grow back with time.

    Parameters
    ----------
    rate : float
        Requests that grow back in a second, and that there are at most.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._left = max(rate, 1.0)
        self._at: float | None = None

    def take(self, now: float) -> bool:
        """Take one, and return whether there was one."""
        passed = 0.0 if self._at is None else now - self._at
        self._left = min(self._left + passed * self._rate, max(self._rate, 1.0))
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class _Refused(Exception):
    """A request that does not get as far as the node."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.failure = status, NotPossible(reason)


def _allow_origin(request: web.Request) -> dict[str, str]:
    """Return the headers by which a browser lets a page see the answer."""
    origin = request.headers.get("Origin")
    if origin is None:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Headers": "content-type",
        "Access-Control-Allow-Methods": "POST",
        "Vary": "Origin",
    }


async def _write_all(
    socket: web.WebSocketResponse, unsent: "asyncio.Queue[str]"
) -> None:
    try:
        while True:
            await socket.send_str(await unsent.get())
    except (ConnectionError, RuntimeError):
        pass
    finally:
        with suppress(Exception):
            await asyncio.wait_for(socket.close(code=1013), 1)


def _respond(status: int, failure: Failure) -> web.Response:
    text = write(make_answer(None, failure))
    return web.Response(status=status, text=text, content_type="application/json")
