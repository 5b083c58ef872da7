"""What one message brought into the arena is good for the next, or read anew."""

from random import Random

import pytest

from minichain.evm import Environment, Message, execute
from minichain.evm.host import Host
from minichain.kernels.runtime import default_runtime
from minichain.ledger.state import State, Table
from minichain.units import ETHER, Address, Wei
from tests.evm.fuzz_programs import write_code
from tests.evm.fuzz_values import CONTRACTS, NOBODY, SENDER
from tests.evm.programs import ALICE, CONTRACT, OTHER, code, make_state, run

COUNT = "5f 54 6001 01 80 5f 55 5f 52 6020 5f f3"
"""Adds one to the first slot and returns it."""

LEFT = 1_000_000 - (2_100 + 2_900) - 26
"""What it leaves: a cold read and a change are paid for, and ten cheap instructions."""


def call(state: State, **fields) -> int:
    return int.from_bytes(run(state, **fields).output, "big")


def test_a_slot_written_by_another_is_read_anew():
    state = make_state(contract=COUNT)
    assert [call(state), call(state)] == [1, 2]
    state.set_storage(CONTRACT, 0, 41)
    assert [call(state), call(state)] == [42, 43]


def test_a_rollback_is_seen():
    state = make_state(contract=COUNT)
    mark = state.mark()
    assert [call(state), call(state)] == [1, 2]
    state.rollback(mark)
    assert call(state) == 1


def test_two_states_in_turn_do_not_mix():
    first, second = make_state(contract=COUNT), make_state(contract=COUNT)
    assert [call(first), call(first), call(second), call(first)] == [1, 2, 1, 3]
    copied = first.copy()
    assert [call(copied), call(first), call(copied)] == [4, 4, 5]


def test_code_and_balance_of_another_are_read_anew():
    state = make_state(contract=COUNT, other="47 5f 52 6020 5f f3")
    assert call(state) == 1
    state.set_code(CONTRACT, code("6007 5f 52 6020 5f f3"))
    assert call(state) == 7
    assert call(state, to=OTHER) == 0
    state.add_balance(OTHER, Wei(5))
    assert call(state, to=OTHER) == 5


def test_a_slot_is_cold_again_for_the_next_message():
    state = make_state(contract=COUNT)
    assert [run(state).gas_left for _ in range(3)][1:] == [LEFT] * 2


def test_an_access_list_warms_what_is_there_already():
    state = make_state(contract=COUNT)
    call(state)
    listed = ((CONTRACT, (bytes(32),)),)
    assert run(state, access_list=listed).gas_left - LEFT == 2_000
    assert run(state).gas_left == LEFT


def test_more_writes_than_are_listed_are_seen():
    state = make_state(contract=COUNT)
    assert call(state) == 1
    for number in range(10_000):
        state.set_storage(CONTRACT, 5, number + 1)
    state.set_storage(CONTRACT, 0, 9)
    assert call(state) == 10


def disturb(random: Random, state: State) -> None:
    """Do what somebody else may do to a state between two messages."""
    kind = random.randrange(4)
    address = random.choice((*CONTRACTS, NOBODY))
    if kind == 0:
        state.set_balance(address, Wei(random.randrange(10**6)))
    elif kind == 1:
        state.set_storage(random.choice(CONTRACTS), random.randrange(8), 3)
    elif kind == 2:
        state.set_code(random.choice(CONTRACTS), write_code(random))


@pytest.mark.parametrize("runtime", sorted({"plain", default_runtime()}))
def test_one_host_for_all_messages_is_as_good_as_one_for_each(runtime):
    block = Environment()
    for seed in range(30 if runtime == "plain" else 150):
        random = Random(seed)
        state = State()
        state.set_balance(SENDER, ETHER)
        for address in CONTRACTS:
            state.set_code(address, write_code(random))
            state.set_nonce(address, 1)
        state.commit()
        twin, host = state.copy(), Host(runtime)
        for turn in range(8):
            mark, twins_mark = state.mark(), twin.mark()
            message = Message(
                sender=SENDER,
                to=random.choice((*CONTRACTS, *CONTRACTS, NOBODY)),
                value=Wei(random.randrange(2)),
                gas=random.choice((30_000, 300_000)),
                access_list=random.choice(((), ((CONTRACTS[0], (bytes(32),)),))),
            )
            ours = host.run(message, state, block)
            assert ours == Host(runtime).run(message, twin, block), (seed, turn)
            assert state.root == twin.root, (seed, turn)
            if random.random() < 0.2:
                state.rollback(mark)
                twin.rollback(twins_mark)
            draw = random.getrandbits(32)
            disturb(Random(draw), state)
            disturb(Random(draw), twin)


def test_an_account_that_another_emptied_is_gone():
    state = make_state(
        contract="31 5f 52 6020 5f f3".replace("31", "73" + "a1" * 20 + "31")
    )
    assert call(state) == ETHER
    state.set_balance(ALICE, Wei(0))
    assert call(state, sender=Address(b"\x05" * 20)) == 0
    assert Table.ACCOUNTS in {table for table, _ in state.written}
    assert execute(Message(sender=ALICE, to=NOBODY), state, Environment()).success


@pytest.mark.parametrize("runtime", sorted({"plain", default_runtime()}))
def test_an_arena_does_not_grow_with_the_messages_that_it_ran(runtime, monkeypatch):
    monkeypatch.setattr("minichain.evm.arena.MOST_ROWS", 40)
    monkeypatch.setattr("minichain.evm.arena.MOST_CODE", 4_000)
    host, state = Host(runtime), State()
    state.set_code(CONTRACT, code("6001 5f 35 55"))
    maker = code("60c8 5f f3")
    state.set_balance(ALICE, ETHER)
    for number in range(300):
        data = (number + 4_096).to_bytes(32, "big")
        stored = Message(sender=ALICE, to=CONTRACT, data=data)
        assert host.run(stored, state, Environment()).success
        made = Message(sender=ALICE, to=None, data=maker, creates=Address(data[12:]))
        assert len(host.run(made, state, Environment()).output) == 200
    assert state.storage(CONTRACT, 4_096 + 299) == 1
    assert len(host._arena.code) <= 1 << 16
    assert len(host._arena.slots) <= 256
