"""Addresses against the standards' own examples."""

import eth_utils
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain import Key
from minichain.crypto.addresses import (
    BECH32,
    InvalidAddress,
    WrongChecksum,
    base58check_decode,
    base58check_encode,
    p2pkh_address,
    p2wpkh_address,
    parse_address,
    parse_witness_address,
    to_checksum_address,
    witness_address,
)
from minichain.crypto.keys import PublicKey

# EIP-55, its examples.
CHECKSUMMED = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize("text", CHECKSUMMED)
def test_eip_55s_examples_are_reproduced(text):
    assert to_checksum_address(parse_address(text.lower())) == text
    assert parse_address(text) == bytes.fromhex(text[2:])


@given(st.sampled_from(CHECKSUMMED[4:]), st.integers(2, 41))
def test_a_letter_in_the_wrong_case_is_noticed(text, place):
    swapped = text[:place] + text[place].swapcase() + text[place + 1 :]
    if swapped != text:
        with pytest.raises(WrongChecksum, match=f"required {text}"):
            parse_address(swapped)


@pytest.mark.oracle
@given(st.binary(min_size=20, max_size=20))
def test_checksums_equal_those_of_eth_utils(address):
    text = to_checksum_address(address)
    assert text == eth_utils.to_checksum_address(address)
    assert parse_address(text) == address
    assert parse_address(text.lower()) == address


def test_bytes_that_are_no_address_have_no_text():
    with pytest.raises(InvalidAddress, match="address of 19 bytes, required 20"):
        to_checksum_address(bytes(19))


@pytest.mark.parametrize(
    "text",
    ["", "0x", "0x12", "5aAeb6", "0X" + "a" * 40, "0x" + "g" * 40, "0x" + "٣" * 40],
)
def test_text_that_is_no_address_is_refused(text):
    with pytest.raises(InvalidAddress, match="is not 0x and 40 hexadecimal digits"):
        parse_address(text)


def test_the_genesis_coin_belongs_to_its_well_known_address():
    key = PublicKey.from_bytes(
        bytes.fromhex(
            "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
            "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"
        )
    )
    address = p2pkh_address(key, compressed=False)
    assert address == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


def test_the_generators_addresses_are_those_of_bip_173():
    key = Key(1).public_key
    assert p2pkh_address(key) == "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"
    assert p2wpkh_address(key) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


def test_a_witness_address_names_the_compressed_key_alone():
    assert parse_witness_address(p2wpkh_address(Key(2).public_key))[0] == 0
    assert p2pkh_address(Key(2).public_key) != p2pkh_address(
        Key(2).public_key, compressed=False
    )


# BIP 173 and 350: addresses and the version and program they stand for.
GENERATOR_HASH = "751e76e8199196d454941c45d1b3a323f1433bd6"
TEST_PROGRAM = "000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"
WITNESS = [
    ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", 0, GENERATOR_HASH),
    (
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        0,
        "1863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
    ),
    (
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        1,
        GENERATOR_HASH * 2,
    ),
    ("BC1SW50QGDZ25J", 16, "751e"),
    ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", 2, GENERATOR_HASH[:32]),
    (
        "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
        0,
        TEST_PROGRAM,
    ),
    (
        "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
        1,
        TEST_PROGRAM,
    ),
    (
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        1,
        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    ),
]


@pytest.mark.parametrize(("text", "version", "program"), WITNESS)
def test_bip_350s_addresses_are_read_and_written(text, version, program):
    prefix = text[:2].lower()
    assert parse_witness_address(text, prefix) == (version, bytes.fromhex(program))
    assert witness_address(version, bytes.fromhex(program), prefix) == text.lower()


# BIP 350's invalid addresses, and what each does wrong. P is a long program.
P = "p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v"
INVALID = [
    (f"tc1{P}q5zuyut", "no address with the prefix bc"),
    (f"bc1{P}qh2y7hd", "wrong checksum"),
    (f"tb1z{P[1:]}qglt7rf", "wrong checksum"),
    (f"BC1S{P[1:].upper()}Q54WELL", "wrong checksum"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "wrong checksum"),
    (f"tb1q{P[1:]}q24jc47", "wrong checksum"),
    (
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "no address with the prefix bc",
    ),
    (f"BC13{P[1:].upper()}Q7ZWS8R", "witness version 17 with 32 bytes"),
    ("bc1pw5dgrnzv", "witness version 1 with 1 bytes"),
    (f"bc1{P}8n0nx0muaewav253zgeav", "witness version 1 with 41 bytes"),
    ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "witness version 0 with 16 bytes"),
    (f"tb1{P}q47Zagq", "mixes upper and lower case"),
    (f"bc1{P}07qwwzcrf", "bits that belong to no byte"),
    (f"tb1{P}pggkg4j", "bits that belong to no byte"),
    (
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3pjxtptv",
        "bits that belong to no byte",
    ),
    ("bc1gmk9yu", "no address with the prefix bc"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4", "mixes upper and lower case"),
    ("bc1" + "q" * 88, "too long"),
]


@pytest.mark.parametrize(("text", "reason"), INVALID)
def test_bip_350s_invalid_addresses_are_refused_for_their_reason(text, reason):
    prefix = "tb" if text.startswith("tb") else "bc"
    with pytest.raises(InvalidAddress, match=reason):
        parse_witness_address(text, prefix)


def test_a_letter_that_only_looks_like_ascii_in_lower_case_is_refused():
    text = "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"
    kelvin = text.replace("K", "\N{KELVIN SIGN}")
    assert kelvin.lower() == text.lower()
    with pytest.raises(InvalidAddress, match="letters that are no bech32"):
        parse_witness_address(kelvin)


@given(st.sampled_from(WITNESS), st.data())
@settings(max_examples=200)
def test_up_to_four_changed_letters_of_a_witness_address_are_noticed(vector, data):
    # BIP 173: the checksum finds any four substitutions, not some of them.
    text, prefix = vector[0].lower(), vector[0][:2].lower()
    places = data.draw(
        st.lists(st.integers(3, len(text) - 1), min_size=1, max_size=4, unique=True)
    )
    letters = list(text)
    for place in places:
        others = BECH32.replace(text[place], "")
        letters[place] = data.draw(st.sampled_from(others))
    # The version's letter says which of two checksums is meant: let it be.
    letters[3] = text[3]
    if "".join(letters) != text:
        with pytest.raises(WrongChecksum):
            parse_witness_address("".join(letters), prefix)


@given(st.integers(0, 16), st.binary(max_size=45))
def test_a_witness_program_survives_or_is_refused_by_its_length(version, program):
    fits = len(program) in (20, 32) if version == 0 else 2 <= len(program) <= 40
    if fits:
        text = witness_address(version, program)
        assert parse_witness_address(text) == (version, program)
        assert parse_witness_address(text.upper()) == (version, program)
    else:
        with pytest.raises(InvalidAddress, match=f"{len(program)} bytes"):
            witness_address(version, program)


# Addresses seen on the chain: the genesis coin's, the one that block 170's payment
# left, a script's (version 5), and the one of twenty zero bytes, where coins are burnt.
REAL = [
    (
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        0,
        "62e907b15cbf27d5425399ebf6f0fb50ebb88f18",
    ),
    (
        "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S",
        0,
        "11b366edfc0a8b66feebae5c2e25a7b6a5d1cf31",
    ),
    (
        "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
        5,
        "e9c3dd0c07aac76179ebc76a6c78d4d67c6c160a",
    ),
    ("1111111111111111111114oLvT2", 0, "00" * 20),
]


@pytest.mark.parametrize(("text", "version", "payload"), REAL)
def test_real_addresses_are_read_and_written(text, version, payload):
    assert base58check_decode(text) == (version, bytes.fromhex(payload))
    assert base58check_encode(version, bytes.fromhex(payload)) == text


def test_the_key_of_the_first_payment_has_its_address():
    key = PublicKey.from_bytes(
        bytes.fromhex(
            "0411db93e1dcdb8a016b49840f8c53bc1eb68a382e97b1482ecad7b148a6909a5c"
            "b2e0eaddfb84ccf9744464f82e160bfa9b8b64f9d4c03f999b8643f656b412a3"
        )
    )
    assert p2pkh_address(key, compressed=False) == "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no base 58 text"),
        ("1" * 5, "no base 58 text"),
        ("1" * 121, "no base 58 text"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a", "no base 58 text"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "wrong checksum"),
        ("11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "wrong checksum"),
        ("1" * 120, "wrong checksum"),
        # The checksum of nothing: four bytes, and no version before them.
        ("3QJmnh", "wrong checksum"),
    ],
)
def test_text_that_is_no_base_58_address_is_refused(text, reason):
    with pytest.raises(InvalidAddress, match=reason):
        base58check_decode(text)


def test_a_version_that_is_no_byte_is_refused():
    with pytest.raises(InvalidAddress, match="version 256 is not between 0 and 255"):
        base58check_encode(256, b"")


@given(st.integers(0, 255), st.binary(min_size=1, max_size=40))
def test_base_58_survives_a_round_trip_with_its_zeros(version, payload):
    text = base58check_encode(version, payload)
    assert base58check_decode(text) == (version, payload)


@given(st.data())
def test_a_changed_letter_of_a_base_58_address_is_noticed(data):
    text = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(
        st.sampled_from("23456789ABCDEFGH").filter(lambda c: c != text[place])
    )
    with pytest.raises(InvalidAddress):
        base58check_decode(text[:place] + letter + text[place + 1 :])


@given(st.text(max_size=130))
def test_any_text_ends_in_a_value_or_a_named_error(text):
    for parse in (parse_address, base58check_decode, parse_witness_address):
        try:
            parse(text)
        except InvalidAddress as error:
            assert error.rule in {"address", "checksum"}
