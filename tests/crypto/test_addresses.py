"""Addresses against the standards' own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain import Key
from minichain.crypto.addresses import (
    InvalidAddress,
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


@given(st.sampled_from(CHECKSUMMED[2:]), st.integers(2, 41))
def test_a_letter_in_the_wrong_case_is_noticed(text, place):
    swapped = text[:place] + text[place].swapcase() + text[place + 1 :]
    if swapped != text:
        with pytest.raises(InvalidAddress, match="wrong checksum"):
            parse_address(swapped)


@pytest.mark.parametrize(
    "text", ["", "0x", "0x12", "5aAeb6", "0x" + "g" * 40, "0x" + "٣" * 40]
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


# BIP 350: addresses and the version and program they stand for.
WITNESS = [
    (
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        0,
        "751e76e8199196d454941c45d1b3a323f1433bd6",
    ),
    (
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        1,
        "751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6",
    ),
    ("BC1SW50QGDZ25J", 16, "751e"),
    ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", 2, "751e76e8199196d454941c45d1b3a323"),
    (
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        1,
        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    ),
]


@pytest.mark.parametrize(("text", "version", "program"), WITNESS)
def test_bip_350s_addresses_are_read_and_written(text, version, program):
    assert parse_witness_address(text) == (version, bytes.fromhex(program))
    assert witness_address(version, bytes.fromhex(program)) == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        # BIP 350, invalid addresses.
        "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
        "bc1pw5dgrnzv",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
        "bc1gmk9yu",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4",
    ],
)
def test_bip_350s_invalid_addresses_are_refused(text):
    with pytest.raises(InvalidAddress):
        parse_witness_address(text)


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
            assert error.rule == "address"
