"""A simulation says what would happen, and nothing happens."""

from dataclasses import replace

import pytest

from minichain.chain import Chain
from minichain.chain.simulation import Answer, Call, CallFailed, estimate_gas, simulate
from minichain.evm import compute_created_address
from minichain.ledger.inclusion_errors import BalanceTooLow
from minichain.units import Address, Gas, Wei
from tests.chain.contracts import (
    CLEARS,
    COUNTER,
    FORWARDS,
    RECURSES,
    REVERTS,
    deploy,
    run,
    wrap,
)

ONE = (1).to_bytes(32, "big")

MUCH = Gas(1_000_000)


@pytest.fixture
def chain() -> Chain:
    return Chain.dev(accounts=2, seal="on-demand")


def make_call(chain: Chain, to: Address | None, **fields) -> Call:
    return Call(**{"sender": chain.accounts[0], "to": to, "gas": MUCH, **fields})


def ask(chain: Chain, call: Call) -> Answer:
    with chain.visit() as state:
        return simulate(state, call, chain.environment())


def estimate(chain: Chain, call: Call) -> Gas:
    with chain.visit() as state:
        return estimate_gas(state, call, chain.environment())


def test_a_simulation_leaves_no_trace(chain):
    counter = deploy(chain, chain.keys[0], COUNTER)
    state = chain._state
    before = state.accounts, state.root, state.mark()
    answer = ask(chain, make_call(chain, counter, value=Wei(3)))
    assert answer.succeeded
    assert int.from_bytes(answer.logs[0].data, "big") == 1
    assert (state.accounts, state.root, state.mark()) == before
    assert state.storage(counter, 0) == 0


def test_it_comes_to_what_the_transaction_comes_to(chain):
    alice = chain.keys[0]
    for to, data in ((None, wrap(CLEARS)), (None, wrap(REVERTS)), (None, b"\xfe")):
        answer = ask(chain, make_call(chain, to, data=data))
        receipt = run(chain, alice, to, data=data)
        assert (answer.succeeded, answer.gas_used) == (
            receipt.succeeded,
            receipt.gas_used,
        )
        assert (answer.created, answer.error or "") == (receipt.created, receipt.error)
    clears, reverts = (compute_created_address(alice.address, n) for n in (0, 1))
    for to, data in ((clears, ONE), (clears, bytes(32)), (reverts, b"")):
        answer = ask(chain, make_call(chain, to, data=data))
        receipt = run(chain, alice, to, data=data)
        assert (answer.succeeded, answer.gas_used) == (
            receipt.succeeded,
            receipt.gas_used,
        )
        assert (answer.logs, answer.error or "") == (receipt.logs, receipt.error)


def test_a_creation_answers_with_the_code(chain):
    answer = ask(chain, make_call(chain, None, data=wrap(COUNTER)))
    assert answer.output == wrap(COUNTER)[9:]


def test_a_revert_answers_with_its_reason(chain):
    reverts = deploy(chain, chain.keys[0], REVERTS)
    answer = ask(chain, make_call(chain, reverts))
    assert (answer.succeeded, answer.error) == (False, "revert")
    assert int.from_bytes(answer.output, "big") == 42


def test_who_has_not_the_value_cannot_call(chain):
    call = make_call(chain, chain.accounts[1], sender=Address(b"\x77" * 20))
    assert ask(chain, call).gas_used == 21_000
    with pytest.raises(BalanceTooLow):
        ask(chain, replace(call, value=Wei(1)))


def test_steps_are_seen(chain):
    counter = deploy(chain, chain.keys[0], COUNTER)
    steps = []
    with chain.visit() as state:
        call = make_call(chain, counter)
        simulate(state, call, chain.environment(), on_step=steps.append)
    assert [step.opcode for step in steps[:3]] == [0x5F, 0x54, 0x60]
    assert {step.depth for step in steps} == {1}


@pytest.mark.parametrize(
    "program", [COUNTER, CLEARS, FORWARDS, "5f5f55", "00"], ids=str
)
@pytest.mark.parametrize("data", [b"", ONE])
def test_the_least_gas_suffices_and_one_less_does_not(chain, program, data):
    alice = chain.keys[0]
    contract = deploy(chain, alice, program)
    run(chain, alice, contract, data=ONE)
    call = make_call(chain, contract, data=data)
    least = estimate(chain, call)
    assert ask(chain, replace(call, gas=least)).succeeded
    assert not ask(chain, replace(call, gas=Gas(least - 1))).succeeded


def test_a_payment_needs_what_it_costs(chain):
    assert estimate(chain, make_call(chain, chain.accounts[1], data=b"\1")) == 21_016


def test_cleared_storage_is_paid_for_in_advance(chain):
    alice = chain.keys[0]
    contract = deploy(chain, alice, CLEARS)
    run(chain, alice, contract, data=ONE)
    call = make_call(chain, contract, data=bytes(32))
    used = ask(chain, call).gas_used
    assert estimate(chain, call) == used + 4_800


def test_what_always_fails_has_no_estimate(chain):
    reverts = deploy(chain, chain.keys[0], REVERTS)
    with pytest.raises(CallFailed, match="revert") as caught:
        estimate(chain, make_call(chain, reverts))
    assert caught.value.answer.error == "revert"
    with pytest.raises(CallFailed, match="out-of-gas"):
        estimate(chain, make_call(chain, chain.accounts[1], gas=Gas(20_999)))


def test_what_uses_all_it_is_given_is_given_what_it_used(chain):
    contract = deploy(chain, chain.keys[0], RECURSES)
    call = make_call(chain, contract)
    least = estimate(chain, call)
    assert least == ask(chain, call).gas_spent
    assert ask(chain, replace(call, gas=least)).succeeded
