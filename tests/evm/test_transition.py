"""An order buys its gas, runs, and gets back what it did not use."""

import pytest

from minichain.errors import InvalidTransaction
from minichain.evm import Environment, Order, apply_order, check_order
from minichain.units import ETHER, GWEI, Address
from tests.evm.programs import ALICE, CONTRACT, make_state

BLOCK = Environment(base_fee_per_gas=GWEI, beneficiary=Address(b"\xb0" * 20))


def make_order(**fields):
    usual = {
        "sender": ALICE, "nonce": 0, "gas_limit": 100_000, "to": CONTRACT,
        "max_fee_per_gas": 3 * GWEI, "max_priority_fee_per_gas": GWEI,
    }  # fmt: skip
    return Order(**{**usual, **fields})


def test_the_fee_is_for_the_gas_used_and_the_tip_is_paid():
    state = make_state(contract="00")
    settled = apply_order(state, make_order(value=5), BLOCK, runtime="plain")
    assert settled.gas_used == 21_000
    assert settled.gas_price == 2 * GWEI
    assert state.account(ALICE).balance == ETHER - 5 - 21_000 * 2 * GWEI
    assert state.account(BLOCK.beneficiary).balance == 21_000 * GWEI
    assert state.account(ALICE).nonce == 1


def test_cleared_storage_gives_back_at_most_a_fifth():
    state = make_state(contract="6000 6000 55")
    state.set_storage(CONTRACT, 0, 1)
    settled = apply_order(state, make_order(), BLOCK, runtime="plain")
    assert settled.outcome.refund == 4_800
    assert settled.gas_used == 21_000 + 2 * 3 + 5_000 - 4_800


def test_a_failure_costs_all_gas_and_the_nonce():
    state = make_state(contract="fe")
    settled = apply_order(state, make_order(), BLOCK, runtime="plain")
    assert settled.gas_used == 100_000
    assert not settled.outcome.success
    assert state.account(ALICE).nonce == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"nonce": 1}, "nonce"),
        ({"value": ETHER}, "balance"),
        ({"gas_limit": 20_999}, "intrinsic-gas"),
        ({"gas_limit": 30_000_001}, "gas-limit"),
        ({"max_fee_per_gas": GWEI - 1, "max_priority_fee_per_gas": 0}, "base-fee"),
        ({"max_priority_fee_per_gas": 4 * GWEI}, "tip"),
        ({"to": None, "data": bytes(49_153)}, "initcode-size"),
        ({"sender": CONTRACT}, "sender"),
        ({"blob_hashes": ()}, "blobs"),
        ({"blob_hashes": (b"\1" * 32,) * 7}, "blobs"),
        ({"blob_hashes": (b"\2" * 32,)}, "blobs"),
        ({"blob_hashes": (b"\1" * 32,), "to": None}, "blobs"),
        ({"blob_hashes": (b"\1" * 32,)}, "blob-fee"),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_by_its_name(change, rule):
    state = make_state(contract="00")
    check_order(state, make_order(), BLOCK)
    with pytest.raises(InvalidTransaction) as refused:
        check_order(state, make_order(**change), BLOCK)
    assert refused.value.rule == rule
