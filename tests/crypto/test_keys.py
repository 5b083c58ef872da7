"""Keys and signatures: Wycheproof, RFC 6979, other libraries, and flipped bits."""

import json
from dataclasses import replace

import pytest
from coincurve import PrivateKey as Oracle
from eth_account import Account
from hypothesis import example, given, settings
from hypothesis import strategies as st

from minichain import Key, keccak256, sha256
from minichain.crypto import keys as keys_module
from minichain.crypto.curve import CURVE, FIELD_PRIME, PlainCurve
from minichain.crypto.keys import (
    NotOnCurve,
    PublicKey,
    SecretOutOfRange,
    WrongKeySize,
    recover,
)
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

CURVES = {"as installed": CURVE, "plain Python": PlainCurve()}


@pytest.fixture(params=CURVES)
def curve(request, monkeypatch):
    """Run a test with each arithmetic: the browser has the plain one only."""
    monkeypatch.setattr(keys_module, "CURVE", CURVES[request.param])
    return CURVES[request.param]


each_curve = pytest.mark.usefixtures("curve")


def verdict(key: PublicKey, message: bytes, signature: bytes) -> bool:
    try:
        return key.verify(sha256(message), Signature.decode_der(signature))
    except ProtocolError:
        return False


@each_curve
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


# Deterministic signatures over SHA-256 of a text: the secp256k1 vectors that several
# Bitcoin libraries share, made when RFC 6979 was taken up.
RFC_6979 = [
    (
        1,
        b"Satoshi Nakamoto",
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
    ),
    (
        1,
        b"All those moments will be lost in time, like tears in rain. Time to die...",
        "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b"
        "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21",
    ),
    (
        CURVE_ORDER - 1,
        b"Satoshi Nakamoto",
        "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0"
        "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5",
    ),
    (
        0xF8B8AF8CE3C7CCA5E300D33939540C10D45CE001B8F252BFBC57BA0342904181,
        b"Alan Turing",
        "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c"
        "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea",
    ),
    (
        0xE91671C46231F833A6406CCBEA0E3E392C76C167BAC1CB013F6F1013980455C2,
        b"There is a computer disease that anybody who works with computers knows "
        b"about. It's a very serious disease and it interferes completely with the "
        b"work. The trouble with computers is that you 'play' with them!",
        "b552edd27580141f3b2a5463048cb7cd3e047b97c9f98076c32dbdf85a68718b"
        "279fa72dd19bfae05577e06c7c0c1900c371fcd5893f7e1d56a37d30174671f6",
    ),
]


@each_curve
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
@settings(max_examples=40)
def test_keys_and_signatures_agree_with_other_libraries(key, digest):
    oracle = Oracle.from_int(key.secret)
    assert key.public_key.compressed == oracle.public_key.format()
    if int.from_bytes(digest, "big") < CURVE_ORDER:
        assert key.sign(digest).encode() == oracle.sign_recoverable(digest, hasher=None)
    address = Account.from_key(key.secret.to_bytes(32, "big")).address
    assert key.address.hex() == address[2:].lower()


@given(keys, digests)
@settings(max_examples=40)
def test_a_signature_verifies_recovers_and_survives_its_encodings(key, digest):
    signature = key.sign(digest)
    assert key.public_key.verify(digest, signature)
    assert recover(digest, signature) == key.public_key
    assert Signature.decode(signature.encode()) == signature
    again = Signature.decode_der(signature.encode_der())
    assert (again.r, again.s) == (signature.r, signature.s)


def flip(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


def recovers(key: Key, digest: bytes, signature: Signature) -> bool:
    try:
        return recover(digest, signature) == key.public_key
    except InvalidSignature:
        return False


@given(keys, digests, st.integers(0, 255), st.sampled_from(["digest", "r", "s"]))
@settings(max_examples=80)
def test_one_flipped_bit_in_digest_r_or_s_fails(key, digest, bit, where):
    signature = key.sign(digest)
    if where == "digest":
        digest = flip(digest, bit)
    else:
        signature = replace(signature, **{where: getattr(signature, where) ^ 1 << bit})
    assert not key.public_key.verify(digest, signature)
    assert not recovers(key, digest, signature)


@given(keys, digests, st.data())
@settings(max_examples=80)
def test_one_flipped_bit_in_the_compact_form_fails(key, digest, data):
    encoded = flip(key.sign(digest).encode(), data.draw(st.integers(0, 8 * 65 - 1)))
    try:
        assert not recovers(key, digest, Signature.decode(encoded))
    except InvalidSignature as error:
        assert error.rule in {"signature-range", "low-s"}


@given(keys, digests, st.data())
@settings(max_examples=80)
def test_one_flipped_bit_in_the_der_form_or_the_key_fails(key, digest, data):
    encoded, point = key.sign(digest).encode_der(), key.public_key.compressed
    bit = data.draw(st.integers(0, 8 * (len(encoded) + len(point)) - 1))
    if bit < 8 * len(encoded):
        encoded = flip(encoded, bit)
    else:
        point = flip(point, bit - 8 * len(encoded))
    try:
        public = PublicKey.from_bytes(point)
        assert not public.verify(digest, Signature.decode_der(encoded))
    except (InvalidDer, InvalidKey) as error:
        assert str(error)


@given(keys, digests, st.data())
@settings(max_examples=150)
def test_a_signature_has_one_der_form(key, digest, data):
    encoded = bytearray(key.sign(digest).encode_der())
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(encoded) - 1))
        if data.draw(st.booleans()):
            encoded.insert(place, 0)
            encoded[1] += 1
        else:
            encoded[place] = data.draw(st.integers(0, 255))
    try:
        assert Signature.decode_der(bytes(encoded)).encode_der() == encoded
    except (InvalidDer, SignatureOutOfRange) as error:
        assert str(error)


@given(keys, digests)
@settings(max_examples=20)
def test_the_mirrored_signature_is_refused_by_name(key, digest):
    signature = key.sign(digest)
    assert signature.s <= HALF_ORDER
    twin = Signature(signature.r, CURVE_ORDER - signature.s, 1 - signature.y_parity)
    assert not key.public_key.verify(digest, twin)
    with pytest.raises(MalleableSignature, match="above half the curve's order"):
        recover(digest, twin)


@given(keys)
@settings(max_examples=20)
def test_a_public_key_survives_both_of_its_forms(key):
    public = key.public_key
    assert PublicKey.from_bytes(public.compressed) == public
    assert PublicKey.from_bytes(public.uncompressed) == public


@given(st.binary(max_size=80))
@settings(max_examples=300)
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


@pytest.mark.parametrize("secret", [0, CURVE_ORDER, -1, 2**256, bytes(32)])
def test_a_secret_outside_the_curve_is_refused_and_never_printed(secret):
    with pytest.raises(SecretOutOfRange, match="bits is not between 1") as caught:
        Key(secret)
    printed = f"{caught.value} {caught.value.args} {vars(caught.value)}"
    assert str(CURVE_ORDER) not in printed
    assert f"{CURVE_ORDER:x}" not in printed


def test_a_secret_at_either_end_of_its_range_is_accepted():
    assert Key(1).public_key.point[:32] == Key(CURVE_ORDER - 1).public_key.point[:32]


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_secret_of_the_wrong_length_is_refused(size):
    with pytest.raises(WrongKeySize, match=f"secret of {size} bytes") as caught:
        Key(b"\x07" * size)
    assert (caught.value.found, caught.value.required) == (size, 32)


def test_a_secret_is_taken_as_a_number_or_as_bytes():
    assert Key((7).to_bytes(32, "big")) == Key.from_bytes(bytes(31) + b"\x07") == Key(7)


def test_a_key_never_shows_its_secret():
    key = Key.from_seed("ann")
    assert str(key.secret) not in repr(key)
    assert "secret" not in repr(key)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "0 bytes are no public key"),
        (b"\x05" + bytes(32), "33 bytes beginning 0x05 are no public key"),
        (b"\x04" + bytes(32), "33 bytes beginning 0x04 are no public key"),
        (b"\x02" + bytes(64), "65 bytes beginning 0x02 are no public key"),
    ],
)
def test_bytes_of_no_public_keys_form_are_refused(data, message):
    with pytest.raises(InvalidKey, match=message):
        PublicKey.from_bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x02" + b"\xff" * 32,
        b"\x04" + bytes(64),
        # x = 5 has no point: 5**3 + 7 is no square of the field.
        b"\x02" + (5).to_bytes(32, "big"),
        # x = 1 has one, and is no other way to write 1 + the field's prime.
        b"\x02" + (1 + FIELD_PRIME).to_bytes(32, "big"),
    ],
)
def test_bytes_that_are_no_point_are_refused(data):
    with pytest.raises(NotOnCurve, match="is not on the curve"):
        PublicKey.from_bytes(data)


def test_a_point_of_too_few_bytes_is_refused():
    with pytest.raises(WrongKeySize, match="public key of 63 bytes, required 64"):
        PublicKey(bytes(63))


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        (Signature(0, 1), f"r 0x0 is not between 1 and {CURVE_ORDER - 1:#x}"),
        (Signature(-1, 1), "r -0x1 is not between 1"),
        (Signature(1, CURVE_ORDER), f"s {CURVE_ORDER:#x} is not between 1"),
        (Signature(1, 1, 2), "y_parity 0x2 is not between 0 and 0x1$"),
    ],
)
def test_numbers_outside_their_range_are_refused(signature, message):
    for use in (signature.check, signature.encode, signature.encode_der):
        with pytest.raises(SignatureOutOfRange, match=message):
            use()


@pytest.mark.parametrize(
    ("signature", "size"),
    [(Signature(1, 1), 8), (Signature(CURVE_ORDER - 1, CURVE_ORDER - 1), 72)],
)
def test_the_shortest_and_the_longest_der_form_are_read(signature, size):
    encoded = signature.encode_der()
    assert len(encoded) == size
    assert Signature.decode_der(encoded) == signature


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("30050201010201", "7 bytes, required 8 to 72"),
        ("3047" + "02010102" + "42" + "01" * 66, "73 bytes, required 8 to 72"),
        ("3006020101020101ff", "begins 3006, required 3007"),
        ("3106020101020101", "begins 3106, required 3006"),
        ("3006030101020101", "r begins 0301, with 6 bytes left"),
        ("3006020101030101", "s begins 0301, with 3 bytes left"),
        ("3006020501020101", "r begins 0205, with 6 bytes left"),
        ("3006020401020101", "s begins , with 0 bytes left"),
        ("3006020002020101", "r begins 0200, with 6 bytes left"),
        ("3006020181020101", "r is negative: its first byte is 0x81"),
        ("3006020101020181", "s is negative: its first byte is 0x81"),
        ("300702020001020101", "r begins with a zero byte it does not need"),
        ("3007020101020101ff", "1 bytes follow the second number"),
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
    with pytest.raises(InvalidEncoding, match="0 bytes, required 32"):
        Key(1).public_key.verify(b"", Key(1).sign(keccak256(b"")))


@given(keys, digests)
@example(Key(1), b"\xff" * 32)
@example(Key(CURVE_ORDER - 1), CURVE_ORDER.to_bytes(32, "big"))
@example(Key(5), bytes(32))
@settings(max_examples=8)
def test_plain_python_signs_recovers_and_verifies_as_c_does(key, digest):
    plain = CURVES["plain Python"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys_module, "CURVE", plain)
        same = Key(key.secret)
        signature = same.sign(digest)
        assert same.public_key.verify(digest, signature)
        assert recover(digest, signature) == same.public_key
    assert (key.public_key, key.sign(digest)) == (same.public_key, signature)
    assert key.public_key.verify(digest, signature)


def test_a_digest_counts_modulo_the_curves_order():
    # RFC 6979, section 2.3.4, and SEC 1, section 4.1.3.
    large, small = CURVE_ORDER + 9, 9
    signature = Key(3).sign(large.to_bytes(32, "big"))
    assert signature == Key(3).sign(small.to_bytes(32, "big"))
    assert Key(3).public_key.verify(large.to_bytes(32, "big"), signature)


@each_curve
def test_a_coordinate_above_the_order_verifies_as_its_remainder():
    # Wycheproof's "large x-coordinate": r stands for r plus the order.
    x = CURVE_ORDER
    while pow(x**3 + 7, (FIELD_PRIME - 1) // 2, FIELD_PRIME) != 1 or x == CURVE_ORDER:
        x += 1
    nonce_point = PublicKey.from_bytes(b"\x02" + x.to_bytes(32, "big"))
    # With s = r and a digest of zero, the key that made it is the nonce's own point.
    r = x - CURVE_ORDER
    assert nonce_point.verify(bytes(32), Signature(r, r))
    assert not nonce_point.verify(bytes(32), Signature(r, r + 1))


@each_curve
def test_no_key_is_recovered_at_infinity():
    # The key would be (s R - z G) / r. With R = k G and z = s k it is no point.
    nonce, s = 12345, 6789
    r = int.from_bytes(Key(nonce).public_key.point[:32], "big")
    parity = Key(nonce).public_key.point[63] & 1
    digest = (s * nonce % CURVE_ORDER).to_bytes(32, "big")
    with pytest.raises(InvalidSignature, match="no key signs with r"):
        recover(digest, Signature(r, s, parity))
    assert recover(digest, Signature(r, s, 1 - parity))


@each_curve
def test_no_key_is_recovered_where_r_is_no_coordinate():
    with pytest.raises(InvalidSignature, match="no key signs with r 0x5"):
        recover(bytes(32), Signature(5, 1))


@each_curve
def test_the_official_keys_have_their_addresses():
    # The suite's signatures are left out: no known message of theirs verifies.
    path = vector_file("ethereum-tests/BasicTests/keyaddrtest.json")
    for case in json.loads(path.read_text()):
        key = Key(bytes.fromhex(case["key"]))
        assert keccak256(case["seed"].encode()).hex() == case["key"]
        assert key.address.hex() == case["addr"]
