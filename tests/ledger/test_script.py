"""Who may spend an output: real signatures, and every way to get one wrong."""

from dataclasses import replace

import coincurve
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.crypto.hashing import hash160, sha256d
from minichain.crypto.keys import Key
from minichain.crypto.signature import CURVE_ORDER, InvalidDer
from minichain.errors import InvalidKey, ProtocolError
from minichain.ledger.bitcoin_transaction import BitcoinTransaction, Input, Output
from minichain.ledger.mainnet import load_block
from minichain.ledger.script import (
    UnsupportedScript,
    WrongKey,
    WrongSignature,
    check_input,
    p2pk_script,
    p2pkh_script,
    p2wpkh_script,
    read_form,
    read_pushes,
    sign_input,
    signature_hash,
)
from minichain.ledger.stream import Truncated
from tests.ledger.bitcoin_samples import payment, read_sample, somewhere

ALICE, BOB = Key.from_seed("alice"), Key.from_seed("bob")

FIRST = BitcoinTransaction.decode(read_sample("first-payment"))
COIN_9 = load_block(9).transactions[0].outputs[0]

# BIP 143, "Native P2WPKH": what the two inputs spend, and the second one's digest.
BIP143 = BitcoinTransaction.decode(read_sample("bip143-p2wpkh"))
BIP143_SPENT = [
    Output(
        625_000_000,
        bytes.fromhex(
            "2103c9f4836b9a4f77fc0d81f7bcb01b7f1b35916864b9476c241ce9fc198bd25432ac"
        ),
    ),
    Output(600_000_000, bytes.fromhex("00141d0f172a0ecb48aee1be1f2687d2963ae33f71a1")),
]
BIP143_DIGEST = "c37af31116d1b27caf68aae9e3ac82f1477929014d5b917657d0eb49478cb670"


def with_answer(transaction, *items, index=0):
    script = b"".join(bytes([len(item)]) + item for item in items)
    inputs = list(transaction.inputs)
    inputs[index] = replace(inputs[index], script=script)
    return replace(transaction, inputs=tuple(inputs))


# Real payments


def test_satoshi_paid_hal_finney_with_the_key_from_block_9():
    transaction = load_block(170).transactions[1]
    assert transaction == FIRST
    check_input(transaction, 0, COIN_9)


@pytest.mark.oracle
def test_another_library_finds_the_same_signature_good():
    (item,) = read_pushes(FIRST.inputs[0].script)
    form, key = read_form(COIN_9.script)
    assert form == "P2PK"
    public = coincurve.PublicKey(key)
    digest = signature_hash(FIRST, 0, COIN_9)
    assert public.verify(item[:-1], digest, hasher=None)
    assert not public.verify(item[:-1], sha256d(digest), hasher=None)


def test_the_first_digest_is_the_one_built_by_hand():
    # The signed input's script gives way to the condition; the kind of signature
    # follows the transaction.
    data = read_sample("first-payment")
    script = bytes([len(COIN_9.script)]) + COIN_9.script
    by_hand = data[:41] + script + data[41 + 73 :] + b"\x01\x00\x00\x00"
    assert signature_hash(FIRST, 0, COIN_9) == sha256d(by_hand)


@pytest.mark.parametrize("place", [1, 2, 3])
def test_the_payments_of_block_100000_are_signed(place):
    transaction = load_block(100_000).transactions[place]
    signature, key = read_pushes(transaction.inputs[0].script)
    spent = Output(0, p2pkh_script(hash160(key)))
    check_input(transaction, 0, spent)
    with pytest.raises(WrongKey):
        check_input(transaction, 0, Output(0, p2pkh_script(hash160(signature))))


def test_a_high_s_counts_in_a_block():
    # Two of block 100000's signatures have one; today's nodes would not pass it on.
    highs = 0
    for transaction in load_block(100_000).transactions[1:]:
        signature, _ = read_pushes(transaction.inputs[0].script)
        highs += int.from_bytes(signature[-33:-1], "big") > CURVE_ORDER // 2
    assert highs == 2


def test_bip_143s_example_verifies_on_both_inputs():
    check_input(BIP143, 0, BIP143_SPENT[0])
    check_input(BIP143, 1, BIP143_SPENT[1])
    assert signature_hash(BIP143, 1, BIP143_SPENT[1]).hex() == BIP143_DIGEST


def test_a_witness_signature_covers_the_amount_that_is_spent():
    wrong = replace(BIP143_SPENT[1], value=BIP143_SPENT[1].value - 1)
    with pytest.raises(WrongSignature, match="input 1"):
        check_input(BIP143, 1, wrong)
    # The old digest does not: a wallet could be deceived about the fee.
    check_input(BIP143, 0, replace(BIP143_SPENT[0], value=1))


# Anything changed


@given(st.integers(0, 275 * 8 - 1))
def test_any_flipped_bit_of_the_first_payment_breaks_it(bit):
    data = bytearray(read_sample("first-payment"))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ProtocolError) as error:
        check_input(BitcoinTransaction.decode(bytes(data)), 0, COIN_9)
    assert error.value.rule != "protocol"


def test_a_changed_amount_breaks_the_signature():
    forged = replace(FIRST.outputs[0], value=FIRST.outputs[0].value + 1)
    with pytest.raises(WrongSignature) as error:
        check_input(replace(FIRST, outputs=(forged, FIRST.outputs[1])), 0, COIN_9)
    assert error.value.rule == "signature"
    assert error.value.digest != signature_hash(FIRST, 0, COIN_9)


def test_another_key_did_not_sign():
    with pytest.raises(WrongSignature):
        check_input(FIRST, 0, Output(COIN_9.value, p2pk_script(ALICE.public_key)))


def test_a_key_off_the_curve_is_no_key():
    condition = bytes([33, 2]) + bytes(31) + b"\x05" + b"\xac"
    with pytest.raises(InvalidKey, match="not on the curve"):
        check_input(FIRST, 0, Output(1, condition))


def test_a_signature_not_in_strict_der_is_refused():
    (item,) = read_pushes(FIRST.inputs[0].script)
    with pytest.raises(InvalidDer):
        check_input(with_answer(FIRST, b"\x31" + item[1:]), 0, COIN_9)


def test_a_signature_of_zero_is_refused():
    zero = bytes.fromhex("3006020100020101") + b"\x01"
    with pytest.raises(WrongSignature):
        check_input(with_answer(FIRST, zero), 0, COIN_9)


# What is not judged


def test_other_kinds_of_signature_are_not_judged():
    (item,) = read_pushes(FIRST.inputs[0].script)
    with pytest.raises(UnsupportedScript, match="kind 0x83"):
        check_input(with_answer(FIRST, item[:-1] + b"\x83"), 0, COIN_9)


@pytest.mark.parametrize(
    "condition",
    [
        b"",
        b"\x51",
        bytes.fromhex("a914" + "11" * 20 + "87"),
        bytes.fromhex("0020" + "11" * 32),
        bytes.fromhex("5120" + "11" * 32),
        p2pkh_script(bytes(20)) + b"\x51",
        p2pkh_script(bytes(20))[:-1] + b"\xad",
        p2pkh_script(bytes(19)),
        p2wpkh_script(bytes(20))[:1] + bytes(21),
        p2wpkh_script(bytes(19)),
        p2pk_script(ALICE.public_key)[:-1] + b"\xad",
    ],
)
def test_other_conditions_are_not_judged(condition):
    with pytest.raises(UnsupportedScript, match="neither P2PK") as error:
        check_input(FIRST, 0, Output(1, condition))
    assert error.value.rule == "unsupported-script"


@pytest.mark.parametrize("items", [(), (b"a", b"b"), (b"",)])
def test_an_answer_of_another_length_is_not_judged(items):
    with pytest.raises(UnsupportedScript, match="wants 1 item"):
        check_input(with_answer(FIRST, *items), 0, COIN_9)


def test_an_answer_that_computes_is_not_judged():
    computing = replace(FIRST.inputs[0], script=b"\x51")
    with pytest.raises(UnsupportedScript, match="no push"):
        check_input(replace(FIRST, inputs=(computing,)), 0, COIN_9)


def test_a_witness_where_none_belongs_is_not_judged():
    entry = replace(FIRST.inputs[0], witness=(b"a",))
    with pytest.raises(UnsupportedScript, match="no witness"):
        check_input(replace(FIRST, inputs=(entry,)), 0, COIN_9)
    entry = replace(BIP143.inputs[1], script=b"\x01a")
    changed = replace(BIP143, inputs=(BIP143.inputs[0], entry))
    with pytest.raises(UnsupportedScript, match="wants it empty"):
        check_input(changed, 1, BIP143_SPENT[1])


def test_a_witness_key_is_compressed():
    spent = Output(9, p2wpkh_script(hash160(ALICE.public_key.uncompressed)))
    signed = sign_input(payment(somewhere(), 8), 0, spent, ALICE, compressed=False)
    with pytest.raises(UnsupportedScript, match="compressed"):
        check_input(signed, 0, spent)


# Pushes


@pytest.mark.parametrize(
    ("script", "pushes"),
    [
        ("", []),
        ("00", [b""]),
        ("0161", [b"a"]),
        ("4c0161", [b"a"]),
        ("4d010061", [b"a"]),
        ("4e0100000061", [b"a"]),
        ("01610162", [b"a", b"b"]),
    ],
)
def test_every_form_of_a_push_is_read(script, pushes):
    assert read_pushes(bytes.fromhex(script)) == pushes


@pytest.mark.parametrize("script", ["01", "4c", "4c02aa", "4d01", "4effffffff00"])
def test_a_push_beyond_the_end_is_refused(script):
    with pytest.raises(Truncated):
        read_pushes(bytes.fromhex(script))


@given(st.binary(max_size=80), st.binary(max_size=80), st.lists(st.binary(max_size=80)))
def test_any_scripts_end_in_a_named_error(condition, answer, witness):
    entry = Input(somewhere(), answer, witness=tuple(witness))
    transaction = replace(payment(somewhere(), 1), inputs=(entry,))
    with pytest.raises(ProtocolError):
        check_input(transaction, 0, Output(1, condition))


@given(
    st.sampled_from(["P2PK", "P2PKH", "P2WPKH"]),
    st.binary(max_size=80),
    st.lists(st.binary(max_size=80), max_size=3),
)
def test_any_answer_to_a_known_condition_ends_in_a_named_error(form, answer, witness):
    entry = Input(somewhere(), answer, witness=tuple(witness))
    transaction = replace(payment(somewhere(), 1), inputs=(entry,))
    with pytest.raises(ProtocolError):
        check_input(transaction, 0, conditions(ALICE, compressed=True)[form])


# Signing


def conditions(key, compressed):
    public = key.public_key
    encoded = public.compressed if compressed else public.uncompressed
    return {
        "P2PK": Output(9, p2pk_script(public, compressed=compressed)),
        "P2PKH": Output(9, p2pkh_script(hash160(encoded))),
        "P2WPKH": Output(9, p2wpkh_script(hash160(public.compressed))),
    }


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("form", ["P2PK", "P2PKH", "P2WPKH"])
def test_what_is_signed_here_verifies_and_only_for_its_owner(form, compressed):
    spent = conditions(ALICE, compressed)[form]
    if form == "P2WPKH":
        compressed = True
    base = payment(somewhere(), 8)
    base = replace(base, inputs=(Input(somewhere(1)), *base.inputs))
    signed = sign_input(base, 1, spent, ALICE, compressed=compressed)
    check_input(signed, 1, spent)
    assert read_form(spent.script)[0] == form
    decoded = BitcoinTransaction.decode(signed.encode())
    check_input(decoded, 1, spent)
    stolen = sign_input(base, 1, spent, BOB, compressed=compressed)
    with pytest.raises((WrongSignature, WrongKey)):
        check_input(stolen, 1, spent)
    # A signature covers the other inputs too.
    moved = replace(signed, inputs=(Input(somewhere(2)), signed.inputs[1]))
    with pytest.raises(WrongSignature):
        check_input(moved, 1, spent)
