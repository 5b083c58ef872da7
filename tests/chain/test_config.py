"""A configuration is bound to its genesis, and the genesis to its configuration."""

from dataclasses import replace

import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain, Config
from minichain.chain.config import (
    FIELDS,
    MAX_SUPPLY,
    RANGES,
    InvalidConfig,
    order_allocation,
)
from minichain.chain.genesis import InvalidGenesis, check_genesis, make_genesis
from minichain.crypto.hashing import keccak256
from minichain.errors import InvalidEncoding, InvalidHeader, ProtocolError
from minichain.ledger.state import EMPTY_ROOT
from minichain.ledger.target import InvalidBits
from minichain.units import Address, Wei

ALLOCATION = order_allocation([(bytes([n]) * 20, n + 1) for n in (3, 1, 2)])

CONFIG = Config(allocation=ALLOCATION)

# Encoding


def test_a_configuration_decodes_to_itself():
    assert Config.decode(CONFIG.encode()) == CONFIG
    assert Config.decode(Config().encode()) == Config()


@given(
    st.fixed_dictionaries(
        {name: st.integers(low, high) for name, (low, high) in RANGES.items()}
        | {"bits": st.just(0x207FFFFF), "seal": st.sampled_from(["on-demand"])}
    )
)
@settings(max_examples=50)
def test_any_configuration_in_range_decodes_to_itself(fields):
    config = replace(CONFIG, **fields)
    if 0 < config.retarget_interval * config.spacing < 4:
        return
    assert Config.decode(config.encode()) == config


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"chain_id": 0}, "chain_id 0 is not between 1 and"),
        ({"spacing": 0}, "spacing 0"),
        ({"gas_limit": 2**63}, "gas_limit"),
        ({"reward": 2**96 + 1}, "reward"),
        ({"retarget_interval": -1}, "retarget_interval -1"),
        ({"retarget_interval": 1, "spacing": 3}, "too short"),
        ({"time": 2**32}, "time"),
        ({"seal": "magic"}, "seal 'magic' is none of"),
        ({"allocation": ALLOCATION[::-1]}, "not ordered"),
        ({"allocation": ALLOCATION[:1] * 2}, "each once"),
        ({"allocation": ((Address(bytes(20)), Wei(0)),)}, "allocation of 0 wei"),
        ({"allocation": ((Address(bytes(19)), Wei(1)),)}, "allocation of 1 wei"),
        (
            {"allocation": order_allocation([(b"a" * 20, 1), (b"b" * 20, MAX_SUPPLY)])},
            "at most",
        ),
    ],
)
def test_rules_that_no_chain_can_follow_are_refused(fields, words):
    config = replace(CONFIG, **fields)
    for attempt in (config.check, lambda: Chain(config)):
        with pytest.raises(InvalidConfig, match=words) as caught:
            attempt()
        assert caught.value.rule == "config"


def test_bits_that_are_no_target_are_refused_where_there_is_work():
    with pytest.raises(InvalidBits):
        replace(CONFIG, bits=0).check()
    replace(CONFIG, bits=0, seal="on-demand").check()


def test_a_field_too_many_or_too_few_is_refused():
    items = rlp.decode(CONFIG.encode())
    for wrong in (items[:-1], [*items, b""], b"config"):
        with pytest.raises(InvalidEncoding):
            Config.decode(rlp.encode(wrong))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_of_another_shape_is_refused(name):
    items = rlp.decode(CONFIG.encode())
    place = FIELDS.index(name)
    for wrong in ([[b"a"]], b"\x00" * 33, [[b"a" * 20, b"\x00"]]):
        with pytest.raises(ProtocolError):
            Config.decode(rlp.encode([*items[:place], wrong, *items[place + 1 :]]))


@given(st.binary(max_size=120))
@settings(max_examples=200)
def test_any_bytes_are_a_configuration_or_a_named_error(data):
    try:
        assert Config.decode(data).encode() == data
    except ProtocolError as error:
        assert error.rule


# The genesis


def test_the_genesis_carries_what_was_allotted_and_the_hash_of_the_rules():
    genesis = make_genesis(CONFIG)
    assert genesis.number == 0
    assert genesis.header.parent_hash == bytes(32)
    assert genesis.header.time == CONFIG.time
    assert genesis.commitment.extra == keccak256(CONFIG.encode())
    assert genesis.commitment.receipts_root == EMPTY_ROOT
    chain = Chain(CONFIG)
    assert chain.genesis == genesis
    assert chain.state.root == genesis.commitment.state_root
    assert dict(ALLOCATION) == {
        address: chain.balance(address) for address in chain.state.accounts
    }


def test_the_genesis_is_the_same_for_everyone():
    assert make_genesis(CONFIG) == make_genesis(replace(CONFIG))
    assert Chain(CONFIG, make_genesis(CONFIG)).head == Chain(CONFIG).head


@pytest.mark.parametrize(
    "fields",
    [
        {"chain_id": 5},
        {"reward": Wei(1)},
        {"spacing": 601},
        {"retarget_interval": 10},
        {"time": 7},
        {"base_fee_per_gas": Wei(1)},
        {"gas_limit": 21_000},
        {"bits": 0x207FFFFF},
        {"seal": "on-demand"},
        {"allocation": ALLOCATION[:2]},
    ],
    ids=str,
)
def test_another_rule_is_another_genesis(fields):
    other = replace(CONFIG, **fields)
    assert make_genesis(other).hash != make_genesis(CONFIG).hash
    with pytest.raises(InvalidGenesis) as caught:
        check_genesis(make_genesis(CONFIG), other)
    assert caught.value.rule == "genesis"


def test_a_genesis_without_work_is_refused():
    genesis = make_genesis(CONFIG)
    header = genesis.header
    while int.from_bytes(header.hash, "little") <= header.target:
        header = replace(header, nonce=header.nonce + 1)
    with pytest.raises(InvalidHeader) as caught:
        Chain(CONFIG, replace(genesis, header=header))
    assert caught.value.rule == "proof-of-work"
