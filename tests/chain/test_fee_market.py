"""A fee market sells a block's gas: under a base fee, or by what everyone bids."""

from dataclasses import replace
from math import floor, fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain.fee_auction import MEMORY, PriceAuction
from minichain.chain.fee_demand import (
    LEAST_GAS,
    MAX_LOAD,
    MINT_TIP,
    MINT_WORTH,
    MOST_GAS,
    PATIENCE,
    TYPICAL_WORTH,
    Demand,
    InvalidDemand,
    compute_rest,
    draw_wishes,
)
from minichain.chain.fee_market import BaseFeeMarket, Batch, Market, Wish
from minichain.units import GWEI

WISHES = st.builds(
    lambda gas, worth, tip, patience: (gas, worth, tip, patience),
    st.integers(21_000, 9_000_000),
    st.integers(0, 10**11),
    st.integers(0, 10**10),
    st.integers(0, 3),
)

STORIES = st.lists(st.lists(WISHES, max_size=12), max_size=8)


def arrive(story: list[list[tuple[int, int, int, int]]]) -> list[list[Wish]]:
    """Name the users of a story and give them the block that they come before."""
    return [
        [
            Wish.of(1000 * number + place, number, patience, gas, worth, tip)
            for place, (gas, worth, tip, patience) in enumerate(block)
        ]
        for number, block in enumerate(story, 1)
    ]


def run(market: Market, days: list[list[Wish]]) -> tuple[Market, list[Batch]]:
    batches = []
    for wishes in days:
        market, batch = market.sell(wishes)
        batches.append(batch)
    return market, batches


def crowd(gas: int, worth: int = 10**12, number: int = 1) -> list[Wish]:
    """One user who wants so much gas at any price."""
    return [Wish.of(number, number, 0, gas, worth, 0)] if gas else []


@pytest.mark.parametrize(
    ("used", "following"),
    [
        (10_000_000, 1_000_000_000),
        (9_000_000, 987_500_000),
        (11_000_000, 1_012_500_000),
        (20_000_000, 1_125_000_000),
        (0, 875_000_000),
    ],
)
def test_the_base_fee_after_a_block_is_that_of_the_eip(used, following):
    market, first = BaseFeeMarket.open(10**9).sell(crowd(used))
    assert first.base_fee_per_gas == 10**9
    assert first.gas_used == used
    _, second = market.sell([])
    assert second.base_fee_per_gas == following


def test_ten_times_the_fee_takes_twenty_full_blocks():
    days = [crowd(20_000_000, number=n) for n in range(1, 23)]
    _, batches = run(BaseFeeMarket.open(10**9), days)
    fees = [batch.base_fee_per_gas for batch in batches]
    assert fees[19] < 10**10 <= fees[20]


@given(STORIES)
def test_every_base_fee_is_the_exact_one(story):
    _, batches = run(BaseFeeMarket.open(20 * GWEI), arrive(story))
    fee, target = 20 * GWEI, 10_000_000
    for batch in batches:
        assert batch.base_fee_per_gas == fee
        change = fee * abs(batch.gas_used - target) // target // 8
        if batch.gas_used > target:
            fee += max(change, 1)
        else:
            fee -= change


@given(STORIES, st.booleans())
def test_nobody_is_lost_served_twice_or_overcharged(story, auctions):
    market: Market = BaseFeeMarket.open(20 * GWEI)
    limit = 20_000_000
    if auctions:
        market, limit = PriceAuction.open(20 * GWEI), 10_000_000
    days = arrive(story)
    after, batches = run(market, days)
    served = [sale.wish.name for batch in batches for sale in batch.sales]
    assert len(served) == len(set(served))
    gone = sum(batch.gave_up for batch in batches)
    assert sum(map(len, days)) == len(served) + gone + len(after.waiting)
    for batch in batches:
        assert batch.gas_used <= limit
        assert batch.burnt + batch.tips == batch.paid
        prices = [sale.price for sale in batch.sales]
        assert prices == sorted(prices, reverse=True)
        for sale in batch.sales:
            worth = sale.wish.transaction.max_fee_per_gas
            assert batch.base_fee_per_gas <= sale.price <= worth
            assert 0 <= sale.waited <= sale.wish.patience
            assert sale.saved == sale.gas * (worth - sale.price)


@given(STORIES)
def test_who_offered_more_and_fitted_was_not_passed_over(story):
    market = BaseFeeMarket.open(20 * GWEI)
    for wishes in arrive(story):
        pool = [*market.waiting, *wishes]
        market, batch = market.sell(wishes)
        fee, served = batch.base_fee_per_gas, {s.wish.name for s in batch.sales}
        for wish in pool:
            order = wish.transaction
            if wish.name in served or order.max_fee_per_gas < fee:
                continue
            offer = min(order.max_priority_fee_per_gas, order.max_fee_per_gas - fee)
            before = sum(s.gas for s in batch.sales if s.price - fee >= offer)
            assert before + order.gas_limit > 20_000_000


def test_a_block_holds_its_limit_and_not_a_gas_more():
    rich = [Wish.of(n, 1, 0, 10_000_000, 10**12, 0) for n in (1, 2)]
    _, batch = BaseFeeMarket.open(GWEI).sell(rich)
    assert len(batch.sales) == 2
    one_more = Wish.of(3, 1, 0, 10_000_001, 10**12, 1)
    _, batch = BaseFeeMarket.open(GWEI).sell([*rich, one_more])
    assert [sale.wish.name for sale in batch.sales] == [3]
    _, batch = PriceAuction.open(GWEI).sell([*rich, one_more])
    assert [sale.wish.name for sale in batch.sales] == [1]


def test_a_user_waits_as_long_as_his_patience_and_no_longer():
    poor = Wish.of(1, 1, 2, 21_000, worth=1, tip=0)
    market, batch = BaseFeeMarket.open(GWEI).sell([poor])
    market, batch = market.sell([])
    assert (len(market.waiting), batch.gave_up) == (1, 0)
    market, batch = market.sell([])
    assert (len(market.waiting), batch.gave_up) == (0, 1)


def test_who_will_not_pay_the_base_fee_stays_outside_an_empty_block():
    poor = Wish.of(1, 1, 1, 21_000, worth=GWEI - 1, tip=0)
    market, batch = BaseFeeMarket.open(GWEI).sell([poor])
    assert batch.sales == ()
    # An empty block lowers the fee, and the next one takes him.
    _, batch = market.sell([])
    assert [sale.waited for sale in batch.sales] == [1]


def test_a_tip_that_does_not_fit_under_the_worth_is_cut():
    wish = Wish.of(1, 1, 0, 100_000, worth=12 * GWEI, tip=5 * GWEI)
    _, batch = BaseFeeMarket.open(10 * GWEI).sell([wish])
    assert batch.tips == 100_000 * 2 * GWEI
    assert batch.burnt == 100_000 * 10 * GWEI


def test_a_winner_of_the_auction_pays_his_own_bid():
    calm = Wish.of(1, 1, 0, 100_000, worth=90 * GWEI, tip=GWEI)
    eager = Wish.of(2, 1, 0, 100_000, worth=90 * GWEI, tip=40 * GWEI)
    poor = Wish.of(3, 1, 0, 100_000, worth=7 * GWEI, tip=GWEI)
    auction = PriceAuction.open(20 * GWEI)
    _, batch = auction.sell([calm, eager, poor])
    paid = {sale.wish.name: sale.price for sale in batch.sales}
    assert paid == {1: 21 * GWEI, 2: 60 * GWEI, 3: 7 * GWEI}
    assert batch.burnt == 0
    assert batch.overpaid == 100_000 * (14 + 53) * GWEI


def test_a_bid_that_was_passed_over_rises_by_an_eighth():
    rich = [Wish.of(n, 1, 2, 10_000_000, 10**15, 5 * GWEI) for n in (1, 2)]
    auction, _ = PriceAuction.open(16 * GWEI).sell(rich)
    [left] = auction.waiting
    assert auction.going_price == 16 * GWEI
    assert auction.compute_bid(left) == (16 + 2 + 5) * GWEI


def test_bidders_take_the_sixtieth_percentile_of_what_was_enough():
    auction = PriceAuction.open(GWEI)
    auction = replace(auction, lowest=tuple(range(MEMORY)))
    assert auction.going_price == 11


# Demand


@pytest.mark.parametrize("load", [120, 150, 200, 400])
def test_the_base_fee_comes_to_rest_where_the_model_says(load):
    days = [list(draw_wishes(7, n, Demand(load))) for n in range(1, 201)]
    _, batches = run(BaseFeeMarket.open(20 * GWEI), days)
    fees = [batch.base_fee_per_gas for batch in batches[60:]]
    mean = sum(fees) / len(fees)
    assert mean == pytest.approx(compute_rest(load), rel=0.1)
    used = sum(batch.gas_used for batch in batches[60:]) / len(fees)
    assert used == pytest.approx(10_000_000, rel=0.03)


def test_below_the_target_the_base_fee_sinks():
    days = [list(draw_wishes(7, n, Demand(80))) for n in range(1, 101)]
    _, batches = run(BaseFeeMarket.open(20 * GWEI), days)
    assert compute_rest(80) == compute_rest(100) == 0
    assert batches[-1].base_fee_per_gas < GWEI


def test_the_base_fee_lowers_no_prices_but_ends_guessing():
    days = [list(draw_wishes(3, n, Demand(200))) for n in range(1, 161)]
    _, fees = run(BaseFeeMarket.open(20 * GWEI), days)
    _, bids = run(PriceAuction.open(20 * GWEI), days)

    def price(batches: list[Batch]) -> float:
        return sum(b.paid for b in batches) / sum(b.gas_used for b in batches)

    def overpaid(batches: list[Batch]) -> float:
        return sum(b.overpaid for b in batches) / sum(b.paid for b in batches)

    def wait(batches: list[Batch]) -> float:
        waits = [sale.waited for batch in batches for sale in batch.sales]
        return sum(waits) / len(waits)

    assert price(fees) == pytest.approx(price(bids), rel=0.1)
    assert overpaid(fees) < overpaid(bids) / 2
    assert wait(fees) < wait(bids)


def test_worth_has_the_tail_that_the_module_names():
    wishes = [w for n in range(200) for w in draw_wishes(1, n, Demand(300))]
    worths = [wish.transaction.max_fee_per_gas for wish in wishes]
    for factor, share in ((1, 1 / 2), (0.5, 3 / 4), (10, 1 / 20), (100, 1 / 200)):
        above = sum(worth >= factor * TYPICAL_WORTH for worth in worths)
        error = 4 * (share * (1 - share) / len(worths)) ** 0.5
        assert above / len(worths) == pytest.approx(share, abs=error)


@given(st.integers(0, 2**32), st.integers(1, 500), st.integers(0, MAX_LOAD))
@settings(max_examples=30)
def test_equal_seeds_bring_equal_users(seed, number, load):
    wishes = draw_wishes(seed, number, Demand(load, mint=True))
    assert wishes == draw_wishes(seed, number, Demand(load, mint=True))
    assert wishes[:5] != draw_wishes(seed + 1, number, Demand(load, mint=True))[:5]
    assert len({wish.name for wish in wishes}) == len(wishes)
    for wish in wishes:
        assert LEAST_GAS <= wish.transaction.gas_limit <= MOST_GAS
        assert 0 <= wish.patience <= PATIENCE


def test_as_much_gas_is_wanted_as_the_load_says():
    for load in (7, 100, 250):
        gas = fsum(
            wish.transaction.gas_limit
            for number in range(300)
            for wish in draw_wishes(2, number, Demand(load))
        )
        assert gas / 300 == pytest.approx(100_000 * load, rel=0.03)


def test_a_mint_brings_users_who_race():
    calm = draw_wishes(5, 1, Demand(100))
    wishes = draw_wishes(5, 1, Demand(100, mint=True))
    assert wishes[: len(calm)] == calm
    racing = [wish.transaction for wish in wishes[len(calm) :]]
    assert floor(1e7 * 3 / MOST_GAS) < len(racing)
    assert {t.max_fee_per_gas >= MINT_WORTH for t in racing} == {True}
    assert len({t.max_priority_fee_per_gas for t in racing}) > len(racing) / 2
    assert max(t.max_priority_fee_per_gas for t in racing) <= MINT_TIP


@pytest.mark.parametrize("fields", [{"load": -1}, {"load": 1001}, {"tip": -1}])
def test_demand_that_means_nothing_is_refused(fields):
    with pytest.raises(InvalidDemand, match="required 0"):
        Demand(**fields)
