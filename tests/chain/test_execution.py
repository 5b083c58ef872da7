"""Executing a transfer moves its value, pays its gas, and burns the base fee."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.chain.execution import apply_transaction, compute_base_fee
from minichain.chain.transaction_rules import check_transaction
from minichain.crypto.keys import Key
from minichain.evm import Environment
from minichain.evm.order import compute_gas_price
from minichain.ledger.block import Commitment
from minichain.ledger.state import State
from minichain.ledger.transaction import ACCESS_LIST, LEGACY, Transaction
from minichain.units import Address, BlockNumber, Gas, Hash32, Timestamp, Wei

ALICE, BOB = Key.from_seed("alice"), Key.from_seed("bob")

MINER = Address(b"\x99" * 20)


def environment(base_fee: int = 0) -> Environment:
    return Environment(
        chain_id=1,
        number=BlockNumber(1),
        time=Timestamp(0),
        beneficiary=MINER,
        base_fee_per_gas=Wei(base_fee),
        gas_limit=Gas(30_000_000),
    )


def commitment(fee: int, used: int, limit: int = 20_000_000) -> Commitment:
    nothing = Hash32(bytes(32))
    return Commitment(
        number=BlockNumber(1),
        beneficiary=MINER,
        state_root=nothing,
        receipts_root=nothing,
        gas_limit=Gas(limit),
        gas_used=Gas(used),
        base_fee_per_gas=Wei(fee),
    )


# The base fee


@pytest.mark.parametrize(
    ("fee", "used", "following"),
    [
        (10**9, 10_000_000, 10**9),
        (10**9, 9_000_000, 987_500_000),
        (10**9, 11_000_000, 1_012_500_000),
        (10**9, 20_000_000, 1_125_000_000),
        (10**9, 0, 875_000_000),
        (0, 10_000_000, 0),
        (0, 0, 0),
        (0, 20_000_000, 0),
        (1, 10_000_001, 2),
        (7, 0, 7),
        (8, 0, 7),
    ],
)
def test_the_base_fee_follows_the_use_of_gas(fee, used, following):
    assert compute_base_fee(commitment(fee, used)) == following


def test_ten_times_the_fee_takes_twenty_full_blocks():
    fee, blocks = 10**9, 0
    while fee < 10**10:
        fee = compute_base_fee(commitment(fee, 20_000_000))
        blocks += 1
    assert blocks == 20


@given(
    st.integers(0, 10**15),
    st.integers(1, 2**40).flatmap(
        lambda limit: st.tuples(st.just(limit), st.integers(0, limit))
    ),
)
@settings(max_examples=200)
def test_the_base_fee_moves_by_an_eighth_at_most_and_in_the_right_direction(fee, gas):
    limit, used = gas
    if used > 0 and limit < 2:
        return
    following = compute_base_fee(commitment(fee, used, limit))
    target = limit // 2
    if used == target:
        assert following == fee
    elif fee == 0:
        assert following == 0
    elif used > target:
        exact = Fraction(fee * (used - target), target * 8)
        assert following == fee + max(int(exact), 1)
    else:
        assert fee - Fraction(fee, 8) <= following <= fee


# The price


@pytest.mark.parametrize(
    ("base", "highest", "tip", "price"),
    [(10, 100, 5, 15), (98, 100, 5, 100), (100, 100, 5, 100), (0, 7, 7, 7)],
)
def test_the_price_is_the_base_fee_and_as_much_tip_as_fits(base, highest, tip, price):
    payment = Transaction.transfer(
        BOB.address, 1, 0, max_fee_per_gas=highest, max_priority_fee_per_gas=tip
    )
    assert compute_gas_price(payment, Wei(base)) == price


# Transfers


def funded(balance: int = 10**9) -> State:
    state = State()
    state.set_balance(ALICE.address, Wei(balance))
    return state


def pay(state: State, transaction: Transaction, base_fee: int):
    block = environment(base_fee)
    check_transaction(state, transaction, block, block.gas_limit)
    return apply_transaction(state, transaction, block, Gas(5))


def test_a_transfer_pays_receiver_and_miner_and_burns_the_rest():
    state = funded()
    payment = Transaction.transfer(
        BOB.address, 1000, 0, max_fee_per_gas=50, max_priority_fee_per_gas=3
    ).sign(ALICE)
    receipt = pay(state, payment, base_fee=10)
    assert receipt.succeeded
    assert (receipt.gas_used, receipt.cumulative_gas_used) == (21_000, 21_005)
    assert state.account(ALICE.address).nonce == 1
    assert state.account(ALICE.address).balance == 10**9 - 1000 - 21_000 * 13
    assert state.account(BOB.address).balance == 1000
    assert state.account(MINER).balance == 21_000 * 3
    assert state.supply == 10**9 - 21_000 * 10


def test_gas_that_is_not_used_is_paid_back():
    state = funded()
    payment = replace(
        Transaction.transfer(BOB.address, 0, 0, max_fee_per_gas=10),
        gas_limit=Gas(90_000),
        data=b"\x00\x01",
    ).sign(ALICE)
    receipt = pay(state, payment, base_fee=10)
    assert receipt.gas_used == 21_000 + 4 + 16
    assert state.supply == 10**9 - 10 * 21_020


def test_a_transfer_to_oneself_costs_the_gas_alone():
    state = funded()
    payment = Transaction.transfer(ALICE.address, 10**8, 0, max_fee_per_gas=1)
    pay(state, payment.sign(ALICE), base_fee=1)
    assert state.account(ALICE.address).balance == 10**9 - 21_000


def test_all_that_one_has_can_be_sent_and_leaves_no_more_than_a_nonce():
    state = funded(21_000 + 7)
    payment = Transaction.transfer(BOB.address, 7, 0, max_fee_per_gas=1)
    pay(state, payment.sign(ALICE), base_fee=1)
    assert state.account(ALICE.address).balance == 0
    assert state.account(ALICE.address).nonce == 1


@pytest.mark.parametrize("kind", [LEGACY, ACCESS_LIST])
def test_the_older_types_pay_their_whole_price(kind):
    state = funded()
    payment = replace(
        Transaction.transfer(BOB.address, 1, 0), kind=kind, max_fee_per_gas=Wei(9)
    )
    payment = replace(payment, max_priority_fee_per_gas=Wei(9)).sign(ALICE)
    receipt = pay(state, payment, base_fee=2)
    assert receipt.kind == kind
    assert state.account(MINER).balance == 21_000 * 7


def test_a_transaction_for_any_chain_is_for_this_one():
    payment = replace(Transaction.transfer(BOB.address, 1, 0), kind=LEGACY)
    pay(funded(), replace(payment, chain_id=None).sign(ALICE), base_fee=0)


def test_who_sends_to_nobody_makes_no_account():
    state = funded()
    payment = Transaction.transfer(BOB.address, 0, 0).sign(ALICE)
    pay(state, payment, base_fee=0)
    assert set(state.accounts) == {ALICE.address}


def test_a_chain_keeps_the_receipts_of_its_blocks():
    chain = Chain.dev(accounts=2)
    for _ in range(3):
        chain.transfer(chain.keys[0], chain.accounts[1], 1)
    receipts = chain.receipts(chain.mine().hash)
    assert [r.cumulative_gas_used for r in receipts] == [21_000, 42_000, 63_000]
    assert chain.receipts(chain.genesis.hash) == ()
