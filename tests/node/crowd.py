"""A crowd of clients that ask one node for everything at once, and check each answer.

Two thirds talk over HTTP, each on a connection of its own; the others over WebSocket,
where they are told of new blocks besides.
"""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, ClientWebSocketResponse, TCPConnector

from minichain.crypto.hashing import keccak256
from tests.node.contracts import compile_board
from tests.node.soak import ask

TIMEOUT = 60
"""Seconds after which an answer is missing."""

BAD: list[tuple[str, int]] = [
    ("{", -32700),
    ("[" * 200, -32700),
    ('{"jsonrpc": "2.0", "id": 1, "method": "eth_nothing"}', -32601),
    ('{"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [{}, 7]}', -32602),
    ('{"id": 1}', -32600),
    ("[]", -32600),
    ("x" * (2**20 + 1), -32005),
]
"""Requests that cannot be met, and the code that each has to get."""


@dataclass
class Tally:
    """What a crowd saw.

    Attributes
    ----------
    answers : Counter
        Answers by the method that was asked for.
    faults : Counter
        Answers that were not right, and connections that broke, by what was wrong.
    sizes : list of (float, int, int)
        From time to time: seconds since the beginning, bytes of memory of the node's
        process, transactions of its chain.
    slowest : float
        Seconds that the slowest answer took.
    """

    answers: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    sizes: list[tuple[float, int, int]] = field(default_factory=list)
    slowest: float = 0.0


@dataclass(frozen=True)
class Place:
    """What there is to ask for: accounts, and a contract."""

    accounts: list[str]
    board: str


def prepare(address: str) -> Place:
    """Deploy what the crowd calls."""
    accounts = ask(address, "eth_accounts")
    artifact = compile_board()
    create = artifact.initcode + artifact.constructor.encode_arguments("crowd")
    order = {"from": accounts[0], "data": f"0x{create.hex()}"}
    sent = ask(address, "eth_sendTransaction", order)
    ask(address, "evm_mine")
    receipt = ask(address, "eth_getTransactionReceipt", sent)
    return Place(accounts, receipt["contractAddress"])


def choose(chance: random.Random, place: Place) -> tuple[str, list[Any]]:
    """Return a method and its parameters: mostly reading, at times paying."""
    count = {"to": place.board, "data": "0x" + keccak256(b"count()")[:4].hex()}
    account = chance.choice(place.accounts)
    asked: list[tuple[int, str, list[Any]]] = [
        (6, "eth_blockNumber", []),
        (6, "eth_getBalance", [account, "latest"]),
        (4, "eth_getTransactionCount", [account, "pending"]),
        (6, "eth_call", [count, "latest"]),
        (3, "eth_estimateGas", [count]),
        (4, "eth_getBlockByNumber", ["latest", True]),
        (3, "eth_getLogs", [{"address": place.board, "fromBlock": "latest"}]),
        (2, "eth_feeHistory", ["0x5", "latest", [50]]),
        (2, "eth_getProof", [place.board, ["0x1"], "latest"]),
        (2, "eth_getCode", [place.board, "latest"]),
        (1, "debug_traceCall", [count, "latest"]),
        (1, "eth_newBlockFilter", []),
        (1, "eth_sendTransaction", [
            {"from": account, "to": place.accounts[0], "value": "0x1"}
        ]),
    ]  # fmt: skip
    (chosen,) = chance.choices(asked, [weight for weight, _, _ in asked])
    return chosen[1], chosen[2]


async def crowd(
    address: str, process: int, clients: int, seconds: float, pause: float = 0.02
) -> Tally:
    """Let clients ask for some seconds, and return what they saw.

    Parameters
    ----------
    address : str
        Where the node is.
    process : int
        Its process, whose memory is measured.
    clients : int
        How many.
    seconds : float
        How long.
    pause : float
        Seconds that a client waits between an answer and its next request.
    """
    tally = Tally()
    place = await asyncio.to_thread(prepare, address)
    until = time.monotonic() + seconds
    connector = TCPConnector(limit=0)
    timeout = ClientTimeout(TIMEOUT)
    async with ClientSession(connector=connector, timeout=timeout) as session:

        async def run(number: int) -> None:
            chance = random.Random(number)
            client = _Client(session, address, tally, place, chance)
            try:
                talk = client.talk if number % 3 else client.listen
                await talk(until, pause)
            except Exception as error:
                tally.faults[f"{type(error).__name__}: {error}"] += 1

        measuring = asyncio.create_task(_measure(address, process, tally, until))
        await asyncio.gather(*(run(number) for number in range(clients)))
        await measuring
    return tally


class _Client:
    """One of the crowd."""

    def __init__(
        self, session: ClientSession, address: str, tally: Tally, place: Place,
        chance: random.Random,
    ) -> None:  # fmt: skip
        self._session, self._address, self._tally = session, address, tally
        self._place, self._chance = place, chance
        self._count = 0

    async def talk(self, until: float, pause: float) -> None:
        """Ask over HTTP."""
        headers = {"Content-Type": "application/json"}

        async def send(text: str) -> Any:
            async with self._session.post(
                self._address, data=BytesIO(text.encode()), headers=headers
            ) as response:
                return json.loads(await response.read())

        while time.monotonic() < until:
            if self._chance.random() < 0.03:
                text, code = self._chance.choice(BAD)
                self._judge(code, await self._time(send, text))
            elif self._chance.random() < 0.05:
                await self._ask_together(send)
            else:
                await self._ask(send)
            await asyncio.sleep(pause)

    async def listen(self, until: float, pause: float) -> None:
        """Ask over a WebSocket, and be told of new blocks."""
        async with self._session.ws_connect(self._address, max_msg_size=0) as socket:

            async def send(text: str) -> Any:
                await socket.send_str(text)
                return await self._wait(socket)

            opened = await send(self._write("eth_subscribe", ["newHeads"]))
            self._expect("result" in opened, "no subscription")
            while time.monotonic() < until:
                await self._ask(send)
                await asyncio.sleep(pause)

    async def _wait(self, socket: ClientWebSocketResponse) -> Any:
        while True:
            answer = json.loads(await socket.receive_str(timeout=TIMEOUT))
            if "id" in answer:
                return answer
            self._expect(answer.get("method") == "eth_subscription", "no news")
            self._tally.answers["news"] += 1

    async def _ask(self, send: Callable[[str], Any]) -> None:
        method, params = choose(self._chance, self._place)
        answer = await self._time(send, self._write(method, params))
        is_right = answer.get("id") == self._count and "result" in answer
        self._expect(is_right, f"{method}: {str(answer)[:120]}")
        self._tally.answers[method] += 1
        if method == "eth_newBlockFilter" and is_right:
            text = self._write("eth_uninstallFilter", [answer["result"]])
            gone = await self._time(send, text)
            self._expect(gone.get("result") is True, f"filter: {gone}")

    async def _ask_together(self, send: Callable[[str], Any]) -> None:
        texts = [self._write(*choose(self._chance, self._place)) for _ in range(5)]
        answers = await self._time(send, f"[{','.join(texts)}]")
        self._expect([one.get("id") for one in answers] == [
            self._count - behind for behind in range(4, -1, -1)
        ], "batch out of order")  # fmt: skip
        for one in answers:
            self._expect("result" in one, f"batch: {str(one)[:120]}")
        self._tally.answers["batch"] += 1

    async def _time(self, send: Callable[[str], Any], text: str) -> Any:
        began = time.monotonic()
        answer = await send(text)
        took = time.monotonic() - began
        self._tally.slowest = max(self._tally.slowest, took)
        return answer

    def _judge(self, code: int, answer: Any) -> None:
        found = answer.get("error", {}).get("code")
        self._expect(found == code, f"code {found}, required {code}")
        self._tally.answers["refused"] += 1

    def _write(self, method: str, params: list[Any]) -> str:
        self._count += 1
        request = {"jsonrpc": "2.0", "id": self._count}
        return json.dumps({**request, "method": method, "params": params})

    def _expect(self, is_right: bool, fault: str) -> None:
        if not is_right:
            self._tally.faults[fault] += 1


async def _measure(address: str, process: int, tally: Tally, until: float) -> None:
    began = time.monotonic()
    while time.monotonic() < until:
        size = measure_memory(process)
        sent = tally.answers["eth_sendTransaction"]
        tally.sizes.append((time.monotonic() - began, size, sent))
        await asyncio.sleep(0.5)


def measure_memory(process: int) -> int:
    """Return the bytes of memory that a process has; 0 where nobody tells."""
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    line = next(line for line in text.splitlines() if line.startswith("VmRSS:"))
    return 1024 * int(line.split()[1])
