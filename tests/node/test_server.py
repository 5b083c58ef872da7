"""A server answers over HTTP and WebSocket, within limits, and strangers not at all."""

import asyncio
import http.client
import json
import threading
import time

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from web3 import AsyncWeb3, HTTPProvider, Web3, WebSocketProvider
from web3.exceptions import ContractLogicError

from minichain.chain import Chain
from minichain.node import Limits, Node
from minichain.node import server as module
from minichain.node.server import Allowance
from minichain.units import GWEI
from tests.apart import run_apart
from tests.node.contracts import compile_board
from tests.node.serving import serve

NUMBER = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber"})


@pytest.fixture
def server(node):
    limits = Limits(bytes=10_000, connections=3, subscriptions=2)
    with serve(node, limits=limits, origins=frozenset({"http://friend"})) as server:
        yield server


def post(server, body=NUMBER, method="POST", path="/", **headers):
    """Return the status and the answer of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    plain = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"Content-Type": "application/json", **plain}
    connection.request(method, path, body=body, headers=given)
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, json.loads(text) if text.startswith((b"{", b"[")) else text


@pytest.mark.oracle
def test_web3_pays_over_http(server):
    w3 = Web3(HTTPProvider(f"http://127.0.0.1:{server.port}"))
    assert w3.is_connected()
    alice, bob = w3.eth.accounts[:2]
    sent = w3.eth.send_transaction({"from": alice, "to": bob, "value": 5})
    assert w3.eth.wait_for_transaction_receipt(sent).status == 1
    with w3.batch_requests() as batch:
        batch.add(w3.eth.get_block("latest"))
        batch.add(w3.eth.get_balance(bob))
        block, balance = batch.execute()
    assert (block.number, balance) == (1, 10_000 * 10**18 + 5)
    for _, session in w3.provider._request_session_manager.session_cache.items():
        session.close()


@pytest.mark.parametrize(
    ("status", "code", "request_"),
    [
        (200, -32700, {"body": "{"}),
        (200, -32601, {"body": NUMBER.replace("Number", "Numbers")}),
        (413, -32005, {"body": NUMBER + " " * 10_000}),
        (415, -32000, {"Content_Type": "text/plain"}),
        (405, -32000, {"method": "GET", "body": None}),
        (405, -32000, {"method": "DELETE"}),
        (403, -32000, {"Host": "evil.example"}),
        (403, -32000, {"Host": "[bad"}),
        (403, -32000, {"Origin": "http://evil.example"}),
        (403, -32000, {"Origin": "null"}),
    ],
)
def test_what_cannot_be_answered_gets_a_status_and_a_code(
    server, status, code, request_
):
    found, answer = post(server, **request_)
    assert (found, answer["error"]["code"]) == (status, code)
    assert post(server)[1]["result"] == "0x0"


def test_a_notification_gets_no_body(server):
    body = json.dumps({"jsonrpc": "2.0", "method": "evm_mine"})
    assert post(server, body) == (204, b"")
    assert post(server)[1]["result"] == "0x1"


def test_a_page_that_may_ask_is_told_so(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("OPTIONS", "/", headers={"Origin": "http://friend"})
    response = connection.getresponse()
    response.read()
    assert response.status == 204
    assert response.headers["Access-Control-Allow-Origin"] == "http://friend"
    connection.close()


def test_other_paths_are_not_there(server):
    assert post(server, path="/other")[0] == 404


def test_who_asks_too_often_has_to_wait(node):
    with serve(node, limits=Limits(rate=5)) as server:
        statuses = [post(server)[0] for _ in range(12)]
        assert statuses[:5] == [200] * 5
        assert 429 in statuses
        time.sleep(0.3)
        assert post(server)[0] == 200


def test_an_allowance_grows_back_and_not_beyond_its_measure():
    allowance = Allowance(2)
    assert [allowance.take(0.0) for _ in range(3)] == [True, True, False]
    assert [allowance.take(0.5) for _ in range(2)] == [True, False]
    assert [allowance.take(100.0) for _ in range(3)] == [True, True, False]


@pytest.mark.oracle
def test_web3_subscribes_to_blocks_over_websocket(server):
    async def talk() -> list[int]:
        address = f"ws://127.0.0.1:{server.port}"
        async with AsyncWeb3(WebSocketProvider(address)) as w3:
            await w3.eth.subscribe("newHeads")
            pending = await w3.eth.subscribe("newPendingTransactions")
            alice, bob, *_ = await w3.eth.accounts
            sent = await w3.eth.send_transaction({"from": alice, "to": bob})
            told = []
            async for message in w3.socket.process_subscriptions():
                told.append(message["result"])
                if len(told) == 2:
                    break
            assert told[0] == sent
            assert await w3.eth.unsubscribe(pending)
            await w3.eth.send_transaction({"from": alice, "to": bob})
            async for message in w3.socket.process_subscriptions():
                told.append(message["result"])
                break
            assert "transactions" not in told[1]
            return [block["number"] for block in told[1:]]

    assert run_apart(talk()) == [1, 2]


async def converse(server, *texts: str, answers: int | None = None) -> list[dict]:
    """Return what a WebSocket says after some texts were sent."""
    said = []
    async with (
        ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{server.port}") as socket,
    ):
        for text in texts:
            await socket.send_str(text)
        for _ in range(len(texts) if answers is None else answers):
            message = await asyncio.wait_for(socket.receive(), 20)
            said.append(json.loads(message.data))
    return said


def subscribe(*params: object) -> str:
    request = {"jsonrpc": "2.0", "id": 1, "method": "eth_subscribe", "params": params}
    return json.dumps(request)


def test_bad_texts_over_a_websocket_get_codes_and_the_connection_stays(server):
    texts = ("{", "[]", subscribe(), subscribe("nothing"), subscribe([]), NUMBER)
    said = run_apart(converse(server, *texts))
    codes = [one.get("error", {}).get("code") for one in said]
    assert codes == [-32700, -32600, -32602, -32602, -32602, None]


def test_a_connection_has_so_many_subscriptions_and_they_end_with_it(server, node):
    said = run_apart(converse(server, *[subscribe("newHeads")] * 3))
    assert [one.get("error", {}).get("code") for one in said] == [None, None, -32005]
    deadline = time.monotonic() + 10
    while len(node.feeds) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(node.feeds) == 0


def test_subscriptions_are_for_connections_that_last(server):
    assert post(server, subscribe("newHeads"))[1]["error"]["code"] == -32601


def test_there_are_so_many_connections_and_then_no_more(server):
    async def crowd() -> int:
        async with ClientSession() as session:
            address = f"http://127.0.0.1:{server.port}"
            sockets = [await session.ws_connect(address) for _ in range(3)]
            with pytest.raises(WSServerHandshakeError) as caught:
                await session.ws_connect(address)
            for socket in sockets:
                await socket.close()
            return caught.value.status

    assert run_apart(crowd()) == 429


def test_a_page_of_somebody_else_gets_no_websocket(server):
    async def intrude() -> int:
        async with ClientSession(headers={"Origin": "http://evil.example"}) as session:
            with pytest.raises(WSServerHandshakeError) as caught:
                await session.ws_connect(f"http://127.0.0.1:{server.port}")
            return caught.value.status

    assert run_apart(intrude()) == 403


def test_who_does_not_listen_is_cut_off_and_others_are_told(server, node, monkeypatch):
    monkeypatch.setattr(module, "MAX_UNSENT", 5)

    async def doze() -> bool:
        async with (
            ClientSession() as session,
            session.ws_connect(f"http://127.0.0.1:{server.port}") as socket,
        ):
            await socket.send_str(subscribe("newHeads"))
            await socket.receive()
            mine = {"method": "hardhat_mine", "params": ["0x40"]}
            await socket.send_str(json.dumps({"jsonrpc": "2.0", "id": 2, **mine}))
            while True:
                message = await asyncio.wait_for(socket.receive(), 20)
                if message.type.name in ("CLOSE", "CLOSED", "CLOSING"):
                    return True

    assert run_apart(doze())
    assert post(server)[1]["result"] == "0x40"


def test_many_clients_at_once_are_all_answered_and_no_block_is_lost():
    node = Node(Chain.dev(accounts=20, seal="on-demand", base_fee_per_gas=GWEI))
    failed = []

    def pay(server, sender: int) -> None:
        accounts = [f"0x{address.hex()}" for address in node.chain.accounts]
        order = {"from": accounts[sender], "to": accounts[sender - 1], "gas": "0x5208"}
        for number in range(5):
            request = {
                "jsonrpc": "2.0", "id": number,
                "method": "eth_sendTransaction", "params": [order],
            }  # fmt: skip
            status, answer = post(server, json.dumps(request))
            if status != 200 or "result" not in answer:
                failed.append(answer)

    with serve(node) as server:
        threads = [threading.Thread(target=pay, args=(server, n)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert sum(len(block.transactions) for block in node.chain.blocks) == 100


@pytest.mark.oracle
def test_web3_is_told_of_a_contracts_logs_over_a_websocket(server, node):
    artifact = compile_board()

    async def talk() -> tuple[list[int], list[int]]:
        address = f"ws://127.0.0.1:{server.port}"
        async with AsyncWeb3(WebSocketProvider(address)) as w3:
            alice, bob, *_ = await w3.eth.accounts
            factory = w3.eth.contract(
                abi=artifact.interface, bytecode=artifact.initcode
            )
            sent = await factory.constructor("x").transact({"from": alice})
            receipt = await w3.eth.wait_for_transaction_receipt(sent)
            board = w3.eth.contract(
                abi=artifact.interface, address=receipt.contractAddress
            )
            noted = board.events.Noted()
            seventh = {
                "address": board.address,
                "topics": [noted.topic, None, f"0x{7:064x}"],
            }
            every = await w3.eth.subscribe("logs", {"address": board.address})
            some = await w3.eth.subscribe("logs", seventh)
            for number in (6, 7, 8):
                await board.functions.note(number, "x").transact({"from": bob})
            told: dict[str, list[int]] = {every: [], some: []}
            async for message in w3.socket.process_subscriptions():
                log = noted.process_log(message["result"])
                told[message["subscription"]].append(log["args"]["number"])
                if sum(map(len, told.values())) == 4:
                    break
            return told[every], told[some]

    assert run_apart(talk()) == ([6, 7, 8], [7])


@pytest.mark.oracle
def test_web3_meets_a_refusal_over_http_as_in_process(server):
    artifact = compile_board()
    w3 = Web3(HTTPProvider(f"http://127.0.0.1:{server.port}"))
    factory = w3.eth.contract(abi=artifact.interface, bytecode=artifact.initcode)
    sent = factory.constructor("x").transact({"from": w3.eth.accounts[0]})
    at = w3.eth.wait_for_transaction_receipt(sent).contractAddress
    board = w3.eth.contract(abi=artifact.interface, address=at)
    with pytest.raises(ContractLogicError, match="board: thirteen"):
        board.functions.note(13, "x").call()
    with w3.batch_requests() as batch:
        batch.add(board.functions.count())
        batch.add(w3.eth.get_code(at))
        count, code = batch.execute()
    assert (count, code) == (0, w3.eth.get_code(at))
    for _, session in w3.provider._request_session_manager.session_cache.items():
        session.close()
