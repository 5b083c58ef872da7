"""Keys and signatures: Wycheproof, RFC 6979, other libraries, and flipped bits."""

import json
from dataclasses import replace

import pytest
from coincurve import PrivateKey as Oracle
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain import Key, keccak256, sha256
from minichain.crypto.keys import PublicKey, recover
from minichain.crypto.signature import (
    CURVE_ORDER,
    HALF_ORDER,
    InvalidDer,
    MalleableSignature,
    Signature,
    SignatureOutOfRange,
)
from minichain.errors import (
    InvalidEncoding,
    InvalidKey,
    InvalidSignature,
    ProtocolError,
)
from tests.vectors import vector_file

keys = st.integers(1, CURVE_ORDER - 1).map(Key)
digests = st.binary(min_size=32, max_size=32)


def verdict(key: PublicKey, message: bytes, signature: bytes) -> bool:
    try:
        return key.verify(sha256(message), Signature.decode_der(signature))
    except ProtocolError:
        return False


def test_every_wycheproof_case_gets_its_verdict():
    path = vector_file("wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json")
    suite = json.loads(path.read_text())
    checked = 0
    for group in suite["testGroups"]:
        key = PublicKey.from_bytes(bytes.fromhex(group["publicKey"]["uncompressed"]))
        for case in group["tests"]:
            found = verdict(key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert found == (case["result"] == "valid"), (case["tcId"], case["comment"])
            checked += 1
    assert checked == suite["numberOfTests"]


# Deterministic signatures over SHA-256 of a text, as published for secp256k1 beside
# RFC 6979 (the same numbers stand in several Bitcoin libraries' tests).
RFC_6979 = [
    (
        1,
        b"Satoshi Nakamoto",
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
    ),
    (
        CURVE_ORDER - 1,
        b"Satoshi Nakamoto",
        "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0"
        "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5",
    ),
]


@pytest.mark.parametrize(("secret", "message", "signature"), RFC_6979)
def test_signatures_are_the_deterministic_ones(secret, message, signature):
    made = Key(secret).sign(sha256(message))
    assert made.encode()[:64].hex() == signature


def test_the_smallest_secret_s_public_key_is_the_generator():
    # SEC 2, section 2.4.1.
    assert Key(1).public_key.compressed.hex() == (
        "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    )


@pytest.mark.oracle
@given(keys, digests)
@settings(max_examples=40, deadline=None)
def test_keys_and_signatures_agree_with_other_libraries(key, digest):
    oracle = Oracle.from_int(key.secret)
    assert key.public_key.compressed == oracle.public_key.format()
    assert key.sign(digest).encode() == oracle.sign_recoverable(digest, hasher=None)
    address = Account.from_key(key.secret.to_bytes(32, "big")).address
    assert key.address.hex() == address[2:].lower()


@given(keys, digests)
@settings(max_examples=40, deadline=None)
def test_a_signature_verifies_recovers_and_survives_its_encodings(key, digest):
    signature = key.sign(digest)
    assert key.public_key.verify(digest, signature)
    assert recover(digest, signature) == key.public_key
    assert Signature.decode(signature.encode()) == signature
    again = Signature.decode_der(signature.encode_der())
    assert (again.r, again.s) == (signature.r, signature.s)


@given(keys, digests, st.integers(0, 255), st.sampled_from(["digest", "r", "s"]))
@settings(max_examples=80, deadline=None)
def test_one_flipped_bit_anywhere_fails(key, digest, bit, where):
    signature = key.sign(digest)
    if where == "digest":
        flipped = int.from_bytes(digest, "big") ^ 1 << bit
        digest = flipped.to_bytes(32, "big")
    else:
        signature = replace(signature, **{where: getattr(signature, where) ^ 1 << bit})
    assert not key.public_key.verify(digest, signature)
    try:
        assert recover(digest, signature) != key.public_key
    except InvalidSignature:
        pass


@given(keys, digests)
@settings(max_examples=20, deadline=None)
def test_the_mirrored_signature_is_refused_by_name(key, digest):
    signature = key.sign(digest)
    assert signature.s <= HALF_ORDER
    twin = Signature(signature.r, CURVE_ORDER - signature.s, 1 - signature.y_parity)
    assert not key.public_key.verify(digest, twin)
    with pytest.raises(MalleableSignature, match="above half the curve's order"):
        recover(digest, twin)


@given(keys)
@settings(max_examples=20, deadline=None)
def test_a_public_key_survives_both_of_its_forms(key):
    public = key.public_key
    assert PublicKey.from_bytes(public.compressed) == public
    assert PublicKey.from_bytes(public.uncompressed) == public


@given(st.binary(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_bytes_given_to_a_decoder_end_in_a_value_or_a_named_error(data):
    for decode in (
        PublicKey.from_bytes,
        Signature.decode,
        Signature.decode_der,
        Key.from_bytes,
    ):
        try:
            decode(data)
        except ProtocolError as error:
            assert error.rule


@pytest.mark.parametrize("secret", [0, CURVE_ORDER, -1, 2**256])
def test_a_secret_outside_the_curve_is_refused_and_never_printed(secret):
    with pytest.raises(InvalidKey) as caught:
        Key(secret)
    assert str(CURVE_ORDER) not in str(caught.value)


def test_a_key_never_shows_its_secret():
    key = Key.from_seed("ann")
    assert str(key.secret) not in repr(key)
    assert "secret" not in repr(key)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "0 bytes, are no public key"),
        (b"\x05" + bytes(32), "33 bytes, beginning 0x05"),
        (b"\x02" + b"\xff" * 32, "not on the curve"),
        (b"\x04" + bytes(64), "not on the curve"),
        # x = 5 has no point: 5**3 + 7 is no square of the field.
        (b"\x02" + (5).to_bytes(32, "big"), "not on the curve"),
    ],
)
def test_bytes_that_are_no_point_are_refused(data, message):
    with pytest.raises(InvalidKey, match=message):
        PublicKey.from_bytes(data)


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        (Signature(0, 1), "r 0x0 is not between 1"),
        (Signature(1, CURVE_ORDER), "s 0x.* is not between 1"),
        (Signature(1, 1, 2), "y_parity 0x2 is not between 0"),
    ],
)
def test_numbers_outside_their_range_are_refused(signature, message):
    with pytest.raises(SignatureOutOfRange, match=message):
        signature.check()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("3006020101020101ff", "no DER sequence"),
        ("30070201010202000100"[:18], "begins with a zero byte"),
        ("3006020181020101", "negative"),
        ("3007020101020101ff", "1 bytes follow"),
        ("3006030101020101", "tag or length"),
    ],
)
def test_loose_der_is_refused(data, message):
    with pytest.raises(InvalidDer, match=message):
        Signature.decode_der(bytes.fromhex(data))


def test_a_digest_of_the_wrong_length_is_refused():
    with pytest.raises(InvalidEncoding, match="31 bytes, required 32"):
        Key(1).sign(bytes(31))
    with pytest.raises(InvalidEncoding, match="33 bytes, required 32"):
        recover(bytes(33), Key(1).sign(keccak256(b"")))


@given(keys, digests)
@settings(max_examples=5, deadline=None)
def test_plain_python_signs_as_c_does(key, digest):
    from eth_keys.backends.native.main import NativeECCBackend
    from eth_keys.main import KeyAPI

    plain = KeyAPI(NativeECCBackend())
    secret = plain.PrivateKey(key.secret.to_bytes(32, "big"))
    v, r, s = plain.ecdsa_sign(digest, secret).vrs
    assert key.sign(digest) == Signature(r, s, v)
