"""Committees are dealt as Ethereum deals them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.committee import (
    InvalidDeal,
    capture_probability,
    committee_count,
    committees,
    proposer,
    seed_of,
    shuffle,
    shuffled_index,
)
from minichain.consensus.stake import MAINNET, SMALL, NoValidators, Validator

SEEDS = st.binary(min_size=32, max_size=32)
ETHER = 10**9

# From spec/tests.csv of protolambda/eth2-shuffle, made by the specification's own code:
# the seed is the SHA-256 of four bytes, and place i goes where the shuffle puts it.
BEFORE_10 = [8, 7, 5, 9, 2, 3, 6, 1, 4, 0]
VECTORS = [
    ("df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119",
     BEFORE_10, [2, 6, 9, 5, 7, 3, 4, 8, 1, 0]),
    ("67abdd721024f0ff4e0b3f4c2fc13bc5bad42d0b7851d456d88d203d15aaa450",
     BEFORE_10, [1, 6, 8, 7, 2, 3, 0, 5, 4, 9]),
    ("df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119",
     [3, 1, 4, 2, 0], [2, 3, 1, 0, 4]),
    ("67abdd721024f0ff4e0b3f4c2fc13bc5bad42d0b7851d456d88d203d15aaa450",
     [2, 1, 0], [2, 1, 0]),
]  # fmt: skip


@pytest.mark.parametrize(("seed", "before", "after"), VECTORS)
def test_places_go_where_the_published_vectors_put_them(seed, before, after):
    for place, item in enumerate(before):
        to = shuffled_index(place, len(before), bytes.fromhex(seed))
        assert after[to] == item


@given(SEEDS, st.integers(1, 700), st.integers(0, 10))
def test_the_deal_of_all_places_is_the_deal_of_each(seed, count, rounds):
    dealt = shuffle(range(count), seed, rounds)
    assert sorted(dealt) == list(range(count))
    for place in {0, count // 2, count - 1}:
        assert dealt[place] == shuffled_index(place, count, seed, rounds)


def test_another_seed_deals_otherwise():
    deck = range(100)
    assert shuffle(deck, bytes(32)) != shuffle(deck, b"\1" + bytes(31))
    assert seed_of(1, bytes(32)) != seed_of(2, bytes(32))


@pytest.mark.parametrize(("index", "count"), [(-1, 5), (5, 5), (0, 0)])
def test_a_place_outside_the_deck_is_refused(index, count):
    with pytest.raises(InvalidDeal, match=f"place {index} of {count}"):
        shuffled_index(index, count, bytes(32))


def test_no_committee_of_the_main_network_falls_below_128_where_there_are_enough():
    assert committee_count(1_000_000) == 64
    assert committee_count(32 * 128) == 1
    assert committee_count(2 * 32 * 128 - 1) == 1
    assert committee_count(2 * 32 * 128) == 2
    assert committee_count(5) == 1


@given(SEEDS, st.integers(1, 300), st.integers(0, 20))
def test_everyone_votes_once_in_an_epoch(mix, count, epoch):
    active = range(1000, 1000 + count)
    first = SMALL.first_slot(epoch)
    dealt = [
        index
        for slot in range(first, first + SMALL.slots_per_epoch)
        for hand in committees(active, slot, mix, SMALL)
        for index in hand
    ]
    assert sorted(dealt) == list(active)


@given(SEEDS, st.integers(1, 300), st.integers(0, 100))
def test_committees_differ_in_size_by_one_at_most(mix, count, slot):
    sizes = {len(hand) for hand in committees(range(count), slot, mix, SMALL)}
    assert max(sizes) - min(sizes) <= 1


def test_nobody_makes_no_committee():
    with pytest.raises(NoValidators) as caught:
        committees([], 3, bytes(32), SMALL)
    assert caught.value.rule == "validators"
    with pytest.raises(NoValidators):
        proposer([Validator(0)], [0], 3, bytes(32), SMALL)


def test_proposers_are_drawn_by_their_stake():
    validators = [Validator(32 * ETHER)] * 50 + [Validator(8 * ETHER)] * 50
    everyone = range(100)
    drawn = [
        proposer(validators, everyone, slot, bytes(32), SMALL) for slot in range(1000)
    ]
    # Four to one, with four deviations of room.
    small = sum(index >= 50 for index in drawn) / 1000
    assert abs(small - 0.2) < 4 * (0.2 * 0.8 / 1000) ** 0.5


def test_a_third_gets_two_thirds_of_a_committee_in_less_than_one_of_10_to_the_14():
    chance = capture_probability(Fraction(1, 3))
    assert chance == pytest.approx(5.55e-15, rel=1e-3)
    assert capture_probability(1 / 3) == pytest.approx(chance, rel=1e-9)
    assert MAINNET.committee_size == 128


@pytest.mark.parametrize(("share", "chance"), [(0, 0), (1, 1)])
def test_nobody_captures_nothing_and_everybody_all(share, chance):
    assert capture_probability(share) == chance


def test_a_smaller_committee_is_easier_to_capture():
    third = Fraction(1, 3)
    assert capture_probability(third, 3) == pytest.approx(7 / 27)
    assert capture_probability(third, 32) > capture_probability(third, 64)


@pytest.mark.parametrize(("share", "size"), [(-0.1, 128), (1.1, 128), (0.5, 0)])
def test_a_share_or_committee_that_cannot_be_is_refused(share, size):
    with pytest.raises(InvalidDeal):
        capture_probability(share, size)


def test_from_109_seats_on_a_third_captures_less_than_once_in_two_to_the_forty():
    third, small = Fraction(1, 3), 2**-40
    assert all(capture_probability(third, size) < small for size in range(109, 140))
    assert capture_probability(third, 108) > small
