"""Every text gets an answer that JSON-RPC knows, with the standard's codes."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.node import Dispatcher, Limits, Node
from minichain.node.dispatch import LOGGER
from minichain.node.methods import METHODS, development
from tests.node.contracts import compile_board

NUMBER = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber"}
NUMBER_0 = {"jsonrpc": "2.0", "id": 1, "result": "0x0"}


@pytest.fixture(scope="module")
def dispatcher() -> Dispatcher:
    node = Node(Chain.dev(accounts=1, seal="on-demand"))
    return Dispatcher(node, Limits(bytes=20_000, batch=10, answer=400))


def answer(dispatcher: Dispatcher, request) -> object:
    text = request if isinstance(request, str | bytes) else json.dumps(request)
    return json.loads(dispatcher.answer(text))


# The examples of the standard, section 7.
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"jsonrpc": "2.0", "method": "foobar", "id": "1"}', -32601),
        ('{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', -32700),
        ('{"jsonrpc": "2.0", "method": 1, "params": "bar"}', -32600),
        ("[]", -32600),
        ("1", -32600),
        ("null", -32600),
        ("", -32700),
        (b"\xff\xfe", -32700),
        ('{"jsonrpc": "1.0", "method": "eth_blockNumber", "id": 1}', -32600),
        ('{"method": "eth_blockNumber", "id": 1}', -32600),
        ('{"jsonrpc": "2.0", "method": "eth_blockNumber", "id": {}}', -32600),
        ('{"jsonrpc": "2.0", "method": "eth_blockNumber", "id": true}', -32600),
        ('{"jsonrpc": "2.0", "method": "eth_blockNumber", "id": NaN}', -32700),
        ('{"jsonrpc": "2.0", "id": 1, "method": "eth_sign", "params": {}}', -32602),
        ('{"jsonrpc": "2.0", "id": 1, "method": "eth_sign", "params": 5}', -32602),
        (
            '{"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": [1]}',
            -32602,
        ),
        ("[" * 100, -32700),
        ("[" * 20_001, -32005),
        ('{"a":' * 3_000, -32700),
        ("9" * 10_000, -32700),
        (json.dumps([NUMBER] * 11), -32005),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_request_gets_the_standards_code(dispatcher, text, code):
    found = answer(dispatcher, text)
    assert found["error"]["code"] == code
    assert found["error"]["message"]
    assert "result" not in found


def test_a_request_is_answered_under_its_own_name(dispatcher):
    assert answer(dispatcher, NUMBER) == NUMBER_0
    for identity in ("a text", 1.5, None, -7, 2**70):
        found = answer(dispatcher, {**NUMBER, "id": identity})
        assert found == {**NUMBER_0, "id": identity}


@pytest.mark.parametrize("params", [[], None])
def test_no_parameters_may_be_written_in_two_ways(dispatcher, params):
    assert answer(dispatcher, {**NUMBER, "params": params}) == NUMBER_0


def test_a_notification_is_not_answered(dispatcher):
    silent = {k: v for k, v in NUMBER.items() if k != "id"}
    assert dispatcher.answer(json.dumps(silent)) == ""
    assert dispatcher.answer(json.dumps({**silent, "method": "nothing"})) == ""
    assert dispatcher.answer(json.dumps([silent, silent])) == ""


def test_a_batch_is_answered_one_by_one_and_bad_ones_spoil_no_other(dispatcher):
    silent = {k: v for k, v in NUMBER.items() if k != "id"}
    found = answer(dispatcher, [NUMBER, 1, silent, {**NUMBER, "method": "no"}, NUMBER])
    assert [one.get("result") for one in found] == ["0x0", None, None, "0x0"]
    assert [one.get("error", {}).get("code") for one in found] == [
        None, -32600, -32601, None,
    ]  # fmt: skip


def test_a_batch_whose_answers_are_too_long_is_cut_off(dispatcher):
    block = {**NUMBER, "method": "eth_getBlockByNumber", "params": ["latest"]}
    found = answer(dispatcher, [block, NUMBER])
    assert "result" in found[0]
    assert found[1]["error"]["code"] == -32005


def test_a_mistake_of_the_node_is_an_internal_error_and_told_to_the_log(caplog):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    node = Node(Chain.dev(accounts=1, seal="on-demand"))
    failing = Dispatcher(node, methods={"eth_blockNumber": fail})
    with caplog.at_level("ERROR", logger=LOGGER.name):
        error = answer(failing, NUMBER)["error"]
    assert error == {"code": -32603, "message": "internal error: ZeroDivisionError"}
    assert "a secret" in caplog.text


FIELDS = [
    "from",
    "to",
    "data",
    "gas",
    "value",
    "topics",
    "address",
    "fromBlock",
    "tracer",
    "stateOverrides",
    "stateDiff",
    "code",
    "balance",
    "accessList",
    "storageKeys",
    "blockHash",
    "timestamp",
    "blocks",
    "0x" + "11" * 20,
    "0x" + "11" * 32,
]
TEXTS = [
    "0x",
    "0x1",
    "0x7a120",
    "latest",
    "pending",
    "earliest",
    "callTracer",
    "eip3155",
    "0x" + "11" * 20,
    "0x" + "11" * 32,
    "0x" + "ff" * 32,
    "0x602a60005260206000f3",
    "0x7f0f513b0b52e06e627ba50e2a9fabe15d1e59ac",
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(FIELDS)
        | st.text(max_size=4),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@pytest.fixture(scope="module")
def busy() -> Iterator[Dispatcher]:
    """Return a node with a contract, which mines no more than a few blocks at once."""
    node = Node(Chain.dev(accounts=1, seal="on-demand"))
    artifact = compile_board()
    data = artifact.initcode + artifact.constructor.encode_arguments("x")
    node.send(node.chain.sign(node.chain.keys[0], None, data=data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(development, "MAX_MINED", 3)
        yield Dispatcher(node)


@given(st.sampled_from(sorted(METHODS)), st.lists(json_values, max_size=4))
@settings(max_examples=500, deadline=None)
def test_no_parameters_make_the_node_fail(busy, name, params):
    # Each method makes at most an error of its own; "internal" would be a mistake.
    dispatcher = busy
    request = {"jsonrpc": "2.0", "id": 1, "method": name, "params": params}
    found = answer(dispatcher, request)
    assert found.get("error", {}).get("code") != -32603, found


def quantities(most: int):
    return st.integers(0, most).map(hex) | st.sampled_from(
        ["0x0", hex(most), hex(2**64 - 1), hex(2**128), hex(2**255)]
    )


addresses = st.sampled_from(
    ["0x7F0F513b0b52E06E627bA50e2a9FABe15d1e59Ac", "0x" + "00" * 20,
     "0x" + "00" * 19 + "05", "0x" + "11" * 20]
)  # fmt: skip
words = st.binary(min_size=32, max_size=32).map(lambda word: f"0x{word.hex()}")
orders = st.fixed_dictionaries(
    {},
    optional={
        "from": addresses,
        "to": addresses,
        "data": st.binary(max_size=100).map(lambda data: f"0x{data.hex()}"),
        "value": quantities(10**22),
        "gas": quantities(10**7),
        "gasPrice": quantities(10**12),
        "nonce": quantities(5),
        "accessList": st.lists(
            st.fixed_dictionaries(
                {"address": addresses, "storageKeys": st.lists(words, max_size=3)}
            ),
            max_size=3,
        ),
    },
)
overridden = st.dictionaries(
    addresses,
    st.fixed_dictionaries(
        {},
        optional={
            "balance": quantities(2**256 - 1),
            "nonce": quantities(2**64 - 2),
            "code": st.binary(max_size=60).map(lambda data: f"0x{data.hex()}"),
            "stateDiff": st.dictionaries(words, words, max_size=3),
        },
    ),
    max_size=3,
)


@given(
    st.sampled_from(
        ["eth_call", "eth_estimateGas", "eth_createAccessList", "debug_traceCall",
         "eth_sendTransaction", "eth_signTransaction"]
    ),
    orders,
    st.sampled_from(["latest", "pending", "earliest", "0x1"]),
    overridden,
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_no_order_makes_the_node_fail(busy, name, order, block, overrides):
    params: list[object] = [order]
    if name in ("eth_call", "eth_estimateGas"):
        params += [block, overrides]
    elif name == "debug_traceCall":
        params += [block, {"stateOverrides": overrides}]
    elif name == "eth_createAccessList":
        params.append(block)
    request = {"jsonrpc": "2.0", "id": 1, "method": name, "params": params}
    found = answer(busy, request)
    assert found.get("error", {}).get("code") != -32603, found


@given(st.binary(max_size=60) | st.text(max_size=60))
@settings(max_examples=200)
def test_no_text_makes_the_node_fail(dispatcher, text):
    found = dispatcher.answer(text)
    assert found == "" or "error" in json.loads(found)
