"""Transactions against the official vectors, eth-account, and themselves."""

import json
from dataclasses import replace

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain import Key, Transaction
from minichain.errors import InvalidSignature, ProtocolError
from minichain.ledger.transaction import (
    ACCESS_LIST,
    DYNAMIC_FEE,
    LEGACY,
    InvalidField,
    Unsigned,
)
from minichain.ledger.wire import UnknownType
from tests.vectors import vector_files

ANN = Key.from_seed("ann")
BOB = Key.from_seed("bob")


def cancun_cases():
    for path in vector_files("ethereum-tests/TransactionTests/*/*.json"):
        for name, case in json.loads(path.read_text()).items():
            if not name.startswith("_"):
                yield path, case


def test_every_official_transaction_is_read_or_refused_as_cancun_says():
    accepted = refused = 0
    for path, case in cancun_cases():
        # Files for errors that no fork changed stop at an earlier one.
        expected = case["result"].get("Cancun") or case["result"]["London"]
        try:
            transaction = Transaction.decode(bytes.fromhex(case["txbytes"][2:]))
            sender = transaction.sender
        except ProtocolError as error:
            assert "exception" in expected, (path.name, error)
            refused += 1
            continue
        if expected.get("exception") == "TransactionException.INVALID_CHAINID":
            assert transaction.chain_id != 1, path.name
            refused += 1
            continue
        assert "exception" not in expected, path.name
        assert "0x" + transaction.hash.hex() == expected["hash"], path.name
        assert "0x" + sender.hex() == expected["sender"], path.name
        assert transaction.intrinsic_gas == int(expected["intrinsicGas"], 16)
        accepted += 1
    assert accepted >= 40
    assert refused >= 100


addresses = st.binary(min_size=20, max_size=20)
slots = st.binary(min_size=32, max_size=32)
access_lists = st.lists(
    st.tuples(addresses, st.lists(slots, max_size=3).map(tuple)), max_size=3
).map(tuple)


@st.composite
def transactions(draw):
    kind = draw(st.sampled_from([LEGACY, ACCESS_LIST, DYNAMIC_FEE]))
    fee = draw(st.integers(0, 2**100))
    tip = draw(st.integers(0, fee)) if kind == DYNAMIC_FEE else fee
    return Transaction(
        nonce=draw(st.integers(0, 2**64 - 2)),
        gas_limit=draw(st.integers(1_000_000, 30_000_000)),
        to=draw(st.one_of(st.none(), addresses)),
        value=draw(st.integers(0, 2**256 - 1)),
        data=draw(st.binary(max_size=100)),
        max_fee_per_gas=fee,
        max_priority_fee_per_gas=tip,
        chain_id=draw(st.integers(1, 2**32)),
        access_list=() if kind == LEGACY else draw(access_lists),
        kind=kind,
    )


def as_dictionary(transaction: Transaction) -> dict[str, object]:
    fields: dict[str, object] = {
        "nonce": transaction.nonce,
        "gas": transaction.gas_limit,
        "to": transaction.to or b"",
        "value": transaction.value,
        "data": transaction.data,
        "chainId": transaction.chain_id,
    }
    if transaction.kind == DYNAMIC_FEE:
        fields["type"] = 2
        fields["maxFeePerGas"] = transaction.max_fee_per_gas
        fields["maxPriorityFeePerGas"] = transaction.max_priority_fee_per_gas
    else:
        fields["gasPrice"] = transaction.max_fee_per_gas
    if transaction.kind != LEGACY:
        fields["accessList"] = [
            {
                "address": "0x" + address.hex(),
                "storageKeys": ["0x" + s.hex() for s in keys],
            }
            for address, keys in transaction.access_list
        ]
        fields["type"] = transaction.kind
    return fields


@pytest.mark.oracle
@given(transactions())
@settings(max_examples=60, deadline=None)
def test_signed_bytes_and_hash_equal_those_of_eth_account(transaction):
    signed = transaction.sign(ANN)
    oracle = Account.sign_transaction(
        as_dictionary(transaction), ANN.secret.to_bytes(32)
    )
    assert signed.encode() == bytes(oracle.raw_transaction)
    assert signed.hash == bytes(oracle.hash)


@given(transactions())
@settings(max_examples=60, deadline=None)
def test_a_decoded_transaction_equals_what_was_signed(transaction):
    signed = transaction.sign(ANN)
    again = Transaction.decode(signed.encode())
    assert again == signed
    assert again.sender == ANN.address


@given(transactions(), st.data())
@settings(max_examples=100, deadline=None)
def test_any_flipped_bit_is_refused_or_changes_the_sender_or_the_order(
    transaction, data
):
    signed = transaction.sign(ANN)
    encoded = bytearray(signed.encode())
    bit = data.draw(st.integers(0, 8 * len(encoded) - 1))
    encoded[bit // 8] ^= 1 << bit % 8
    try:
        other = Transaction.decode(bytes(encoded))
        assert other.sender != ANN.address
    except ProtocolError:
        pass


@given(
    st.one_of(
        st.binary(max_size=300), st.binary(max_size=50).map(lambda b: b"\x02" + b)
    )
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_end_in_a_transaction_or_a_named_error(data):
    try:
        Transaction.decode(data)
    except ProtocolError as error:
        assert error.rule
        assert str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 9,
        b"\xbf" + b"\xff" * 8,
        b"\x02" + b"\xc1" * 5000,
        bytes([0xC1]) * 5000,
        b"\x00" * 300_000,
    ],
    ids=["empty", "long list", "long string", "deep in type 2", "deep", "huge"],
)
def test_hostile_bytes_are_refused_quickly(data):
    with pytest.raises(ProtocolError):
        Transaction.decode(data)


@pytest.mark.parametrize("first", [0x00, 0x03, 0x04, 0x7F, 0x80, 0xBF])
def test_an_unknown_type_is_named(first):
    with pytest.raises(UnknownType, match=f"type {first:#04x} is not known"):
        Transaction.decode(bytes([first]) + bytes(100))


PAYMENT = Transaction.transfer(to=BOB.address, value=5, nonce=0, max_fee_per_gas=10)


def test_a_payment_costs_its_value_and_21000_gas():
    assert PAYMENT.intrinsic_gas == 21_000
    assert PAYMENT.max_cost == 5 + 21_000 * 10


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"nonce": -1}, "nonce -1 is not between"),
        ({"nonce": 2**64 - 1}, "nonce 18446744073709551615 is not between"),
        ({"gas_limit": 20_999}, "gas_limit 20999, required 21000"),
        ({"value": 2**256}, "value .* is not between"),
        ({"to": b"short"}, "to of 5 bytes, required 20"),
        ({"max_priority_fee_per_gas": 11}, "11 wei, at most the maximum fee, 10 wei"),
        ({"chain_id": None}, "chain_id is missing"),
        ({"kind": 1}, "max_priority_fee_per_gas needs type 2"),
        ({"to": None, "data": bytes(49_153)}, "data of 49153 bytes, at most 49152"),
        (
            {"gas_limit": 2**63, "max_fee_per_gas": 2**200},
            "gas_limit times the fee is above 256 bits",
        ),
    ],
)
def test_a_field_outside_its_range_is_refused_before_signing(change, message):
    with pytest.raises(InvalidField, match=message):
        replace(PAYMENT, **change).sign(ANN)


def test_initialising_code_of_the_largest_size_is_accepted():
    create = replace(PAYMENT, to=None, data=bytes(49_152), gas_limit=1_000_000)
    assert create.sign(ANN).sender == ANN.address


def test_an_unsigned_transaction_has_no_sender_and_no_bytes():
    with pytest.raises(Unsigned):
        _ = PAYMENT.sender
    with pytest.raises(Unsigned):
        PAYMENT.encode()


def test_a_signature_with_the_high_s_is_refused():
    from minichain.crypto.signature import CURVE_ORDER

    signature = PAYMENT.sign(ANN).signature
    twin = replace(
        signature, s=CURVE_ORDER - signature.s, y_parity=1 - signature.y_parity
    )
    with pytest.raises(InvalidSignature, match="above half"):
        Transaction.decode(replace(PAYMENT, signature=twin).encode())


def test_a_type_0_transaction_without_a_chain_still_has_its_sender():
    old = replace(PAYMENT, kind=LEGACY, chain_id=None, max_priority_fee_per_gas=10)
    signed = old.sign(ANN)
    assert signed.encode()[-67] in (27, 28)
    assert Transaction.decode(signed.encode()).sender == ANN.address
