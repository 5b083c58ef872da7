"""Rules of a Bitcoin block, each with a block that breaks it and one that does not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.crypto.hashing import sha256d
from minichain.ledger.bitcoin import (
    HALVING,
    HEIGHT_FROM,
    MAX_MONEY,
    WITNESS_FROM,
    check_block,
    compute_subsidy,
    encode_height,
    total_supply,
    witness_commitment,
)
from minichain.ledger.bitcoin_errors import (
    Empty,
    InvalidCoinbasePlace,
    MutatedTransactions,
    NotFinal,
    ObsoleteVersion,
    TooHeavy,
    WrongHeight,
    WrongMerkleRoot,
    WrongWitnessCommitment,
)
from minichain.ledger.bitcoin_transaction import BitcoinTransaction, Input, Output
from minichain.ledger.header import InsufficientWork
from minichain.ledger.mainnet import load_block
from minichain.ledger.target import InvalidBits
from tests.ledger.bitcoin_samples import (
    EASIEST,
    coinbase,
    mine,
    payment,
    read_sample,
    somewhere,
    with_commitment,
)

# Activation heights of BIP 34, 66 and 65 on the main network.
VERSIONS = [(227_931, 2), (363_725, 3), (388_381, 4)]


def check(block, height=None, **options):
    check_block(block, height, EASIEST, **options)


def test_a_block_made_to_order_passes():
    check(mine(coinbase(), payment(somewhere(), 5)))


def test_an_easy_block_is_not_one_of_the_main_network():
    with pytest.raises(InvalidBits, match="easier"):
        check_block(mine(coinbase()))


def test_a_hash_above_the_target_is_refused():
    block = load_block(100_000)
    header = replace(block.header, nonce=block.header.nonce ^ 1)
    with pytest.raises(InsufficientWork):
        check_block(replace(block, header=header))


def test_a_payment_left_out_shows_in_the_root():
    block = load_block(100_000)
    shorter = replace(block, transactions=block.transactions[:3])
    with pytest.raises(WrongMerkleRoot) as error:
        check_block(shorter)
    assert error.value.required == block.header.merkle_root
    assert error.value.found == shorter.merkle_root


def test_payments_in_another_order_show_in_the_root():
    block = load_block(100_000)
    first, *rest = block.transactions
    with pytest.raises(WrongMerkleRoot):
        check_block(replace(block, transactions=(first, *reversed(rest))))


def test_a_repetition_with_the_same_root_is_noticed():
    # CVE-2012-2459: [1, 2, 3] and [1, 2, 3, 3] have one root.
    listed = (coinbase(), payment(somewhere(1), 5), payment(somewhere(2), 5))
    block = mine(*listed)
    check(block)
    repeated = replace(block, transactions=(*listed, listed[-1]))
    assert repeated.merkle_root == block.merkle_root
    with pytest.raises(MutatedTransactions):
        check(repeated)


def test_a_block_has_a_coinbase():
    with pytest.raises(InvalidCoinbasePlace):
        check(mine())
    with pytest.raises(InvalidCoinbasePlace):
        check(mine(payment(somewhere(), 5)))


@pytest.mark.parametrize("place", [1, 2])
def test_a_second_coinbase_is_refused(place):
    listed = [coinbase(), payment(somewhere(), 5)]
    listed.insert(place, coinbase(script=b"\x02\x02"))
    with pytest.raises(InvalidCoinbasePlace) as error:
        check(mine(*listed))
    assert error.value.places == (0, place)


def test_a_coinbase_stands_first():
    with pytest.raises(InvalidCoinbasePlace, match=r"\[1\], required \[0\]"):
        check(mine(payment(somewhere(), 5), coinbase()))


def test_the_transactions_own_rules_hold_in_a_block():
    with pytest.raises(Empty):
        check(mine(coinbase(), replace(payment(somewhere(), 5), outputs=())))


def test_a_block_weighs_at_most_four_million():
    def of_weight(units):
        room = (units - mine(coinbase(), heavy(0)).weight) // 4 - 4
        return mine(coinbase(), heavy(room))

    def heavy(size):
        return replace(payment(somewhere(), 1), outputs=(Output(1, bytes(size)),))

    block = of_weight(4_000_000)
    assert block.weight == 4_000_000
    check(block)
    with pytest.raises(TooHeavy, match="weight 4000004"):
        check(of_weight(4_000_004))


# Rules that began at a height


def test_the_coinbase_begins_with_the_height_from_block_227931_on():
    script = encode_height(HEIGHT_FROM)
    assert script.hex() == "035b7a03"
    check(mine(coinbase(script=script + b"x")), HEIGHT_FROM)
    block = mine(coinbase(script=b"no height"))
    check(block, HEIGHT_FROM - 1)
    with pytest.raises(WrongHeight) as error:
        check(block, HEIGHT_FROM)
    assert error.value.required == script


@pytest.mark.parametrize(
    ("height", "script"),
    [(0, "00"), (1, "51"), (16, "60"), (17, "0111"), (127, "017f"), (128, "028000")],
)
def test_heights_are_pushed_in_their_shortest_form(height, script):
    assert encode_height(height).hex() == script


def test_a_real_coinbase_of_a_newer_network_begins_with_its_height():
    sample = BitcoinTransaction.decode(read_sample("testnet4-1"))
    assert sample.inputs[0].script.startswith(encode_height(1))


@pytest.mark.parametrize(("height", "version"), VERSIONS)
def test_versions_become_obsolete_at_their_heights(height, version):
    listed = coinbase(script=encode_height(height))
    check(mine(listed, version=version), height)
    with pytest.raises(ObsoleteVersion) as error:
        check(mine(listed, version=version - 1), height)
    assert error.value.required == version


@pytest.mark.parametrize(("height", "version"), VERSIONS)
def test_a_version_is_allowed_until_then(height, version):
    listed = coinbase(script=encode_height(height - 1))
    check(mine(listed, version=version - 1), height - 1)


def test_a_locked_payment_waits_for_its_height():
    entry = Input(somewhere(), sequence=0)
    locked = replace(payment(somewhere(), 5, lock_time=100), inputs=(entry,))
    check(mine(coinbase(), locked), 101)
    with pytest.raises(NotFinal):
        check(mine(coinbase(), locked), 100)


def test_a_payment_locked_by_time_is_held_against_the_median_where_it_is_given():
    entry = Input(somewhere(), sequence=0)
    locked = payment(somewhere(), 5, lock_time=1_400_000_000)
    block = mine(coinbase(), replace(locked, inputs=(entry,)), time=1_400_000_001)
    check(block, 100)
    check(block, 100, median_time=1_400_000_001)
    with pytest.raises(NotFinal):
        check(block, 100, median_time=1_400_000_000)


# Witnesses


def witnessed(*items):
    entry = Input(somewhere(), witness=items)
    return replace(payment(somewhere(), 5), inputs=(entry,))


def test_an_empty_list_of_witnesses_has_the_known_commitment():
    sample = BitcoinTransaction.decode(read_sample("testnet4-1"))
    block = mine(sample)
    known = "e2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf9"
    assert witness_commitment(block).hex() == known
    assert sha256d(bytes(64)).hex() == known
    check(block)


def test_a_block_with_witnesses_commits_to_them():
    block = mine(*with_commitment(coinbase(), witnessed(b"a", b"b")))
    check(block)
    changed = replace(block, transactions=(block.transactions[0], witnessed(b"a")))
    assert changed.merkle_root == block.merkle_root
    with pytest.raises(WrongWitnessCommitment) as error:
        check(changed)
    assert error.value.found != error.value.required


@given(st.data())
def test_any_flipped_bit_of_a_witness_is_noticed(data):
    items = (b"signature", b"key")
    block = mine(*with_commitment(coinbase(), witnessed(*items)))
    which = data.draw(st.integers(0, 1))
    bit = data.draw(st.integers(0, 8 * len(items[which]) - 1))
    changed = bytearray(items[which])
    changed[bit // 8] ^= 1 << bit % 8
    forged = [*items]
    forged[which] = bytes(changed)
    listed = (block.transactions[0], witnessed(*forged))
    with pytest.raises(WrongWitnessCommitment):
        check(replace(block, transactions=listed))


def test_witnesses_without_a_commitment_are_refused():
    with pytest.raises(WrongWitnessCommitment, match="missing"):
        check(mine(coinbase(), witnessed(b"a")))


def with_outputs(change):
    """Return a witness block whose commitment's script is changed."""
    first, *rest = with_commitment(coinbase(), witnessed(b"a"))
    *others, last = first.outputs
    outputs = (*others, *(Output(0, script) for script in change(last.script)))
    return mine(replace(first, outputs=outputs), *rest)


def spoil(script):
    return script[:-1] + bytes([script[-1] ^ 1])


def test_data_behind_a_commitment_and_long_outputs_do_not_matter():
    check(with_outputs(lambda script: [script + b"more"]))
    check(with_outputs(lambda script: [script, bytes(40)]))


@pytest.mark.parametrize("cut", [lambda s: s[:-1], lambda s: b"\x6a\x25" + s[2:]])
def test_a_script_too_short_or_begun_otherwise_is_no_commitment(cut):
    block = with_outputs(lambda script: [cut(script)])
    with pytest.raises(WrongWitnessCommitment, match="missing"):
        check(block)


def test_of_two_commitments_the_last_counts():
    check(with_outputs(lambda script: [spoil(script), script]))
    with pytest.raises(WrongWitnessCommitment):
        check(with_outputs(lambda script: [script, spoil(script)]))


def test_a_commitment_without_a_reserved_value_is_refused():
    first, *rest = with_commitment(coinbase(), witnessed(b"a"))
    bare = replace(first, inputs=(replace(first.inputs[0], witness=()),))
    with pytest.raises(WrongWitnessCommitment):
        check(mine(bare, *rest))


def test_witnesses_are_refused_before_they_were_introduced():
    assert WITNESS_FROM == 481_824
    first, *rest = with_commitment(
        coinbase(script=encode_height(WITNESS_FROM)), witnessed(b"a")
    )
    check(mine(first, *rest), WITNESS_FROM)
    script = encode_height(WITNESS_FROM - 1)
    early = replace(first, inputs=(replace(first.inputs[0], script=script),))
    with pytest.raises(WrongWitnessCommitment):
        check(mine(early, *rest), WITNESS_FROM - 1)


# Subsidy


def test_all_that_there_will_be_is_a_little_less_than_21_million():
    assert total_supply() == 20_999_999_9769_0000
    assert MAX_MONEY == 21_000_000 * 10**8
    assert total_supply() == sum(HALVING * (50 * 10**8 // 2**k) for k in range(64))


@pytest.mark.parametrize(
    ("height", "subsidy"),
    [
        (0, 5_000_000_000),
        (209_999, 5_000_000_000),
        (210_000, 2_500_000_000),
        (840_000, 312_500_000),
        (32 * 210_000, 1),
        (33 * 210_000, 0),
        (64 * 210_000, 0),
        (10**9, 0),
    ],
)
def test_the_subsidy_halves_every_210000_blocks(height, subsidy):
    assert compute_subsidy(height) == subsidy


@given(st.integers(0, 3 * HALVING))
def test_the_supply_grows_by_each_subsidy(height):
    assert total_supply(height) - total_supply(height - 1) == compute_subsidy(height)
