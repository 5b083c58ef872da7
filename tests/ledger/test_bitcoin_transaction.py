"""Bitcoin transactions: real ones, their two forms, and the rules of each."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.errors import InvalidEncoding, InvalidTransaction, ProtocolError
from minichain.ledger.bitcoin_errors import (
    DuplicateInput,
    Empty,
    InvalidAmount,
    InvalidCoinbaseScript,
    InvalidWitnessFlag,
    NotFinal,
    NullInput,
    TooLarge,
)
from minichain.ledger.bitcoin_rules import (
    MAX_MONEY,
    check_amounts,
    check_final,
    check_transaction,
)
from minichain.ledger.bitcoin_transaction import (
    NULL_OUTPOINT,
    BitcoinTransaction,
    Input,
    Outpoint,
    Output,
)
from minichain.ledger.stream import TrailingBytes, Truncated
from tests.ledger.bitcoin_samples import (
    TRANSACTIONS,
    coinbase,
    payment,
    read_sample,
    somewhere,
)

SAMPLES = {
    "first-payment": "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16",
    "bip143-p2wpkh": "e8151a2af31c368a35053ddd4bdb285a8595c769a3ad83e0fa02314a602d4609",
    "testnet4-1": "619c9db8597dc8aaaa37569e25930efa04c9aef7b604b1b8a26bd4f086b2785c",
}


@pytest.mark.parametrize(("name", "known"), SAMPLES.items())
def test_real_transactions_have_their_known_hash(name, known):
    data = read_sample(name)
    transaction = BitcoinTransaction.decode(data)
    assert transaction.id == known
    assert transaction.encode() == data
    whole = hashlib.sha256(hashlib.sha256(data).digest()).digest()
    assert transaction.witness_hash == whole
    check_transaction(transaction)


def test_the_first_payment_says_what_it_paid():
    transaction = BitcoinTransaction.decode(read_sample("first-payment"))
    assert [output.value for output in transaction.outputs] == [10**9, 4 * 10**9]
    assert str(transaction.inputs[0].outpoint) == (
        "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0"
    )
    assert transaction.hash == transaction.witness_hash
    assert transaction.weight == 4 * 275


def test_a_witness_is_lighter_and_outside_the_hash():
    transaction = BitcoinTransaction.decode(read_sample("bip143-p2wpkh"))
    stripped = transaction.encode(witness=False)
    assert transaction.has_witness
    assert transaction.hash != transaction.witness_hash
    assert transaction.weight == 3 * len(stripped) + len(transaction.encode())
    bare = BitcoinTransaction.decode(stripped)
    assert bare.id == transaction.id
    assert not bare.has_witness


@given(TRANSACTIONS)
def test_transactions_survive_their_encoding(transaction):
    data = transaction.encode()
    assert BitcoinTransaction.decode(data) == transaction
    if not transaction.has_witness:
        assert data == transaction.encode(witness=False)


@given(TRANSACTIONS, st.data())
def test_every_beginning_of_a_transaction_is_refused(transaction, data):
    encoded = transaction.encode()
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(InvalidEncoding):
        BitcoinTransaction.decode(encoded[:cut])
    with pytest.raises(TrailingBytes):
        BitcoinTransaction.decode(encoded + b"\x00")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_transaction_or_a_named_error(data):
    try:
        transaction = BitcoinTransaction.decode(data)
    except InvalidEncoding:
        return
    assert transaction.encode() == data


@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_a_changed_byte_makes_another_transaction_or_a_named_error(name, data):
    original = read_sample(name)
    place = data.draw(st.integers(0, len(original) - 1))
    byte = data.draw(st.integers(1, 255))
    changed = bytearray(original)
    changed[place] ^= byte
    try:
        transaction = BitcoinTransaction.decode(bytes(changed))
        assert transaction.encode() == changed
        before = BitcoinTransaction.decode(original)
        assert transaction.witness_hash != before.witness_hash
        check_transaction(transaction)
    except ProtocolError as error:
        assert error.rule != "protocol"


def test_the_witness_form_must_have_a_witness():
    # Version, marker and flag, one input, no output, an empty witness, lock time.
    entry = Input(somewhere()).encode()
    data = bytes(4) + b"\x00\x01\x01" + entry + b"\x00" + b"\x00" + bytes(4)
    with pytest.raises(InvalidWitnessFlag, match="no input has a witness"):
        BitcoinTransaction.decode(data)


@pytest.mark.parametrize("flag", [0, 2, 255])
def test_an_unknown_flag_is_refused(flag):
    with pytest.raises(InvalidWitnessFlag, match="required 1"):
        BitcoinTransaction.decode(bytes(5) + bytes([flag]) + bytes(9))


def test_a_count_that_the_data_cannot_hold_ends_at_once():
    with pytest.raises(Truncated):
        BitcoinTransaction.decode(bytes(4) + b"\xfe\x00\x00\x00\x02" + bytes(50))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2**31},
        {"lock_time": -1},
        {"inputs": (Input(Outpoint(bytes(31), 0)),)},
        {"inputs": (Input(Outpoint(bytes(32), 2**32)),)},
        {"inputs": (Input(somewhere(), sequence=2**32),)},
        {"outputs": (Output(2**63, b""),)},
    ],
)
def test_fields_that_do_not_fit_cannot_be_written(change):
    with pytest.raises(InvalidEncoding):
        replace(payment(somewhere(), 1), **change).encode()


# Rules


def test_a_payment_and_a_coinbase_in_order_pass():
    check_transaction(payment(somewhere(), 1, MAX_MONEY - 1))
    check_transaction(coinbase(script=bytes(2)))
    check_transaction(coinbase(script=bytes(100)))


@pytest.mark.parametrize("size", [0, 1, 101])
def test_a_coinbase_script_has_two_to_a_hundred_bytes(size):
    with pytest.raises(InvalidCoinbaseScript, match=f"of {size} bytes"):
        check_transaction(coinbase(script=bytes(size)))


@pytest.mark.parametrize("side", ["inputs", "outputs"])
def test_a_transaction_has_inputs_and_outputs(side):
    with pytest.raises(Empty):
        check_transaction(replace(payment(somewhere(), 1), **{side: ()}))


@pytest.mark.parametrize(
    "values", [(-1,), (MAX_MONEY + 1,), (MAX_MONEY, 1), (2**63 - 1, 1)]
)
def test_amounts_and_their_sum_stay_below_all_there_can_be(values):
    with pytest.raises(InvalidAmount) as error:
        check_transaction(payment(somewhere(), *values))
    assert error.value.value == next(
        v for v in (*values, sum(values)) if not 0 <= v <= MAX_MONEY
    )


def test_amounts_may_add_up_to_all_there_can_be():
    assert check_amounts([MAX_MONEY - 5, 5, 0]) == MAX_MONEY


def test_an_output_may_not_be_spent_twice_at_once():
    # CVE-2018-17144: the rule that was once left out.
    twice = payment(somewhere(), 1)
    twice = replace(twice, inputs=twice.inputs * 2)
    with pytest.raises(DuplicateInput) as error:
        check_transaction(twice)
    assert error.value.outpoint == somewhere()
    check_transaction(replace(twice, inputs=(Input(somewhere(0)), Input(somewhere(1)))))


def test_only_a_coinbase_spends_nothing():
    mixed = (Input(somewhere()), Input(NULL_OUTPOINT))
    with pytest.raises(NullInput, match="input 1"):
        check_transaction(replace(payment(somewhere(), 1), inputs=mixed))


def test_a_transaction_heavier_than_a_block_is_refused():
    def of_size(size):
        base = payment(somewhere(), 1)
        room = size - len(base.encode()) - 4
        return replace(base, outputs=(Output(1, bytes(room + 1)),))

    largest = of_size(1_000_000)
    assert len(largest.encode()) == 1_000_000
    check_transaction(largest)
    with pytest.raises(TooLarge, match="4000004"):
        check_transaction(of_size(1_000_001))


@pytest.mark.parametrize(
    ("lock", "height", "time", "final"),
    [
        (0, 0, 0, True),
        (9, 9, 0, False),
        (9, 10, 0, True),
        (499_999_999, 500_000_000, 0, True),
        (500_000_000, 10**9, 500_000_000, False),
        (500_000_000, 0, 500_000_001, True),
    ],
)
def test_a_lock_holds_until_its_height_or_time_is_past(lock, height, time, final):
    locked = payment(somewhere(), 1, lock_time=lock)
    check_final(locked, height, time)
    open_to_change = replace(locked, inputs=(Input(somewhere(), sequence=0),))
    if final:
        check_final(open_to_change, height, time)
    else:
        with pytest.raises(NotFinal) as error:
            check_final(open_to_change, height, time)
        assert error.value.lock_time == lock
        assert isinstance(error.value, InvalidTransaction)
