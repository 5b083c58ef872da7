"""Messages run in a state: what stays, what is undone, what is told."""

import pytest

from minichain.evm import Environment, Message, compute_created_address, execute
from minichain.units import ETHER, Address
from tests.evm.programs import ALICE, CONTRACT, OTHER, code, make_state, result, run

CALL_OTHER = "6000 6000 6000 6000 6000 73" + "c1" * 20 + "5a f1"
STORE_ONE = "6001 6000 55"


def test_a_sum_comes_back_with_the_gas_it_cost():
    state = make_state(contract="6002 6003 01 6000 52 6020 6000 f3")
    outcome = run(state, gas=1_000)
    assert outcome.success
    assert int.from_bytes(outcome.output, "big") == 5
    # Six PUSH1, ADD and MSTORE at 3 each, 3 for the memory.
    assert outcome.gas_left == 1_000 - 6 * 3 - 3 - 3 - 3 + 3


def test_what_is_stored_stays_after_a_success():
    state = make_state(contract=STORE_ONE)
    root = state.root
    assert run(state).success
    assert state.storage(CONTRACT, 0) == 1
    assert state.root != root


@pytest.mark.parametrize(
    ("ending", "error"),
    [("6000 6000 fd", "revert"), ("fe", "invalid-opcode"), ("50", "stack-underflow"),
     ("6003 56", "invalid-jump")],
)  # fmt: skip
def test_what_is_stored_is_gone_after_a_failure(ending, error):
    state = make_state(contract=STORE_ONE + ending)
    root = state.root
    outcome = run(state, value=5)
    assert not outcome.success
    assert outcome.error == error
    assert state.root == root
    assert state.account(ALICE).balance == ETHER


def test_a_revert_keeps_the_gas_and_a_halt_does_not():
    assert run(make_state(contract="6000 6000 fd"), gas=100).gas_left == 94
    assert run(make_state(contract="fe"), gas=100).gas_left == 0


def test_a_call_that_fails_undoes_its_own_changes_only():
    state = make_state(contract=STORE_ONE + CALL_OTHER, other=STORE_ONE + "fe")
    assert run(state).success
    assert state.storage(CONTRACT, 0) == 1
    assert state.storage(OTHER, 0) == 0


def test_a_call_pays_and_the_receiver_knows_who():
    pay = "6000 6000 6000 6000 6007 73" + "c1" * 20 + "5a f1"
    state = make_state(contract=pay, other="33 6000 55")
    assert run(state, value=9).success
    assert state.account(OTHER).balance == 7
    assert state.account(CONTRACT).balance == 2
    assert state.storage(OTHER, 0) == int.from_bytes(CONTRACT, "big")


def test_a_static_call_can_change_nothing():
    look = "6000 6000 6000 6000 73" + "c1" * 20 + "5a fa"
    state = make_state(contract=look + "6001 55", other=STORE_ONE)
    assert run(state).success
    assert state.storage(OTHER, 0) == 0
    assert state.storage(CONTRACT, 1) == 0


def test_a_creation_leaves_the_code_that_was_returned():
    state = make_state()
    outcome = run(state, to=None, data=code("60fe 6000 53 6001 6000 f3"))
    assert outcome.created == compute_created_address(ALICE, 0)
    assert state.code(outcome.created) == outcome.output == b"\xfe"
    assert state.account(outcome.created).nonce == 1


def test_code_that_begins_with_the_reserved_byte_is_refused():
    state = make_state()
    outcome = run(state, to=None, data=code("60ef 6000 53 6001 6000 f3"))
    assert outcome.error == "invalid-code"
    assert state.accounts.keys() == {ALICE}


def test_logs_carry_topics_and_data():
    state = make_state(contract="602a 6000 53 6007 6001 6000 a1")
    (log,) = run(state).logs
    assert (log.address, log.data) == (CONTRACT, b"\x2a")
    assert log.topics == ((7).to_bytes(32, "big"),)


def test_the_block_can_be_asked_for():
    known = Environment(number=300, block_hash=lambda number: bytes([number]) * 32)
    state = make_state(contract="60c8 40 6000 52 6020 6000 f3")
    message = Message(sender=ALICE, to=CONTRACT)
    outcome = execute(message, state, known, runtime="plain")
    assert outcome.output == b"\xc8" * 32
    assert result("600f 40") == 0


def test_a_precompiled_contract_answers_a_message():
    outcome = run(make_state(), to=Address(bytes(19) + b"\4"), data=b"copied")
    assert outcome.output == b"copied"
    assert outcome.gas_left == 1_000_000 - 18


def test_a_step_is_seen_before_each_instruction():
    steps = []
    state = make_state(contract="6002 6003 01 00")
    message = Message(sender=ALICE, to=CONTRACT, gas=1_000)
    execute(message, state, Environment(), steps.append, runtime="plain")
    assert [step.opcode for step in steps] == [0x60, 0x60, 0x01, 0x00]
    assert [step.pc for step in steps] == [0, 2, 4, 5]
    assert [step.gas for step in steps] == [1_000, 997, 994, 991]
    assert steps[2].stack == (2, 3)
    assert steps[3].stack == (5,)


def test_messages_inside_a_step_have_an_arena_of_their_own():
    state = make_state(contract=STORE_ONE)
    seen = []

    def look(step):
        seen.append(run(make_state(contract="00"), gas=7).gas_left)

    message = Message(sender=ALICE, to=CONTRACT)
    outcome = execute(message, state, Environment(), look, runtime="plain")
    assert outcome.success
    assert seen == [7, 7, 7, 7]


@pytest.mark.parametrize("runtime", ["plain", None])
def test_what_others_write_between_messages_is_seen_however_many_they_touch(runtime):
    # The number of an account's row, or a slot's, is no status of the loop.
    read_slot = "6000 35 54 6000 52 6020 6000 f3"
    state = make_state(contract=read_slot)
    for number in range(80):
        state.set_storage(CONTRACT, number, number + 7)
        state.set_balance(Address(number.to_bytes(20, "big")), number + 1)
        outcome = run(state, runtime=runtime, data=number.to_bytes(32, "big"))
        assert outcome.success, outcome.error
        assert int.from_bytes(outcome.output, "big") == number + 7
