"""Transactions against the official vectors, eth-account, and themselves."""

import json
from dataclasses import replace

import pytest
import rlp
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain import Key, Transaction
from minichain.crypto.signature import (
    CURVE_ORDER,
    HALF_ORDER,
    MalleableSignature,
    Signature,
    SignatureOutOfRange,
)
from minichain.errors import ProtocolError
from minichain.ledger.fields import MalformedField
from minichain.ledger.transaction import (
    ACCESS_LIST,
    DYNAMIC_FEE,
    LEGACY,
)
from minichain.ledger.transaction_errors import (
    CostOverflow,
    FieldNotInType,
    FieldOutOfRange,
    GasTooLow,
    InitcodeTooLong,
    InvalidField,
    TipAboveFee,
    Unsigned,
    WrongFieldSize,
)
from minichain.ledger.wire import UnknownType, decode_transaction
from tests.vectors import vector_file, vector_files

ANN = Key.from_seed("ann")
BOB = Key.from_seed("bob")


RULES = {
    "ADDRESS_TOO_LONG": {"encoding"},
    "ADDRESS_TOO_SHORT": {"encoding"},
    "EC_RECOVERY_FAIL": {"signature"},
    "GASLIMIT_OVERFLOW": {"field", "encoding"},
    "GASLIMIT_PRICE_PRODUCT_OVERFLOW": {"gas-cost"},
    "GASPRICE_OVERFLOW": {"encoding"},
    "INITCODE_SIZE_EXCEEDED": {"initcode-size"},
    "INTRINSIC_GAS_TOO_LOW": {"intrinsic-gas"},
    # Some of these break a second rule, which is asked first.
    "INVALID_CHAINID": {"another chain", "encoding", "field", "intrinsic-gas", "low-s"},
    "INVALID_SIGNATURE_VRS": {"signature-range", "low-s", "encoding", "intrinsic-gas"},
    "NONCE_OVERFLOW": {"field", "encoding"},
    "NONCE_TOO_BIG": {"field"},
    "PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2": {"tip"},
    "PRIORITY_OVERFLOW": {"encoding"},
    "RLP_ERROR_EOF": {"transaction-type"},
    "RLP_INVALID_HEADER": {"transaction-type"},
    "TYPE_NOT_SUPPORTED": {"transaction-type"},
    "VALUE_OVERFLOW": {"encoding"},
}
"""The official names of refusals, and the rules that stand for them here."""


def cancun_cases():
    """Yield the file's name, the bytes and the expectation of each official case."""
    for path in vector_files("ethereum-tests/TransactionTests/*/*.json"):
        for name, case in json.loads(path.read_text()).items():
            if not name.startswith("_"):
                # Files for errors that no fork changed stop at an earlier one.
                expected = case["result"].get("Cancun") or case["result"]["London"]
                yield path.name, bytes.fromhex(case["txbytes"][2:]), expected


def test_every_official_transaction_is_read_or_refused_as_cancun_says():
    accepted = refused = 0
    for name, data, expected in cancun_cases():
        exception = expected.get("exception", "").removeprefix("TransactionException.")
        try:
            transaction = Transaction.decode(data)
            sender = transaction.sender
        except ProtocolError as error:
            required = {"encoding"} if exception.startswith("RLP_") else set()
            assert error.rule in RULES.get(exception, required), (name, error)
            refused += 1
            continue
        if exception:
            # Whether it is the right chain, the chain knows.
            assert "another chain" in RULES[exception], name
            assert transaction.chain_id != 1, name
            refused += 1
            continue
        assert transaction.encode() == data
        assert "0x" + transaction.hash.hex() == expected["hash"], name
        assert "0x" + sender.hex() == expected["sender"], name
        assert transaction.intrinsic_gas == int(expected["intrinsicGas"], 16)
        accepted += 1
    assert accepted >= 40
    assert refused >= 160


def test_the_oldest_official_transactions_are_signed_by_their_keys():
    path = vector_file("ethereum-tests/BasicTests/txtest.json")
    for case in json.loads(path.read_text()):
        # Their gas limit is too low today: their form alone is read.
        transaction = decode_transaction(bytes.fromhex(case["signed"]))
        assert transaction.kind == LEGACY
        assert transaction.chain_id is None
        assert transaction.gas_limit == case["startgas"]
        assert transaction.max_fee_per_gas == case["gasprice"]
        assert transaction.value == case["value"]
        assert transaction.data.hex() == case["data"]
        assert (transaction.to or b"").hex() == case["to"]
        with pytest.raises(GasTooLow, match="gas_limit 10000, required"):
            Transaction.decode(bytes.fromhex(case["signed"]))
        key = Key(bytes.fromhex(case["key"]))
        signature = transaction.signature
        if signature.s <= HALF_ORDER:
            assert transaction.sender == key.address
        else:
            twin = Signature(
                signature.r, CURVE_ORDER - signature.s, 1 - signature.y_parity
            )
            assert replace(transaction, signature=twin).sender == key.address


addresses = st.binary(min_size=20, max_size=20)
slots = st.binary(min_size=32, max_size=32)
access_lists = st.lists(
    st.tuples(addresses, st.lists(slots, max_size=3).map(tuple)), max_size=3
).map(tuple)


chains = st.one_of(st.none(), st.integers(1, 2**32))


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
        chain_id=draw(chains if kind == LEGACY else st.integers(1, 2**32)),
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
    }
    if transaction.chain_id is not None:
        fields["chainId"] = transaction.chain_id
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
@settings(max_examples=60)
def test_signed_bytes_and_hash_equal_those_of_eth_account(transaction):
    signed = transaction.sign(ANN)
    oracle = Account.sign_transaction(
        as_dictionary(transaction), ANN.secret.to_bytes(32)
    )
    assert signed.encode() == bytes(oracle.raw_transaction)
    assert signed.hash == bytes(oracle.hash)
    assert (
        Account.recover_transaction(signed.encode())
        == Account.from_key(ANN.secret.to_bytes(32)).address
    )
    back = Transaction.decode(bytes(oracle.raw_transaction))
    assert back == signed
    assert back.sender == ANN.address


@given(transactions())
@settings(max_examples=60)
def test_a_decoded_transaction_equals_what_was_signed(transaction):
    signed = transaction.sign(ANN)
    again = Transaction.decode(signed.encode())
    assert again == signed
    assert again.sender == ANN.address


@given(transactions(), st.data())
@settings(max_examples=100)
def test_any_flipped_bit_is_refused_or_changes_the_sender_or_the_order(
    transaction, data
):
    signed = transaction.sign(ANN)
    encoded = bytearray(signed.encode())
    bit = data.draw(st.integers(0, 8 * len(encoded) - 1))
    encoded[bit // 8] ^= 1 << bit % 8
    other = read(bytes(encoded))
    assert other is None or other != signed
    try:
        assert other is None or other.sender != ANN.address
    except ProtocolError as error:
        assert error.rule == "signature"


def read(data: bytes) -> Transaction | None:
    """Return what bytes are read as, if they are; they must be its only encoding."""
    try:
        transaction = Transaction.decode(data)
    except ProtocolError as error:
        assert error.rule != ProtocolError.rule
        assert str(error)
        return None
    assert transaction.encode() == data
    return transaction


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=50)), st.integers(0, 2))
@settings(max_examples=300)
def test_any_bytes_end_in_a_transaction_or_a_named_error(data, kind):
    read(data)
    read(bytes([kind]) + data)


pieces = st.recursive(
    st.one_of(st.binary(max_size=40), addresses, slots, st.just(b"\x00")),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@given(transactions(), pieces, st.data())
@settings(max_examples=300)
def test_any_item_put_in_place_of_a_field_ends_in_a_value_or_a_named_error(
    transaction, piece, data
):
    encoded = transaction.sign(ANN).encode()
    prefix = b"" if transaction.kind == LEGACY else encoded[:1]
    items = rlp.decode(encoded[len(prefix) :])
    place = data.draw(st.integers(0, len(items)))
    changed = [*items[:place], piece, *items[place + 1 :]]
    found = read(prefix + rlp.encode(changed))
    assert found is None or changed == items or found.encode() != encoded


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 9,
        b"\xbf" + b"\xff" * 8,
        b"\x02" + b"\xc1" * 5000,
        bytes([0xC1]) * 5000,
        b"\x00" * 300_000,
        b"\x01" + rlp.codec.length_prefix(300_000, 0xC0) + b"\x01" * 300_000,
    ],
    ids=["empty", "long list", "long string", "deep in 2", "deep", "huge", "wide in 1"],
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
    ("change", "error", "message"),
    [
        ({"nonce": -1}, FieldOutOfRange, "nonce -1 is not between 0"),
        ({"nonce": 2**64 - 1}, FieldOutOfRange, f"nonce {2**64 - 1} is not between"),
        ({"value": 2**256}, FieldOutOfRange, "value .* is not between"),
        ({"value": 0.5}, InvalidField, "value 0.5 is no whole number"),
        ({"kind": 3}, FieldOutOfRange, "kind 3 is not between 0 and 2"),
        ({"chain_id": 2**64}, FieldOutOfRange, "chain_id .* is not between"),
        ({"gas_limit": 2**64}, FieldOutOfRange, "gas_limit .* is not between"),
        ({"max_fee_per_gas": 2**256}, FieldOutOfRange, "max_fee_per_gas .* is not"),
        ({"gas_limit": 20_999}, GasTooLow, "gas_limit 20999, required 21000"),
        ({"to": b"short"}, WrongFieldSize, "to of 5 bytes, required 20"),
        ({"to": "0x" + "00" * 20}, InvalidField, "to is str, required bytes"),
        ({"data": "0x"}, InvalidField, "data is str, required bytes"),
        (
            {"access_list": ((bytes(19), ()),)},
            WrongFieldSize,
            "access_list of 19 bytes, required 20",
        ),
        (
            {"access_list": ((bytes(20), (bytes(33),)),)},
            WrongFieldSize,
            "access_list of 33 bytes, required 32",
        ),
        (
            {"max_priority_fee_per_gas": 11},
            TipAboveFee,
            "11 wei, at most the maximum fee, 10 wei",
        ),
        ({"chain_id": None}, FieldNotInType, "chain_id is missing"),
        ({"kind": 1}, FieldNotInType, "max_priority_fee_per_gas needs type 2"),
        (
            {
                "kind": 0,
                "max_priority_fee_per_gas": 10,
                "access_list": ((bytes(20), ()),),
            },
            FieldNotInType,
            "access_list needs type 1 or 2, found type 0",
        ),
        (
            {"to": None, "data": bytes(49_153)},
            InitcodeTooLong,
            "data of 49153 bytes, at most 49152",
        ),
        (
            {"gas_limit": 2**63, "max_fee_per_gas": 2**193},
            CostOverflow,
            "times the fee is above 256 bits",
        ),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_name_before_signing(
    change, error, message
):
    with pytest.raises(error, match=message):
        replace(PAYMENT, **change).sign(ANN)


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": 2**64 - 2},
        {"value": 2**256 - 1},
        {"chain_id": 0},
        {"chain_id": 2**64 - 1},
        {"gas_limit": 2**64 - 1},
        {"gas_limit": 2**63, "max_fee_per_gas": 2**193 - 1},
        {"max_priority_fee_per_gas": 10},
        {"kind": LEGACY, "chain_id": 0, "max_priority_fee_per_gas": 10},
        {"kind": LEGACY, "chain_id": 2**64 - 1, "max_priority_fee_per_gas": 10},
        {"kind": ACCESS_LIST, "max_priority_fee_per_gas": 10},
        {"data": bytes(200_000), "gas_limit": 2_000_000},
    ],
)
def test_a_field_at_the_end_of_its_range_is_accepted_and_read_back(change):
    signed = replace(PAYMENT, **change).sign(ANN)
    assert Transaction.decode(signed.encode()) == signed
    assert signed.sender == ANN.address


@given(transactions())
@settings(max_examples=50)
def test_intrinsic_gas_is_the_sum_of_its_parts(transaction):
    gas = 21_000
    for byte in transaction.data:
        gas += 16 if byte else 4
    if transaction.to is None:
        gas += 32_000
        for _ in range(0, len(transaction.data), 32):
            gas += 2
    for _, keys in transaction.access_list:
        gas += 2_400
        for _ in keys:
            gas += 1_900
    assert transaction.intrinsic_gas == gas


def test_initialising_code_of_the_largest_size_is_accepted():
    create = replace(PAYMENT, to=None, data=bytes(49_152), gas_limit=1_000_000)
    assert create.sign(ANN).sender == ANN.address


def fields_of(transaction: Transaction) -> list:
    encoded = transaction.sign(ANN).encode()
    return rlp.decode(encoded[transaction.kind != LEGACY :])


OLD = replace(PAYMENT, kind=LEGACY, max_priority_fee_per_gas=10)
LISTED = replace(
    PAYMENT,
    kind=ACCESS_LIST,
    max_priority_fee_per_gas=10,
    gas_limit=50_000,
    access_list=((bytes(20), (bytes(32),)),),
)


@pytest.mark.parametrize(
    ("transaction", "place", "item", "error", "message"),
    [
        (OLD, 0, b"\x00", MalformedField, "nonce begins with a zero byte"),
        (OLD, 0, [], MalformedField, "nonce is a list, required bytes"),
        (OLD, 3, bytes(19), MalformedField, "to of 19 bytes, required 0 or 20"),
        (OLD, 4, b"\x01" * 33, MalformedField, "value of 33 bytes, .* at most 32"),
        (OLD, 6, b"\x1a", MalformedField, "v 26 is not 27, 28, or 35 and more"),
        (OLD, 6, b"\x1d", MalformedField, "v 29 is not 27, 28, or 35 and more"),
        (OLD, 6, b"\x22", MalformedField, "v 34 is not 27, 28, or 35 and more"),
        (LISTED, 8, b"\x02", SignatureOutOfRange, "y_parity 0x2 is not between 0"),
        (LISTED, 9, b"", SignatureOutOfRange, "r 0x0 is not between 1"),
        (LISTED, 7, b"", MalformedField, "access_list is no list"),
        (LISTED, 7, [b""], MalformedField, "holds what is no address with slots"),
        (LISTED, 7, [[b"\x01" * 20]], MalformedField, "no address with slots"),
        (LISTED, 7, [[b"\x01" * 20, b""]], MalformedField, "no address with slots"),
        (LISTED, 7, [[bytes(21), []]], MalformedField, "of 21 bytes, required 20"),
        (LISTED, 7, [[bytes(20), [b"\x01"]]], MalformedField, "1 bytes, required 32"),
    ],
)
def test_an_item_that_is_not_its_fields_form_is_refused(
    transaction, place, item, error, message
):
    items = fields_of(transaction)
    items[place] = item
    prefix = b"" if transaction.kind == LEGACY else bytes([transaction.kind])
    with pytest.raises(error, match=message):
        Transaction.decode(prefix + rlp.encode(items))


def test_an_unsigned_transaction_has_no_sender_and_no_bytes():
    with pytest.raises(Unsigned):
        _ = PAYMENT.sender
    with pytest.raises(Unsigned):
        PAYMENT.encode()


def test_a_signature_with_the_high_s_is_refused():
    signature = PAYMENT.sign(ANN).signature
    twin = replace(
        signature, s=CURVE_ORDER - signature.s, y_parity=1 - signature.y_parity
    )
    with pytest.raises(MalleableSignature, match="above half"):
        Transaction.decode(replace(PAYMENT, signature=twin).encode())


def test_a_type_0_transaction_without_a_chain_still_has_its_sender():
    old = replace(PAYMENT, kind=LEGACY, chain_id=None, max_priority_fee_per_gas=10)
    signed = old.sign(ANN)
    assert signed.encode()[-67] in (27, 28)
    assert Transaction.decode(signed.encode()).sender == ANN.address
