"""What waits for a block is ordered by tip and nonce, and could be paid for."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.chain import mempool as module
from minichain.chain.builder import execute, seal_block
from minichain.chain.mempool import (
    AlreadyPending,
    Mempool,
    MempoolFull,
    QueueFull,
    ReplacementUnderpriced,
)
from minichain.crypto.keys import Key
from minichain.crypto.signature import CURVE_ORDER
from minichain.errors import InvalidSignature, InvalidTransaction
from minichain.ledger.inclusion_errors import BalanceTooLow
from minichain.ledger.transaction import Transaction
from minichain.units import Gas, Wei

STRANGER = Key.from_seed("a stranger without money")


@pytest.fixture
def chain() -> Chain:
    return Chain.dev(accounts=3)


def order(chain: Chain, sender: int, nonce: int, tip: int = 0, **fields) -> Transaction:
    """Return a signed payment of one of the chain's accounts to the next one."""
    payment = Transaction.transfer(
        to=chain.accounts[(sender + 1) % 3],
        value=1,
        nonce=nonce,
        chain_id=1337,
        max_fee_per_gas=tip,
        max_priority_fee_per_gas=tip,
    )
    return replace(payment, **fields).sign(chain.keys[sender])


def test_the_highest_tip_comes_first_and_equal_ones_as_their_senders_came(chain):
    cheap, dear, other = (
        order(chain, 0, 0, 1),
        order(chain, 1, 0, 9),
        order(chain, 2, 0),
    )
    for payment in (cheap, other, dear):
        chain.send(payment)
    assert chain.mine().transactions == (dear, cheap, other)


def test_a_dear_transaction_waits_for_the_cheap_one_before_it(chain):
    payments = [order(chain, 0, 0, 1), order(chain, 0, 1, 9), order(chain, 1, 0, 5)]
    for payment in payments[::-1]:
        chain.send(payment)
    assert chain.mine().transactions == (payments[2], payments[0], payments[1])


def test_a_nonce_ahead_waits_until_the_gap_is_filled(chain):
    ahead = chain.send(order(chain, 0, 1))
    assert chain.mine().transactions == ()
    assert list(chain.mempool) == [ahead]
    first = chain.transfer(chain.keys[0], chain.accounts[1], 1)
    assert first.nonce == 0
    assert chain.mine().transactions == (first, ahead)
    assert len(chain.mempool) == 0


def test_the_next_nonce_counts_what_waits(chain):
    alice = chain.keys[0]
    nonces = [chain.transfer(alice, chain.accounts[1], 1).nonce for _ in range(3)]
    assert nonces == [0, 1, 2]
    chain.mine()
    assert chain.transfer(alice, chain.accounts[1], 1).nonce == 3


def test_a_transaction_is_replaced_by_one_that_pays_a_tenth_more(chain):
    chain.send(order(chain, 0, 0, 100))
    for tip, required in ((100, 110), (109, 110)):
        with pytest.raises(ReplacementUnderpriced) as caught:
            chain.send(order(chain, 0, 0, tip, value=Wei(2)))
        assert (caught.value.found, caught.value.required) == (tip, required)
        assert caught.value.rule == "replacement"
    dearer = chain.send(order(chain, 0, 0, 110))
    assert list(chain.mempool) == [dearer]


def test_a_free_transaction_is_replaced_by_one_that_pays_anything(chain):
    chain.send(order(chain, 0, 0))
    with pytest.raises(ReplacementUnderpriced, match="pays 0 wei a gas, required 1"):
        chain.send(order(chain, 0, 0, value=Wei(2)))
    chain.send(order(chain, 0, 0, 1))
    assert len(chain.mempool) == 1


def test_the_same_transaction_does_not_wait_twice(chain):
    payment = chain.send(order(chain, 0, 0))
    with pytest.raises(AlreadyPending) as caught:
        chain.send(payment)
    assert caught.value.rule == "pending"


def test_a_full_mempool_takes_replacements_alone(chain):
    chain.mempool = Mempool(capacity=2)
    chain.send(order(chain, 0, 0))
    chain.send(order(chain, 1, 0))
    with pytest.raises(MempoolFull) as caught:
        chain.send(order(chain, 2, 0))
    assert (caught.value.rule, caught.value.capacity) == ("mempool", 2)
    chain.send(order(chain, 0, 0, 1))
    assert len(chain.mempool) == 2


def test_a_full_mempool_drops_the_cheapest_for_one_that_pays_more(chain):
    chain.mempool = Mempool(capacity=3)
    kept = [chain.send(order(chain, 0, 0, 1)), chain.send(order(chain, 1, 0, 7))]
    chain.send(order(chain, 0, 1, 4))
    dearer = chain.send(order(chain, 2, 0, 5))
    # The transaction of tip 1 is cheaper, but another one waits for it.
    assert list(chain.mempool) == [*kept, dearer]
    with pytest.raises(MempoolFull):
        chain.send(order(chain, 2, 1, 1))


def test_a_copy_holds_as_many():
    assert Mempool(capacity=2).copy().capacity == 2


def test_a_sender_drops_nothing_of_its_own_to_make_room(chain):
    chain.mempool = Mempool(capacity=1)
    chain.send(order(chain, 0, 0, 1))
    with pytest.raises(MempoolFull):
        chain.send(order(chain, 0, 1, 9))


def test_one_sender_cannot_fill_the_mempool(chain, monkeypatch):
    monkeypatch.setattr(module, "MAX_QUEUE", 2)
    for nonce in range(2):
        chain.send(order(chain, 0, nonce))
    with pytest.raises(QueueFull) as caught:
        chain.send(order(chain, 0, 2))
    assert caught.value.rule == "queue"
    chain.send(order(chain, 0, 1, 1))
    chain.send(order(chain, 1, 0))


def test_a_sender_can_pay_for_all_that_waits_together(chain):
    half = Wei(chain.balance(chain.accounts[0]) // 2)
    chain.send(order(chain, 0, 0, value=half))
    with pytest.raises(BalanceTooLow) as caught:
        chain.send(order(chain, 0, 1, value=Wei(half + 1)))
    assert caught.value.required == 2 * half + 1
    # In the place of the first one it needs no more than it costs itself.
    chain.send(order(chain, 0, 0, 1, value=Wei(half + 1)))
    chain.send(order(chain, 1, 0, value=half))


def test_what_waits_for_a_missing_one_makes_room_whatever_it_promises(chain):
    chain.mempool = Mempool(capacity=2)
    kept = chain.send(order(chain, 0, 0, 5))
    chain.send(order(chain, 1, 7, 10**6))
    newcomer = chain.send(order(chain, 2, 0, 1))
    assert list(chain.mempool) == [kept, newcomer]
    with pytest.raises(MempoolFull):
        chain.send(order(chain, 1, 7, 10**6))


def test_of_two_that_wait_for_missing_ones_the_dearer_stays(chain):
    chain.mempool = Mempool(capacity=1)
    chain.send(order(chain, 0, 3, 5))
    with pytest.raises(MempoolFull):
        chain.send(order(chain, 1, 3, 5))
    dearer = chain.send(order(chain, 1, 3, 6))
    assert list(chain.mempool) == [dearer]


def test_what_its_sender_can_no_longer_pay_is_dropped(chain):
    alice = chain.keys[0]
    most = Wei(chain.balance(alice.address) - 1)
    dear = order(chain, 0, 1, value=most)
    chain.send(dear)
    spent = chain.build([order(chain, 0, 0, value=Wei(5))])
    chain.import_block(seal_block(spent, chain.seal))
    assert len(chain.mempool) == 0
    kept = chain.send(order(chain, 0, 1))
    chain.mempool.forget_impossible(chain.state)
    assert list(chain.mempool) == [kept]


def test_a_waiting_transaction_is_found_by_its_hash(chain):
    payment = chain.send(order(chain, 0, 0))
    assert chain.mempool.get(payment.hash) is payment
    assert chain.mempool.get(bytes(32)) is None


@pytest.mark.parametrize(
    ("rule", "make"),
    [
        ("chain-id", lambda c: order(c, 0, 0, chain_id=1)),
        ("nonce", lambda c: order(c, 1, 0)),
        ("balance", lambda c: order(c, 0, 0, value=Wei(10**23))),
        ("balance", lambda c: order(c, 0, 0).sign(STRANGER)),
        ("gas-limit", lambda c: order(c, 0, 0, gas_limit=Gas(30_000_001))),
        ("signature", lambda c: replace(order(c, 0, 0), signature=None)),
        (
            "signature-range",
            lambda c: replace(
                order(c, 0, 0),
                signature=replace(order(c, 0, 0).signature, s=CURVE_ORDER),
            ),
        ),
    ],
)
def test_what_no_block_could_include_does_not_wait(chain, rule, make):
    chain.transfer(chain.keys[1], chain.accounts[0], 1)
    chain.mine()
    with pytest.raises((InvalidTransaction, InvalidSignature)) as caught:
        chain.send(make(chain))
    assert caught.value.rule == rule
    assert len(chain.mempool) == 0


def test_what_cannot_be_paid_any_more_stays_out_of_the_block(chain):
    everything, richer = chain.balance(chain.accounts[0]), chain.state
    richer.set_balance(chain.accounts[0], Wei(2 * everything))
    for nonce in range(2):
        payment = order(chain, 0, nonce, value=Wei(everything))
        chain.mempool.add(payment, richer, chain.environment())
    other = chain.send(order(chain, 1, 0))
    block = chain.mine()
    assert [payment.nonce for payment in block.transactions] == [0, 0]
    assert other in block.transactions
    assert len(chain.mempool) == 0


def test_a_block_takes_no_more_gas_than_it_has():
    chain = Chain.dev(accounts=3, gas_limit=Gas(3 * 21_000))
    payments = [chain.transfer(chain.keys[0], chain.accounts[1], 1) for _ in range(7)]
    blocks = [chain.mine() for _ in range(3)]
    assert [len(block.transactions) for block in blocks] == [3, 3, 1]
    assert sum((block.transactions for block in blocks), ()) == tuple(payments)


def test_a_transaction_too_dear_in_gas_leaves_room_for_others():
    chain = Chain.dev(accounts=3, gas_limit=Gas(50_000))
    chain.send(order(chain, 0, 0, 9))
    chain.send(order(chain, 1, 0, 5, gas_limit=Gas(40_000)))
    chain.send(order(chain, 2, 0, 1))
    assert [p.gas_limit for p in chain.mine().transactions] == [21_000, 21_000]


def test_what_pays_less_than_the_base_fee_waits_until_it_falls():
    chain = Chain.dev(accounts=3, base_fee_per_gas=Wei(16))
    chain.send(order(chain, 0, 0, 12))
    taken = [len(chain.mine().transactions) for _ in range(3)]
    assert taken == [0, 0, 1]
    assert chain.head.commitment.base_fee_per_gas == 12


def test_a_transaction_that_would_make_the_block_too_large_is_left_for_the_next():
    chain = Chain.dev(accounts=3, gas_limit=Gas(2**40))
    data, gas = bytes(3 * 2**20), Gas(2**24)
    transactions = [order(chain, s, 0, data=data, gas_limit=gas) for s in range(3)]
    environment = chain.environment()
    state = chain.state
    included, receipts = execute(state, transactions, environment, skip_invalid=True)
    assert included == tuple(transactions[:2])
    assert len(receipts) == 2


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 5)), max_size=12
    )
)
@settings(max_examples=40)
def test_what_is_selected_keeps_every_senders_order(orders):
    chain = Chain.dev(accounts=3, seal="on-demand")
    for sender, nonce, tip in orders:
        try:
            chain.send(order(chain, sender, nonce, tip))
        except InvalidTransaction as error:
            assert error.rule in ("pending", "replacement")
    selected = list(chain.mempool.select(Wei(0)))
    assert sorted(t.hash for t in selected) == sorted(t.hash for t in chain.mempool)
    for sender in chain.accounts:
        nonces = [t.nonce for t in selected if t.sender == sender]
        assert nonces == sorted(nonces)
