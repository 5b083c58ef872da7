"""Every text gets an answer that JSON-RPC knows, with the standard's codes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.node import Dispatcher, Limits, Node
from minichain.node.dispatch import LOGGER

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


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["0x", "0x1", "latest", "0x" + "11" * 20, "0x" + "11" * 32]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["from", "to", "data", "gas", "topics", "address", "fromBlock"])
        | st.text(max_size=4),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@given(
    st.sampled_from(sorted(Dispatcher(Node(Chain.dev(1, seal="on-demand"))).methods)),
    st.lists(json_values, max_size=4),
)
@settings(max_examples=300)
def test_no_parameters_make_the_node_fail(name, params):
    # Each method makes at most an error of its own; "internal" would be a mistake.
    dispatcher = Dispatcher(Node(Chain.dev(accounts=1, seal="on-demand")))
    request = {"jsonrpc": "2.0", "id": 1, "method": name, "params": params}
    found = answer(dispatcher, request)
    assert found.get("error", {}).get("code") != -32603, found


@given(st.binary(max_size=60) | st.text(max_size=60))
@settings(max_examples=200)
def test_no_text_makes_the_node_fail(dispatcher, text):
    found = dispatcher.answer(text)
    assert found == "" or "error" in json.loads(found)
