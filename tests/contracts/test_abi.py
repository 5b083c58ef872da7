"""Values are written as the ABI says, and nothing else is read back."""

import json

import pytest
from eth_utils.abi import event_abi_to_log_topic, function_abi_to_4byte_selector
from hypothesis import given
from hypothesis import strategies as st
from web3 import Web3
from web3._utils.events import get_event_data

from minichain.contracts.abi import (
    Event,
    Function,
    InvalidAnswer,
    InvalidArguments,
    Parameter,
)
from minichain.crypto.addresses import to_checksum_address
from minichain.crypto.keys import Key
from tests.vectors import vector_file

ALICE = Key.from_seed("alice")

TRANSFER = {
    "type": "function", "name": "transfer", "stateMutability": "nonpayable",
    "inputs": [{"name": "to", "type": "address"}, {"name": "v", "type": "uint256"}],
    "outputs": [{"name": "", "type": "bool"}],
}  # fmt: skip

ORDER = {
    "type": "function", "name": "order", "stateMutability": "view",
    "inputs": [
        {"name": "lines", "type": "tuple[]", "components": [
            {"name": "who", "type": "address"},
            {"name": "parts", "type": "tuple[2]", "components": [
                {"name": "n", "type": "uint8"}, {"name": "s", "type": "string"}]},
        ]},
    ],
    "outputs": [{"name": "", "type": "address[]"}, {"name": "", "type": "bytes"}],
}  # fmt: skip

MOVED = {
    "type": "event", "name": "Moved", "anonymous": False,
    "inputs": [
        {"name": "to", "type": "address", "indexed": True},
        {"name": "value", "type": "uint256", "indexed": False},
        {"name": "note", "type": "string", "indexed": True},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("transfer(address,uint256)", "a9059cbb"),
        ("supportsInterface(bytes4)", "01ffc9a7"),
    ],
)
def test_a_selector_is_the_one_the_standard_gives(signature, selector):
    name, kinds = signature[:-1].split("(")
    inputs = tuple(Parameter("", kind) for kind in kinds.split(","))
    assert Function(name, inputs, (), "view").selector.hex() == selector


@pytest.mark.oracle
@pytest.mark.parametrize("entry", [TRANSFER, ORDER], ids=["flat", "nested"])
def test_selectors_agree_with_eth_utils(entry):
    assert Function.read(entry).selector == function_abi_to_4byte_selector(entry)


def test_the_official_cases_are_written_byte_for_byte():
    cases = json.loads(
        vector_file("ethereum-tests/ABITests/basic_abi_tests.json").read_text()
    )
    assert cases
    for case in cases.values():
        inputs = tuple(Parameter("", kind) for kind in case["types"])
        values = [
            v.encode() if k.startswith("bytes") else v
            for k, v in zip(case["types"], case["args"], strict=True)
        ]
        made = Function("f", inputs, (), "view").encode_arguments(*values)
        assert made.hex() == case["result"]


@pytest.mark.oracle
@given(st.integers(0, 2**256 - 1), st.binary(min_size=20, max_size=20))
def test_a_call_is_written_as_web3_writes_it(value, to):
    contract = Web3().eth.contract(abi=[TRANSFER])
    checksum = to_checksum_address(to)
    made = Function.read(TRANSFER).encode(to, value)
    assert "0x" + made.hex() == contract.encode_abi("transfer", args=[checksum, value])


@given(
    st.lists(
        st.tuples(
            st.binary(min_size=20, max_size=20),
            st.tuples(*[st.tuples(st.integers(0, 255), st.text())] * 2),
        )
    )
)
def test_structs_in_lists_come_back_as_they_were(lines):
    order = Function.read(ORDER)
    data = order.encode_arguments(lines)
    back = Function("f", (), order.inputs, "view").decode(data)
    assert back == tuple(lines)


def test_an_address_may_be_bytes_text_or_what_has_one():
    transfer = Function.read(TRANSFER)
    forms = (ALICE, ALICE.address, to_checksum_address(ALICE.address))
    assert len({transfer.encode(form, 5) for form in forms}) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (), (ALICE,), (ALICE, 5, 6), (ALICE, -1), (ALICE, 2**256), (ALICE, "5"),
        (b"short", 5), ("0x12", 5), (5, 5), (None, 5),
        ("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d35A", 5),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_are_refused_with_the_function_named(arguments):
    with pytest.raises(InvalidArguments, match=r"transfer\(address,uint256\)"):
        Function.read(TRANSFER).encode(*arguments)


@pytest.mark.parametrize("output", [b"", b"\1" * 31, b"\0" * 31 + b"\2"])
def test_an_answer_of_another_form_is_refused(output):
    with pytest.raises(InvalidAnswer, match="transfer"):
        Function.read(TRANSFER).decode(output)


@given(st.binary(max_size=400))
def test_no_bytes_of_an_answer_raise_anything_else(output):
    try:
        Function.read(ORDER).decode(output)
    except InvalidAnswer as error:
        assert error.rule == "abi"


@pytest.mark.oracle
def test_an_event_reads_as_web3_reads_it():
    event = Event.read(MOVED)
    assert event.topic == event_abi_to_log_topic(MOVED)
    topics = [event.topic, bytes(12) + ALICE.address, b"\7" * 32]
    data = (5).to_bytes(32, "big")
    found = event.decode(topics, data)
    assert found == {"to": ALICE.address, "value": 5, "note": b"\7" * 32}
    log = dict.fromkeys(
        ("logIndex", "transactionIndex", "blockNumber"), 0
    ) | dict.fromkeys(("transactionHash", "blockHash", "address"), b"")
    theirs = get_event_data(
        Web3().codec, MOVED, {**log, "topics": topics, "data": data}
    )
    assert theirs["args"]["to"] == to_checksum_address(found["to"])
    assert theirs["args"]["value"] == found["value"]


def test_a_log_with_too_few_topics_is_not_the_event():
    event = Event.read(MOVED)
    with pytest.raises(InvalidAnswer, match="1 indexed values, required 2"):
        event.decode([event.topic, bytes(32)], bytes(32))
