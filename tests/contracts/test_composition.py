"""The shop believes an oracle and moves a token: all of a sale happens, or none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain import Chain
from minichain.contracts import Reverted
from minichain.units import ETHER, Wei

PRICE = ETHER // 4


class Market:
    """A chain with a token, an oracle that wants a quarter ether, and a shop."""

    def __init__(self) -> None:
        self.chain = Chain.dev(accounts=3, seal="on-demand", reward=Wei(0), spacing=60)
        self.owner, self.buyer, self.thief = self.chain.keys
        deploy = self.chain.deploy
        self.token = deploy("tokens/erc20", "Gold", "GLD", 10**21, sender=self.owner)
        self.oracle = deploy("composition/oracle", PRICE, sender=self.owner)
        self.shop = deploy(
            "composition/shop", self.token, self.oracle, sender=self.owner
        )
        self.token.approve(self.shop, 2**256 - 1, sender=self.owner)


@pytest.fixture
def market() -> Market:
    return Market()


def test_a_sale_moves_tokens_and_ether(market):
    before = market.chain.balance(market.owner.address)
    result = market.shop.buy(4 * 10**18, sender=market.buyer, value=ETHER)
    assert result.value == 4 * 10**18
    assert market.token.balanceOf(market.buyer) == 4 * 10**18
    assert market.chain.balance(market.owner.address) == before + ETHER
    assert [event.name for event in result.events] == ["Sold", "Transfer"]


def test_the_price_is_the_oracle_s(market):
    assert market.shop.quote(ETHER) == 4 * 10**18
    market.oracle.report(PRICE * 2, sender=market.owner)
    assert market.shop.quote(ETHER) == 2 * 10**18
    with pytest.raises(Reverted, match="shop: price has risen"):
        market.shop.buy(4 * 10**18, sender=market.buyer, value=ETHER)


def test_an_old_price_is_no_price(market):
    market.chain.mine(time=market.oracle.reported() + 3_541)
    with pytest.raises(Reverted, match="shop: price is old"):
        market.shop.buy(0, sender=market.buyer, value=ETHER)
    market.oracle.report(PRICE, sender=market.owner)
    assert market.shop.buy(0, sender=market.buyer, value=ETHER).succeeded


def test_only_the_reporter_reports(market):
    with pytest.raises(Reverted, match="oracle: caller is not the reporter"):
        market.oracle.report(1, sender=market.thief)
    with pytest.raises(Reverted, match="oracle: price is zero"):
        market.oracle.report(0, sender=market.owner)
    assert market.oracle.price() == PRICE


def test_if_one_call_fails_all_of_the_sale_is_undone(market):
    market.token.approve(market.shop, 10**18, sender=market.owner)
    money = market.chain.balance(market.buyer.address)
    with pytest.raises(Reverted, match="insufficient allowance") as caught:
        market.shop.buy(0, sender=market.buyer, value=ETHER, gas=200_000)
    assert [p.name for p in caught.value.places] == ["composition/shop", "tokens/erc20"]
    assert caught.value.receipt.logs == ()
    assert market.chain.balance(market.buyer.address) == money
    assert market.token.balanceOf(market.buyer) == 0


def test_a_bad_oracle_sells_for_a_bad_price(market):
    market.oracle.report(1, sender=market.owner)
    market.shop.buy(0, sender=market.thief, value=1000)
    assert market.token.balanceOf(market.thief) == 1000 * 10**18


def test_who_pays_nothing_gets_nothing(market):
    with pytest.raises(Reverted, match="shop: nothing was paid"):
        market.shop.buy(0, sender=market.buyer)


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(1, 10**19)), max_size=6))
@settings(max_examples=10, deadline=None)
def test_tokens_and_ether_are_conserved_over_any_sales(sales):
    market = Market()
    chain, token = market.chain, market.token
    supply = chain.state.supply
    for who, paid in sales:
        key = chain.keys[who]
        expected = paid * 10**18 // PRICE
        assert market.shop.buy(expected, sender=key, value=paid).value == expected
    assert sum(map(token.balanceOf, chain.accounts)) == token.totalSupply() == 10**21
    assert chain.balance(market.shop.address) == 0
    assert chain.state.supply == supply
