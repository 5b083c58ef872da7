"""The set of unspent outputs, from Satoshi's first payment to every broken rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.crypto.hashing import hash160
from minichain.crypto.keys import Key
from minichain.errors import ProtocolError
from minichain.ledger.bitcoin import compute_subsidy, total_supply
from minichain.ledger.bitcoin_errors import (
    DoubleSpend,
    DuplicateInput,
    DuplicateTransaction,
    ExcessiveCoinbase,
    ImmatureCoinbase,
    InvalidCoinbasePlace,
    MissingOutput,
    Overspent,
    WrongMerkleRoot,
)
from minichain.ledger.bitcoin_transaction import BitcoinTransaction, Input, Output
from minichain.ledger.mainnet import load_block
from minichain.ledger.script import (
    UnsupportedScript,
    WrongSignature,
    p2pkh_script,
    read_form,
    sign_input,
)
from minichain.ledger.utxo import MATURITY, Coin, UtxoSet
from tests.ledger.bitcoin_samples import EASIEST, coinbase, mine, payment, somewhere

ALICE, BOB = Key.from_seed("alice"), Key.from_seed("bob")
COIN = 10**8


def owned(key, value):
    return Output(value, p2pkh_script(hash160(key.public_key.compressed)))


def a_set(*values):
    """Return a set in which Alice has coins of some values."""
    coins = {somewhere(i): Coin(owned(ALICE, v)) for i, v in enumerate(values)}
    return UtxoSet(coins)


def pay(coins, outpoints, *outputs, key=ALICE):
    base = BitcoinTransaction(tuple(Input(name) for name in outpoints), outputs)
    for index, name in enumerate(outpoints):
        base = sign_input(base, index, coins[name].output, key)
    return base


# Real blocks


def test_the_first_eleven_blocks_leave_ten_coins():
    coins = UtxoSet()
    for height in range(11):
        undo = coins.apply_block(load_block(height), height)
        assert undo.fees == 0
    assert len(coins) == 10
    # The first coinbase was never added: 50 bitcoin that no one can spend.
    assert coins.total == total_supply(10) - 50 * COIN
    assert load_block(0).transactions[0].outpoint(0) not in coins


def test_the_first_payment_spends_block_9_and_makes_change():
    coins, before = UtxoSet(), UtxoSet()
    for height in range(11):
        coins.apply_block(load_block(height), height)
        before.apply_block(load_block(height), height)
    first = load_block(9).transactions[0].outpoint(0)
    satoshi = coins[first].output.script
    undo = coins.apply_block(load_block(170), 170)
    assert first not in coins
    payment_170 = load_block(170).transactions[1]
    assert coins[payment_170.outpoint(0)].output.value == 10 * COIN
    assert coins.coins_of(satoshi) == {
        payment_170.outpoint(1): Coin(payment_170.outputs[1], 170)
    }
    assert [name for name, _ in undo.spent] == [first]
    assert coins != before
    coins.undo(undo)
    assert coins == before


def test_block_170_alone_spends_what_is_not_there():
    with pytest.raises(MissingOutput, match="0437cd7f"):
        UtxoSet().apply_block(load_block(170), 170)


def test_block_9_matures_at_height_109():
    coins = UtxoSet()
    coins.apply_block(load_block(9), 9)
    with pytest.raises(ImmatureCoinbase, match="99 blocks later") as error:
        coins.apply_block(load_block(170), 108)
    assert (error.value.made, error.value.spent) == (9, 108)
    coins.apply_block(load_block(170), 109)


def test_block_100000_applies_on_what_it_spends():
    block = load_block(100_000)
    # Its payments are to key hashes; the amounts are those that leave no fee.
    coins = {}
    for transaction in block.transactions[1:]:
        entry = transaction.inputs[0]
        key = entry.script[-65:]
        value = sum(output.value for output in transaction.outputs)
        coins[entry.outpoint] = Coin(Output(value, p2pkh_script(hash160(key))))
    unspent = UtxoSet(coins)
    undo = unspent.apply_block(block, 100_000)
    assert undo.fees == 0
    assert len(unspent) == 6
    unspent.undo(undo)
    assert unspent == UtxoSet(coins)


def test_a_changed_block_does_not_even_reach_the_set():
    block = load_block(170)
    with pytest.raises(WrongMerkleRoot):
        UtxoSet().apply_block(replace(block, transactions=block.transactions[:1]), 170)


# Payments


def test_a_payment_moves_value_and_leaves_a_fee():
    coins = a_set(10)
    transaction = pay(coins, [somewhere()], owned(BOB, 6), owned(ALICE, 3))
    undo = coins.apply_transaction(transaction, 7)
    assert undo.fees == 1
    assert coins.total == 9
    assert coins[transaction.outpoint(0)] == Coin(owned(BOB, 6), 7)
    assert list(coins) == [transaction.outpoint(0), transaction.outpoint(1)]


def test_the_same_payment_again_spends_what_is_gone():
    coins = a_set(10)
    transaction = pay(coins, [somewhere()], owned(BOB, 10))
    coins.apply_transaction(transaction, 7)
    with pytest.raises(MissingOutput) as error:
        coins.apply_transaction(transaction, 8)
    assert error.value.outpoint == somewhere()


def test_no_one_pays_out_more_than_comes_in():
    coins = a_set(4, 5)
    outpoints = [somewhere(0), somewhere(1)]
    with pytest.raises(Overspent, match="inputs of 9 satoshi, required 10"):
        coins.apply_transaction(pay(coins, outpoints, owned(BOB, 10)), 7)
    coins.apply_transaction(pay(coins, outpoints, owned(BOB, 9)), 7)


def test_another_key_cannot_spend():
    coins = a_set(10)
    stolen = pay(coins, [somewhere()], owned(BOB, 10), key=BOB)
    with pytest.raises(ProtocolError) as error:
        coins.apply_transaction(stolen, 7)
    assert error.value.rule == "key-hash"


def test_a_payment_changed_after_signing_is_refused():
    coins = a_set(10)
    signed = pay(coins, [somewhere()], owned(BOB, 5), owned(ALICE, 5))
    forged = replace(signed, outputs=(owned(BOB, 10),))
    with pytest.raises(WrongSignature):
        coins.apply_transaction(forged, 7)
    coins.apply_transaction(forged, 7, signatures=False)


def test_an_unknown_condition_is_not_waved_through():
    coins = UtxoSet({somewhere(): Coin(Output(5, b"\x51"))})
    transaction = payment(somewhere(), 5)
    with pytest.raises(UnsupportedScript):
        coins.apply_transaction(transaction, 7)
    coins.apply_transaction(transaction, 7, signatures=False)


def test_one_transaction_cannot_spend_an_output_twice():
    # CVE-2018-17144.
    coins = a_set(10)
    twice = replace(payment(somewhere(), 20), inputs=(Input(somewhere()),) * 2)
    with pytest.raises(DuplicateInput):
        coins.apply_transaction(twice, 7, signatures=False)


def test_outputs_that_no_one_can_spend_are_not_kept():
    coins = a_set(10)
    base = payment(somewhere(), 1)
    outputs = (
        Output(3, b"\x6adata"),
        Output(3, bytes(10_001)),
        Output(3, bytes(10_000)),
    )
    transaction = replace(base, outputs=outputs)
    undo = coins.apply_transaction(transaction, 7, signatures=False)
    assert list(coins) == [transaction.outpoint(2)]
    assert undo.fees == 1


# Blocks made to order


def block_of(*transactions):
    return mine(*transactions, version=4)


def apply(coins, block, height=200, **options):
    return coins.apply_block(
        block, height, easiest=EASIEST, **{"signatures": False, **options}
    )


def test_the_coinbase_takes_subsidy_and_fees_and_not_one_more():
    subsidy = compute_subsidy(200)
    greedy = block_of(coinbase(subsidy + 3), payment(somewhere(), 8))
    with pytest.raises(ExcessiveCoinbase, match="fees 2") as error:
        apply(a_set(10), greedy)
    assert (error.value.value, error.value.fees) == (subsidy + 3, 2)
    modest = block_of(coinbase(subsidy + 2), payment(somewhere(), 8))
    assert apply(a_set(10), modest).fees == 2


def test_the_subsidy_is_that_of_the_height():
    transactions = (coinbase(25 * COIN + 1),)
    with pytest.raises(ExcessiveCoinbase, match="subsidy 2500000000"):
        UtxoSet().apply_transactions(transactions, 210_000)
    UtxoSet().apply_transactions(transactions, 209_999)


def test_two_payments_of_a_block_cannot_share_a_coin():
    first, second = payment(somewhere(), 9), payment(somewhere(), 8)
    with pytest.raises(DoubleSpend) as error:
        apply(a_set(10), block_of(coinbase(), first, second))
    assert error.value.first == first.id
    assert error.value.rule == "double-spend"


def test_a_payment_may_spend_one_before_it_in_the_block():
    first = payment(somewhere(), 9)
    second = payment(first.outpoint(0), 8)
    coins = a_set(10)
    undo = apply(coins, block_of(coinbase(), first, second))
    assert undo.fees == 2
    assert first.outpoint(0) not in coins
    assert second.outpoint(0) in coins
    coins.undo(undo)
    assert coins == a_set(10)


def test_a_payment_may_not_spend_one_after_it():
    first = payment(somewhere(), 9)
    second = payment(first.outpoint(0), 8)
    with pytest.raises(MissingOutput):
        apply(a_set(10), block_of(coinbase(), second, first))


def test_a_coinbase_may_not_be_spent_in_its_own_block():
    base = coinbase()
    with pytest.raises(ImmatureCoinbase, match="0 blocks later"):
        apply(UtxoSet(), block_of(base, payment(base.outpoint(0), 1)))


def test_a_transaction_may_not_return_while_its_outputs_are_unspent():
    # BIP 30: the second would overwrite the first.
    coins = UtxoSet()
    apply(coins, block_of(coinbase()))
    with pytest.raises(DuplicateTransaction):
        apply(coins, block_of(coinbase()), 201)


def test_transactions_without_a_coinbase_are_no_block():
    with pytest.raises(InvalidCoinbasePlace):
        a_set(10).apply_transactions((payment(somewhere(), 9),), 7)


def test_undo_refuses_a_set_that_is_not_the_one_left_behind():
    coins = a_set(10)
    first = payment(somewhere(), 9)
    undo = coins.apply_transaction(first, 7, signatures=False)
    later = coins.apply_transaction(payment(first.outpoint(0), 8), 8, signatures=False)
    kept = dict.fromkeys(coins)
    with pytest.raises(ValueError, match="not in the set"):
        coins.undo(undo)
    assert dict.fromkeys(coins) == kept
    coins.undo(later)
    coins.undo(undo)
    assert coins == a_set(10)
    with pytest.raises(ValueError, match="take back is not in the set"):
        coins.undo(undo)


def test_undo_does_not_give_back_what_is_there():
    coins = a_set(10)
    undo = coins.apply_transaction(payment(somewhere(), 9), 7, signatures=False)
    both = UtxoSet({**dict(undo.spent), **dict(undo.made)})
    with pytest.raises(ValueError, match="give back is in the set"):
        both.undo(undo)
    assert len(both) == 2


# Random ledgers

STEPS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(-2, 12)), max_size=12
)


@given(STEPS)
def test_any_history_of_payments_adds_up_and_can_be_undone(steps):
    coins = a_set(10, 20, 30)
    states, undos, fees = [snapshot(coins)], [], 0
    for height, (which, split, fee) in enumerate(steps, MATURITY):
        names = sorted(coins, key=str)
        name = names[which % len(names)] if which < 25 else somewhere(99)
        value = coins[name].output.value if name in coins else 10
        total = value - fee
        transaction = payment(name, min(split, total), total - min(split, total))
        try:
            undo = coins.apply_transaction(transaction, height, signatures=False)
        except ProtocolError as error:
            assert error.rule in ("missing-output", "amount", "balance")
            assert snapshot(coins) == states[-1]
            continue
        fees += undo.fees
        undos.append(undo)
        states.append(snapshot(coins))
        assert coins.total + fees == 60
    while undos:
        assert snapshot(coins) == states.pop()
        coins.undo(undos.pop())
    assert snapshot(coins) == states.pop()


def snapshot(coins):
    return {name: coins[name] for name in coins}


@given(st.integers(0, 2))
def test_a_block_that_fails_at_its_end_leaves_no_trace(bad):
    coins = a_set(10, 20, 30)
    before = snapshot(coins)
    endings = [
        payment(somewhere(99), 1),
        payment(somewhere(0), 1),
        payment(somewhere(2), 31),
    ]
    good = [payment(somewhere(0), 9), payment(somewhere(1), 19)]
    with pytest.raises(ProtocolError):
        apply(coins, block_of(coinbase(), *good, endings[bad]))
    assert snapshot(coins) == before


def test_coins_of_an_owner_are_what_others_call_a_balance():
    coins = a_set(10, 20)
    mine_ = coins.coins_of(owned(ALICE, 0).script)
    assert sum(coin.output.value for coin in mine_.values()) == 30
    assert coins.coins_of(owned(BOB, 0).script) == {}
    assert read_form(owned(BOB, 0).script)[0] == "P2PKH"
