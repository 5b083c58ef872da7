"""A trace shows what a transaction did, in the forms that tools read."""

import json
from itertools import pairwise

import pytest
from web3 import Web3

from minichain.node import provider, recordings
from tests.node.conftest import Refused
from tests.node.contracts import compile_board

pytestmark = pytest.mark.oracle

SLOT = compile_board().slots


@pytest.fixture
def w3(node) -> Web3:
    return Web3(provider(node))


@pytest.fixture
def boards(w3):
    artifact = compile_board()
    factory = w3.eth.contract(abi=artifact.interface, bytecode=artifact.initcode)
    return [
        w3.eth.contract(
            abi=artifact.interface,
            address=w3.eth.wait_for_transaction_receipt(
                factory.constructor("x").transact({"from": w3.eth.accounts[0]})
            ).contractAddress,
        )
        for _ in range(2)
    ]


def order(w3, call, **fields) -> dict[str, str]:
    data = call._encode_transaction_data()
    return {"from": w3.eth.accounts[1], "to": call.address, "data": data, **fields}


def test_a_transaction_is_traced_step_by_step(w3, boards):
    call = boards[0].functions.note_twice(boards[1].address, 5)
    sent = call.transact({"from": w3.eth.accounts[1]})
    receipt = w3.eth.get_transaction_receipt(sent)
    trace = w3.geth.debug.trace_transaction(sent)
    assert (trace.gas, trace.failed, trace.returnValue) == (receipt.gasUsed, False, "")
    depths = [step.depth for step in trace.structLogs]
    assert set(depths) == {1, 2}
    # What each step leaves is what the next one of its frame has.
    own = [step for step in trace.structLogs if step.depth == 1]
    plain = [pair for pair in pairwise(own) if pair[0].op != "CALL"]
    assert all(a.gas - a.gasCost == b.gas for a, b in plain)
    first, last = own[0], own[-1]
    intrinsic = w3.eth.get_transaction(sent).gas - first.gas
    assert intrinsic + first.gas - last.gas + last.gasCost == receipt.gasUsed
    writes = [step for step in trace.structLogs if step.op == "SSTORE"]
    count = f"{SLOT['count']:064x}"
    assert [step.storage[count] for step in writes if count in step.storage] == [
        f"{1:064x}", f"{1:064x}", f"{1:064x}", f"{2:064x}",
    ]  # fmt: skip
    assert all("memory" not in step for step in trace.structLogs)


def test_steps_and_the_standards_lines_tell_the_same(ask, w3, boards):
    call = boards[0].functions.note_twice(boards[1].address, 13)
    sent = call.transact({"from": w3.eth.accounts[1], "gas": 300_000}).to_0x_hex()
    steps = ask("debug_traceTransaction", sent, {"enableMemory": True})
    *lines, summary = map(
        json.loads, ask("debug_traceTransaction", sent, {"tracer": "eip3155"})
    )
    assert [
        (s["pc"], s["op"], hex(s["gas"]), hex(s["gasCost"]), s["depth"], s["stack"])
        for s in steps["structLogs"]
    ] == [
        (one["pc"], one["opName"], one["gas"], one["gasCost"], one["depth"],
         one["stack"])
        for one in lines
    ]  # fmt: skip
    assert [32 * len(s["memory"]) for s in steps["structLogs"]] == [
        one["memSize"] for one in lines
    ]
    assert summary["pass"] is not steps["failed"] is True
    assert summary["output"] == "0x" + steps["returnValue"]
    assert int(summary["gasUsed"], 16) == steps["gas"]


def test_the_last_transaction_of_a_block_leaves_the_state_that_it_commits_to(ask, node):
    alice, bob = ask("eth_accounts")[:2]
    ask("evm_setAutomine", False)
    sent = [
        ask("eth_sendTransaction", {"from": alice, "to": bob, "value": "0x1"})
        for _ in range(3)
    ]
    # The reward comes after all transactions.
    ask("hardhat_setCoinbase", "0x" + "00" * 20)
    ask("evm_mine")
    found = ask("debug_traceBlockByNumber", "latest", {"tracer": "eip3155"})
    assert [one["txHash"] for one in found] == sent
    block_hash = ask("eth_getBlockByNumber", "latest")["hash"]
    assert ask("debug_traceBlockByHash", block_hash, {"tracer": "eip3155"}) == found
    with node.chain.visit() as state:
        reward = node.chain.config.reward
        state.add_balance(node.chain.beneficiary, -reward)
        root = "0x" + state.root.hex()
    assert json.loads(found[2]["result"][-1])["stateRoot"] == root
    assert json.loads(found[1]["result"][-1])["stateRoot"] != root
    assert (
        ask("debug_traceTransaction", sent[2], {"tracer": "eip3155"})
        == (found[2]["result"])
    )


def test_a_tree_of_calls_shows_who_called_whom_and_what_failed(w3, boards):
    one, two = boards
    bob = w3.eth.accounts[1]
    call = one.functions.note_twice(two.address, 12)
    sent = call.transact({"from": bob, "gas": 300_000})
    tree = w3.geth.debug.trace_transaction(sent, {"tracer": "callTracer"})
    receipt = w3.eth.get_transaction_receipt(sent)
    assert (tree.type, tree["from"], tree.to) == ("CALL", bob, one.address)
    assert (tree.gas, tree.gasUsed) == (300_000, receipt.gasUsed)
    assert (tree.error, tree.revertReason) == ("execution reverted", "board: thirteen")
    first, second = tree.calls
    assert (first.type, first["from"], first.to) == ("CALL", one.address, two.address)
    wanted = two.functions.note(12, "first")._encode_transaction_data()
    assert first.input.to_0x_hex() == wanted
    assert "error" not in first
    assert second.revertReason == "board: thirteen"
    assert first.gas > second.gas
    top = w3.geth.debug.trace_transaction(
        sent, {"tracer": "callTracer", "tracerConfig": {"onlyTopCall": True}}
    )
    assert "calls" not in top
    made = w3.eth.get_block(1).transactions[0]
    tree = w3.geth.debug.trace_transaction(made, {"tracer": "callTracer"})
    assert (tree.type, tree.to) == ("CREATE", one.address)
    assert tree.output == w3.eth.get_code(one.address)


def test_a_call_is_traced_as_the_transaction_that_follows(ask, w3, boards):
    call = boards[0].functions.note_twice(boards[1].address, 5)
    wanted = order(w3, call, gas=hex(250_000), gasPrice=hex(10**10))
    foretold = ask("debug_traceCall", wanted, "pending")
    sent = ask("eth_sendTransaction", wanted)
    assert ask("debug_traceTransaction", sent) == foretold
    # At the block before it is the same again, and at the head it is another.
    assert ask("debug_traceCall", wanted, "0x2")["gas"] == foretold["gas"]
    assert ask("debug_traceCall", wanted, "latest")["gas"] < foretold["gas"]


def test_a_traced_call_may_find_accounts_changed(ask, w3, boards):
    wanted = order(w3, boards[0].functions.count())
    word = f"0x{77:064x}"
    diff = {boards[0].address: {"stateDiff": {f"0x{SLOT['count']:064x}": word}}}
    found = ask("debug_traceCall", wanted, "latest", {"stateOverrides": diff})
    assert found["returnValue"] == word[2:]
    assert ask("debug_traceCall", wanted, "latest")["returnValue"] == "00" * 32


def test_of_each_step_as_much_is_shown_as_is_asked_for(ask, w3, boards):
    wanted = order(w3, boards[0].functions.count())
    plain = ask("debug_traceCall", wanted, "latest")["structLogs"]
    assert {"pc", "op", "gas", "gasCost", "depth", "stack"} <= set(plain[0])
    options = {"disableStack": True, "disableStorage": True, "limit": 5}
    few = ask("debug_traceCall", wanted, "latest", options)["structLogs"]
    assert [set(step) for step in few] == [{"pc", "op", "gas", "gasCost", "depth"}] * 5
    assert any("storage" in step for step in plain)
    words = ask("debug_traceCall", wanted, "latest", {"enableMemory": True})
    assert words["structLogs"][-1]["memory"][-1] == "00" * 32


def test_an_account_without_code_has_no_steps(ask):
    alice, bob = ask("eth_accounts")[:2]
    sent = ask("eth_sendTransaction", {"from": alice, "to": bob, "value": "0x1"})
    assert ask("debug_traceTransaction", sent) == {
        "gas": 21_000, "failed": False, "returnValue": "", "structLogs": [],
    }  # fmt: skip
    tree = ask("debug_traceTransaction", sent, {"tracer": "callTracer"})
    assert (tree["value"], tree["gasUsed"]) == ("0x1", "0x5208")


def test_what_cannot_be_traced_is_refused_by_name(ask, w3, boards, monkeypatch):
    monkeypatch.setattr(recordings, "MAX_STEPS", 1_000)
    spin = order(w3, boards[0].functions.spin())
    head = ask("eth_getBlockByNumber", "latest")
    sent = head["transactions"][0]
    for method, params, reason in (
        ("debug_traceCall", [spin, "latest"], "more than 1000 steps"),
        ("debug_traceCall", [{**spin, "gas": "0x64"}, "latest"], "gas 100, required"),
        ("debug_traceCall", [{**spin, "value": hex(2**100)}, "latest"], "balance"),
        ("debug_traceTransaction", ["0x" + "11" * 32], "not on the chain"),
        ("debug_traceTransaction", [sent, {"tracer": "{code: 1}"}], "callTracer"),
        ("debug_traceTransaction", [sent, {"colour": 1}], "know no 'colour'"),
        ("debug_traceTransaction", [sent, {"disableStack": 1}], "neither true"),
        ("debug_traceBlockByNumber", ["0x9"], "block 9"),
    ):
        with pytest.raises(Refused, match=reason):
            ask(method, *params)
    assert ask("eth_getBlockByNumber", "latest") == head
