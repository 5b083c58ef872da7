"""A recording: every moment as the machine saw it, forwards and backwards."""

import json
import subprocess
import sys
from collections import defaultdict

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from minichain.evm import Environment, Message, assemble, execute
from minichain.evm.trace import Recorder, record
from minichain.evm.trace_gas import find_next_in_frame, price_memory
from minichain.evm.trace_lines import step_table, summary_line, trace_lines
from minichain.evm.trace_storage import Slot
from minichain.ledger.state import State
from minichain.units import ETHER, Gas, Wei
from tests.evm.programs import ALICE, CONTRACT, OTHER, code
from tests.evm.wild import PROGRAM

EXAMPLE = "604080536040604055604060006040600060025afa6040f3"
"""The program that EIP-3155 shows, and its gas there, before EIP-2929."""

BERLIN = {8: 22_100 - 20_000, 20: 100 - 700}
"""What EIP-2929 changed of its SSTORE and its STATICCALL."""

EXAMPLE_LINES = [
    (0, 96, 0x2540BE400, 3, 0, []),
    (2, 128, 0x2540BE3FD, 3, 0, [0x40]),
    (3, 83, 0x2540BE3FA, 0xC, 0, [0x40, 0x40]),
    (4, 96, 0x2540BE3EE, 3, 96, []),
    (6, 96, 0x2540BE3EB, 3, 96, [0x40]),
    (8, 85, 0x2540BE3E8, 0x4E20, 96, [0x40, 0x40]),
    (9, 96, 0x2540B95C8, 3, 96, []),
    (11, 96, 0x2540B95C5, 3, 96, [0x40]),
    (13, 96, 0x2540B95C2, 3, 96, [0x40, 0]),
    (15, 96, 0x2540B95BF, 3, 96, [0x40, 0, 0x40]),
    (17, 96, 0x2540B95BC, 3, 96, [0x40, 0, 0x40, 0]),
    (19, 90, 0x2540B95B9, 2, 96, [0x40, 0, 0x40, 0, 2]),
    (20, 250, 0x2540B95B7, 0x24ABB676C, 96, [0x40, 0, 0x40, 0, 2, 0x2540B95B7]),
    (21, 96, 0x2540B92A7, 3, 96, [1]),
    (23, 243, 0x2540B92A4, 0, 96, [1, 0x40]),
]
DIGEST = "0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"


def state_of(*, stored: int = 0, **codes: bytes) -> State:
    state = State()
    state.set_balance(ALICE, ETHER)
    for name, text in codes.items():
        address = {"contract": CONTRACT, "other": OTHER}[name]
        state.set_code(address, text)
        state.set_balance(address, Wei(5))
        if stored:
            state.set_storage(address, 1, stored)
    state.commit()
    return state


def trace(text: str, other: str = "", *, gas: int = 1_000_000, **fields):
    """Record a program, and a second one that it may call."""
    state = state_of(contract=assemble(text), other=assemble(other))
    message = Message(**{"sender": ALICE, "to": CONTRACT, "gas": gas, **fields})
    return record(message, state, Environment(), runtime="plain")


def call(kind: str, gas: str = "GAS", value: int | None = None) -> str:
    paid = "" if value is None else f"PUSH {value}"
    return f"PUSH0 PUSH0 PUSH0 PUSH0 {paid} PUSH 0x{OTHER.hex()} {gas} {kind}"


def test_the_standards_own_example_is_traced_as_it_says():
    state = state_of(contract=code(EXAMPLE))
    message = Message(sender=ALICE, to=CONTRACT, gas=Gas(0x2540BE400))
    recording = record(message, state, Environment(), runtime="plain")
    lines = [json.loads(line) for line in trace_lines(recording, with_memory=True)]
    shift = 0
    for line, row in zip(lines, EXAMPLE_LINES, strict=True):
        pc, op, gas, cost, size, stack = row
        assert (line["pc"], line["op"], line["memSize"]) == (pc, op, size)
        if pc == 19:
            gas_before = gas - shift - 2
        if pc == 20:
            # It hands over all but a 64th, of a gas that EIP-2929 made another.
            left = gas - shift - 100
            cost = 100 + left - left // 64
            stack = [*stack[:-1], gas_before]
        else:
            cost += BERLIN.get(pc, 0)
        assert int(line["gas"], 16) == gas - shift
        assert int(line["gasCost"], 16) == cost
        assert [int(word, 16) for word in line["stack"]] == stack
        assert len(line["memory"]) == 2 + 2 * size
        assert line["returnData"] == (DIGEST if pc > 20 else "0x")
        assert (line["depth"], line["refund"]) == (1, "0x0")
        shift += BERLIN.get(pc, 0)
    assert lines[-1]["memory"].startswith(DIGEST)
    summary = json.loads(summary_line(recording, state.root))
    assert summary["output"] == "0x40"
    assert int(summary["gasUsed"], 16) == 0x515C + sum(BERLIN.values())
    assert summary["pass"] is True


def test_lines_have_the_fields_that_the_standard_requires_in_its_order():
    line = json.loads(next(trace_lines(trace("PUSH 1 POP"))))
    order = ["pc", "op", "gas", "gasCost", "memSize", "stack", "depth", "returnData"]
    assert list(line) == [*order, "refund", "opName"]
    with_memory = json.loads(next(trace_lines(trace("STOP"), with_memory=True)))
    assert with_memory["memory"] == "0x"


def test_a_step_that_fails_says_why():
    lines = [json.loads(line) for line in trace_lines(trace("PUSH 3 JUMP"))]
    assert [line.get("error") for line in lines] == [None, "invalid-jump"]
    lines = [json.loads(line) for line in trace_lines(trace("PUSH0 PUSH0 REVERT"))]
    assert lines[-1]["error"] == "revert"


@settings(max_examples=150)
@given(PROGRAM, PROGRAM, st.sampled_from([1_000_000, 100_000, 30_000, 3_000]))
def test_gas_adds_up_over_every_frame(text, other, gas):
    recording = trace(text, other, gas=gas)
    outcome = recording.outcome
    used = defaultdict(int)
    for place, cost in zip(recording.owners, recording.costs, strict=True):
        assert cost.own >= 0
        assert cost.handed >= 0
        used[place] += cost.own
    for place, one in enumerate(recording.calls):
        if one.begin == one.end:
            continue
        children = [c for c in recording.calls if c.parent == place]
        total = used[place] + sum(c.gas_used or 0 for c in children)
        # A payment's stipend comes from nowhere, and keeping code is no step.
        total -= 2300 * sum(
            c.value > 0 and c.kind in ("CALL", "CALLCODE") for c in children
        )
        if one.success and one.kind in ("CREATE", "CREATE2"):
            total += 200 * len(one.output)
        assert total == one.gas_used, (place, one.kind, one.error)
    assert recording.calls[0].gas_used == gas - outcome.gas_left


@settings(max_examples=150)
@given(PROGRAM, PROGRAM, st.sampled_from([1_000_000, 60_000]))
def test_storage_at_the_end_is_what_the_state_holds(text, other, gas):
    state = state_of(contract=assemble(text), other=assemble(other), stored=9)
    before = state.copy()
    message = Message(sender=ALICE, to=CONTRACT, gas=Gas(gas))
    recording = record(message, state, Environment(), runtime="plain")
    for slot, first, now, _ in recording.storage(len(recording)):
        if not slot.is_transient:
            assert first == before.storage(slot.address, slot.number)
            if state.account(slot.address).has_code:
                assert now == state.storage(slot.address, slot.number)


@settings(max_examples=100)
@given(PROGRAM, PROGRAM)
def test_loads_return_what_the_history_says(text, other):
    recording = trace(text, other)
    for i, (step, cost) in enumerate(
        zip(recording.steps[:-1], recording.costs, strict=False)
    ):
        if step.opcode not in (0x54, 0x5C) or cost.error:
            continue
        cells = {cell.slot: cell for cell in recording.storage(i + 1)}
        (cell,) = (
            c
            for s, c in cells.items()
            if s.address == step.address
            and s.number == step.stack[-1]
            and s.is_transient == (step.opcode == 0x5C)
        )
        assert recording.steps[i + 1].stack[-1] == cell.now
        assert cell.is_warm
        known = {c.slot: c.is_warm for c in recording.storage(i)}
        if step.opcode == 0x54:
            assert (cost.warmth == "warm") == known.get(cell.slot, False)


@settings(max_examples=100)
@given(PROGRAM, PROGRAM)
def test_recording_changes_nothing(text, other):
    state = state_of(contract=assemble(text), other=assemble(other))
    message = Message(sender=ALICE, to=CONTRACT, gas=Gas(200_000))
    twin = state.copy()
    recording = record(message, state, Environment(), runtime="plain")
    assert recording.outcome == execute(message, twin, Environment(), runtime="plain")
    assert state.root == twin.root


def test_a_write_of_a_frame_that_fails_is_undone_at_its_end():
    recording = trace(
        f"PUSH 1 PUSH 0 SSTORE {call('CALL', value=0)} STOP",
        "PUSH 7 PUSH 2 SSTORE INVALID",
    )
    inside = next(i for i, s in enumerate(recording.steps) if s.opcode == 0xFE)
    values = [cell.now for cell in recording.storage(inside)]
    warm = [cell.is_warm for cell in recording.storage(inside)]
    assert (values, warm) == ([1, 7], [True, True])
    values = [cell.now for cell in recording.storage(inside + 1)]
    warm = [cell.is_warm for cell in recording.storage(inside + 1)]
    assert (values, warm) == ([1, 0], [True, False])
    assert recording.storage(0) == ()


def test_steps_read_as_a_table():
    recording = trace("PUSH1 7 PUSH0 SSTORE PUSH0 SLOAD PUSH 0x1234567890 POP")
    assert step_table(recording).splitlines() == [
        "step  place  instruction           cost        stack",
        "   0      0  PUSH1 0x07               3",
        "   1      2  PUSH0                    2        7",
        "   2      3  SSTORE              22,100  cold  7 0",
        "   3      4  PUSH0                    2",
        "   4      5  SLOAD                  100  warm  0",
        "   5      6  PUSH5 0x1234567890       3        7",
        "   6     12  POP                      2        7 0x1234…7890",
        "   7     13  STOP                     0        7",
    ]
    assert step_table(recording, 2, 1).splitlines()[1:] == [
        "   2      3  SSTORE       22,100  cold  7 0"
    ]


def test_a_table_indents_the_steps_of_a_call():
    lines = step_table(trace(call("CALL", value=0), "INVALID")).splitlines()
    (line,) = (line for line in lines if "INVALID" in line)
    assert "    INVALID" in line
    assert "invalid-opcode" in line


def test_it_is_known_when_a_slot_became_what_it_is():
    recording = trace(
        "PUSH 1 PUSH0 SSTORE PUSH 1 PUSH0 SSTORE PUSH0 SLOAD PUSH 2 SLOAD STOP"
    )
    written, read = (Slot(CONTRACT, 0), Slot(CONTRACT, 2))
    end = len(recording)
    assert recording.find_write(written, end) == 3
    assert recording.steps[2].opcode == 0x55
    assert recording.find_write(written, 2) is None
    assert recording.find_write(read, end) is None


@settings(max_examples=100)
@given(PROGRAM, PROGRAM)
def test_before_its_change_a_slot_was_different(text, other):
    recording = trace(text, other)
    for moment in range(0, len(recording) + 1, 3):
        for slot, first, now, _ in recording.storage(moment):
            found = recording.find_write(slot, moment)
            at = {c.slot: c.now for c in recording.storage(found or 0)}
            assert at.get(slot, first) == now
            if found is None:
                assert now == first
                continue
            before = {c.slot: c.now for c in recording.storage(found - 1)}
            assert before.get(slot, first) != now


def test_warmth_and_price_are_told_of_each_touch():
    recording = trace(
        "PUSH0 SLOAD PUSH0 SLOAD PUSH 1 PUSH0 SSTORE PUSH 1 PUSH 1 SSTORE "
        f"PUSH 0x{OTHER.hex()} BALANCE PUSH 0x{OTHER.hex()} EXTCODESIZE "
        f"{call('CALL', value=0)} PUSH 0x{'ee' * 20} EXTCODEHASH"
    )
    told = [(c.own, c.warmth) for c in recording.costs if c.warmth]
    assert told == [
        (2100, "cold"), (100, "warm"), (20_000, "warm"), (22_100, "cold"),
        (2600, "cold"), (100, "warm"), (100, "warm"), (2600, "cold"),
    ]  # fmt: skip


def test_a_long_copy_of_warm_code_is_still_warm():
    copy = f"PUSH 40000 PUSH0 PUSH0 PUSH 0x{OTHER.hex()} EXTCODECOPY"
    told = [c for c in trace(f"{copy} {copy}").costs if c.warmth]
    assert [c.warmth for c in told] == ["cold", "warm"]
    assert told[1].own == 100 + 3 * 1250
    assert told[0].own == 2600 + 3 * 1250 + told[0].memory


def test_who_inherits_may_be_cold():
    costs = trace(f"PUSH 0x{'ee' * 20} SELFDESTRUCT").costs
    assert (costs[-1].own, costs[-1].warmth) == (5000 + 25_000 + 2600, "cold")
    costs = trace(f"PUSH 0x{ALICE.hex()} SELFDESTRUCT").costs
    assert (costs[-1].own, costs[-1].warmth) == (5000, "warm")


def test_a_creation_from_outside_is_recorded_with_the_code_it_leaves():
    data = assemble("PUSH 0x5b PUSH0 MSTORE8 PUSH 1 PUSH0 RETURN")
    state = state_of()
    message = Message(sender=ALICE, to=None, data=data, gas=Gas(100_000))
    recording = record(message, state, Environment(), runtime="plain")
    (made,) = recording.calls
    assert (made.kind, made.code, made.output) == ("CREATION", data, b"\x5b")
    assert made.address == recording.outcome.created
    # Keeping one byte is no part of what RETURN costs.
    assert recording.costs[-1].own == 0
    assert made.gas_used == sum(cost.own for cost in recording.costs) + 200


def test_a_call_shows_its_own_price_apart_from_what_it_hands_over():
    recording = trace(call("CALL", "PUSH 5000", value=1), "PUSH 32 PUSH0 RETURN")
    place = next(i for i, s in enumerate(recording.steps) if s.opcode == 0xF1)
    cost = recording.costs[place]
    assert (cost.own, cost.handed, cost.warmth) == (9000 + 2600, 5000, "cold")
    assert recording.calls[1].gas == 5000 + 2300
    assert recording.calls[1].gas_used == 3 + 2 + 3
    assert recording.costs[place + 3].own == price_memory(32) == 3


def test_calls_form_a_tree_with_their_kinds_and_ends():
    inner = "PUSH 0x2a PUSH0 MSTORE8 PUSH 1 PUSH0 RETURN"
    recording = trace(
        f"{call('STATICCALL')} {call('DELEGATECALL')} PUSH0 PUSH0 PUSH 4 PUSH0 PUSH 4 "
        "GAS STATICCALL PUSH0 PUSH0 REVERT",
        inner,
    )
    rows = [(c.kind, c.parent, c.success, c.output) for c in recording.calls]
    assert rows == [
        ("MESSAGE", None, False, b""),
        ("STATICCALL", 0, True, b"\x2a"),
        ("DELEGATECALL", 0, True, b"\x2a"),
        ("STATICCALL", 0, True, bytes(4)),
    ]
    assert recording.calls[0].error == "revert"
    assert recording.calls[1].address == OTHER
    assert recording.calls[2].address == CONTRACT
    assert recording.calls[2].code_address == OTHER
    assert recording.calls[2].code == assemble(inner)
    for place, one in enumerate(recording.calls[1:3], 1):
        inside = range(one.begin, one.end)
        assert {recording.owners[i] for i in inside} == {place}
        assert recording.chain_at(one.begin) == (0, place)


def test_a_created_contract_is_known_to_later_calls():
    made = assemble("PUSH 0x5b PUSH0 MSTORE8 PUSH 1 PUSH0 RETURN")
    text = (
        f"PUSH {int.from_bytes(made, 'big')} PUSH0 MSTORE PUSH {len(made)} "
        f"PUSH {32 - len(made)} PUSH0 CREATE "
        "PUSH0 PUSH0 PUSH0 PUSH0 DUP5 GAS STATICCALL"
    )
    first, second = trace(text).calls[1:]
    assert (first.kind, first.code, first.output) == ("CREATE", made, b"\x5b")
    assert (second.code, second.address) == (b"\x5b", first.address)


def test_stepping_over_a_call_skips_its_frames_both_ways():
    recording = trace(f"{call('CALL', value=0)} STOP", "PUSH 1 POP")
    place = next(i for i, s in enumerate(recording.steps) if s.opcode == 0xF1)
    beyond = recording.find_same_depth(place, 1)
    assert beyond == place + 4
    assert recording.find_same_depth(beyond, -1) == place
    assert recording.find_same_depth(place + 1, 1) == place + 2
    assert recording.find_same_depth(0, -1) == 0
    assert recording.find_same_depth(len(recording), -1) == len(recording) - 1


def test_a_run_without_end_is_cut_off_and_leaves_no_trace():
    state = state_of(contract=assemble("PUSH 1 PUSH0 SSTORE :l JUMPDEST PUSH @l JUMP"))
    root = state.root
    message = Message(sender=ALICE, to=CONTRACT)
    recording = record(message, state, Environment(), limit=500, runtime="plain")
    assert len(recording) == 500
    assert not recording.is_whole
    assert recording.calls[0].success is None
    assert state.root == root
    whole = record(message, state_of(contract=b""), Environment(), limit=500)
    assert whole.is_whole


def test_memory_that_stays_is_kept_once():
    recording = trace("PUSH 1 PUSH 10000 MSTORE PUSH 1 POP PUSH 2 POP")
    memories = {id(step.memory) for step in recording.steps if step.memory}
    assert len(memories) == 1


def test_what_would_fill_the_computer_is_cut_off(monkeypatch):
    monkeypatch.setattr("minichain.evm.trace.SIZE_LIMIT", 100_000)
    recording = trace(
        ":l JUMPDEST PUSH 1 PUSH 10000 MSTORE GAS PUSH 9000 MSTORE PUSH @l JUMP"
    )
    assert not recording.is_whole
    assert len(recording) < 100


def test_a_recorder_watches_whole_transactions():
    from minichain.evm import Order, apply_order

    state = state_of(contract=assemble("PUSH 3 PUSH0 SSTORE"))
    order = Order(sender=ALICE, nonce=0, gas_limit=Gas(100_000), to=CONTRACT)
    message = Message(sender=ALICE, to=CONTRACT, gas=Gas(79_000))
    recorder = Recorder(message, state)
    settlement = apply_order(state, order, Environment(), recorder, "plain")
    recording = recorder.finish(settlement.outcome)
    assert [cell[1:] for cell in recording.storage(3)] == [(0, 3, True)]
    assert settlement.gas_used == 21_000 + recording.calls[0].gas_used


def test_the_next_step_of_a_frame_is_found_past_its_calls():
    recording = trace(f"{call('CALL', value=0)} {call('CALL', value=0)}", "PUSH 1")
    following = find_next_in_frame(recording.steps)
    for i, step in enumerate(recording.steps):
        later = [
            j
            for j in range(i + 1, len(recording))
            if recording.owners[j] == recording.owners[i]
        ]
        assert following[i] == (later[0] if later else None), step


REVM = """
import json, sys
import pyrevm
sender, to, gas, accounts = json.load(sys.stdin)
machine = pyrevm.EVM(tracing=True, spec_id="CANCUN", gas_limit=2**63)
for address, code in accounts.items():
    account = pyrevm.AccountInfo(balance=5, code=bytes.fromhex(code))
    machine.insert_account_info(address, account)
machine.set_balance(sender, 10**18)
try:
    machine.message_call(caller=sender, to=to, gas=gas + 21_000)
except RuntimeError:
    pass  # it reverted or halted
"""
"""Has the machine written in Rust print its trace of a message."""


@pytest.mark.slow
@pytest.mark.oracle
@settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
@given(PROGRAM, PROGRAM, st.sampled_from([100_000, 30_000, 5_000]))
@example(
    f"PUSH 33 PUSH 1 SSTORE {call('CALL', value=1)} {call('DELEGATECALL')} PUSH 3 JUMP",
    "PUSH 1 SLOAD PUSH 32 PUSH0 RETURN",
    100_000,
)
@example(f"PUSH0 PUSH0 PUSH {10**30} CREATE", "", 100_000)
def test_the_lines_are_those_of_revm(text, other, gas):
    pytest.importorskip("pyrevm")
    recording = trace(text, other, gas=gas)
    ours = [json.loads(line) for line in trace_lines(recording)]
    theirs = trace_with_revm({CONTRACT: text, OTHER: other}, gas)
    assert len(ours) == len(theirs)
    for mine, yours in zip(ours, theirs, strict=True):
        for name in ("pc", "op", "gas", "stack", "depth", "refund"):
            assert mine[name] == yours[name], (name, mine, yours)
        assert mine["memSize"] == int(yours["memSize"])
        if mine.get("error") in (None, "revert"):
            assert mine["gasCost"] == yours["gasCost"], (mine, yours)


def trace_with_revm(texts: dict, gas: int) -> list[dict]:
    accounts = {f"0x{a.hex()}": assemble(text).hex() for a, text in texts.items()}
    given = [f"0x{ALICE.hex()}", f"0x{CONTRACT.hex()}", gas, accounts]
    printed = subprocess.run(
        [sys.executable, "-c", REVM],
        input=json.dumps(given), capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    lines = [json.loads(line) for line in printed.splitlines()]
    return [line for line in lines if "pc" in line]
