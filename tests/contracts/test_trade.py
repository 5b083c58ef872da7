"""Escrow and auction: who is paid, when, and that no wei is lost or made."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from minichain import Chain
from minichain.contracts import Reverted
from minichain.units import Wei

HOUR = 3600

REFUSER = """\
#pragma version 0.4.3
#pragma evm-version cancun

interface Auction:
    def bid(): payable

@external
@payable
def bid(auction: address):
    extcall Auction(auction).bid(value=msg.value)
"""
"""Bids, and has no function that could take a payment."""


def make_chain() -> Chain:
    return Chain.dev(
        accounts=4, seal="on-demand", spacing=60, reward=Wei(0), base_fee_per_gas=Wei(0)
    )


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def wait(chain: Chain, seconds: int) -> None:
    """Let the next block be so much later than the head."""
    chain.mine(time=chain.head.header.time + seconds - 60)


class TestEscrow:
    PRICE = 1000

    @pytest.fixture
    def escrow(self, chain):
        buyer, seller, arbiter, _ = chain.keys
        return chain.deploy(
            "trade/escrow", seller, arbiter, HOUR, sender=buyer, value=self.PRICE
        )

    def test_the_buyer_s_word_pays_the_seller(self, chain, escrow):
        buyer, seller, *_ = chain.keys
        before = chain.balance(seller.address)
        event = escrow.confirm(sender=buyer).events[0]
        assert event.values == {"receiver": seller.address, "amount": self.PRICE}
        assert chain.balance(seller.address) == before + self.PRICE
        assert escrow.settled()

    def test_the_seller_s_word_pays_the_buyer_back(self, chain, escrow):
        buyer, seller, *_ = chain.keys
        before = chain.balance(buyer.address)
        escrow.give_back(sender=seller)
        assert chain.balance(buyer.address) == before + self.PRICE

    @pytest.mark.parametrize("winner", [0, 1])
    def test_the_arbiter_decides_a_dispute(self, chain, escrow, winner):
        buyer, _, arbiter, _ = chain.keys
        escrow.dispute(sender=buyer)
        before = chain.balance(chain.accounts[winner])
        escrow.decide(chain.accounts[winner], sender=arbiter)
        assert chain.balance(chain.accounts[winner]) == before + self.PRICE

    def test_the_seller_collects_after_the_deadline_and_not_before(self, chain, escrow):
        seller = chain.keys[1]
        with pytest.raises(Reverted, match="escrow: deadline has not passed"):
            escrow.collect(sender=seller)
        wait(chain, HOUR - 60)
        with pytest.raises(Reverted, match="escrow: deadline has not passed"):
            escrow.collect(sender=seller, gas=100_000)
        assert chain.head.header.time == escrow.deadline() - 60
        escrow.collect(sender=seller)
        assert chain.head.header.time == escrow.deadline()

    def test_a_dispute_stops_the_clock_and_comes_before_the_deadline(
        self, chain, escrow
    ):
        buyer, seller, *_ = chain.keys
        escrow.dispute(sender=buyer)
        wait(chain, HOUR)
        with pytest.raises(Reverted, match="escrow: the arbiter decides"):
            escrow.collect(sender=seller)

    def test_who_hears_the_bell_disputes_no_more(self, chain, escrow):
        wait(chain, HOUR)
        with pytest.raises(Reverted, match="escrow: deadline has passed"):
            escrow.dispute(sender=chain.keys[0])

    @pytest.mark.parametrize(
        ("function", "given", "who", "reason"),
        [
            ("confirm", (), 1, "caller is not the buyer"),
            ("give_back", (), 0, "caller is not the seller"),
            ("dispute", (), 1, "caller is not the buyer"),
            ("decide", (0,), 0, "caller is not the arbiter"),
            ("decide", (0,), 2, "nobody objected"),
            ("collect", (), 0, "caller is not the seller"),
        ],
    )
    def test_nobody_else_has_a_word(self, chain, escrow, function, given, who, reason):
        parties = [chain.accounts[i] for i in given]
        with pytest.raises(Reverted, match=f"escrow: {reason}"):
            escrow[function](*parties, sender=chain.keys[who])
        assert chain.balance(escrow.address) == self.PRICE

    def test_it_pays_once(self, chain, escrow):
        buyer, seller, *_ = chain.keys
        escrow.confirm(sender=buyer)
        for function, key in (("confirm", buyer), ("give_back", seller)):
            with pytest.raises(Reverted, match="escrow: already settled"):
                escrow[function](sender=key)
        with pytest.raises(Reverted, match="escrow: already settled"):
            escrow.dispute(sender=buyer)

    def test_the_arbiter_can_pay_the_parties_alone(self, chain, escrow):
        buyer, _, arbiter, thief = chain.keys
        escrow.dispute(sender=buyer)
        with pytest.raises(Reverted, match="escrow: receiver is not a party"):
            escrow.decide(thief, sender=arbiter)

    def test_it_begins_with_a_payment_and_three_parties(self, chain):
        buyer, seller, arbiter, _ = chain.keys
        for parties, value, reason in (
            ((seller, arbiter), 0, "nothing was paid"),
            ((seller, seller), 1, "arbiter is a party"),
            ((seller, buyer), 1, "arbiter is a party"),
            ((bytes(20), arbiter), 1, "seller is the zero address"),
        ):
            with pytest.raises(Reverted, match=f"escrow: {reason}"):
                chain.deploy("trade/escrow", *parties, 1, sender=buyer, value=value)


class TestAuction:
    @pytest.fixture
    def auction(self, chain):
        return chain.deploy("trade/auction", HOUR, sender=chain.keys[0])

    def test_a_higher_bid_leads_and_frees_the_one_before(self, chain, auction):
        _, bob, carol, _ = chain.keys
        auction.bid(sender=bob, value=10)
        with pytest.raises(Reverted, match="auction: bid is not higher"):
            auction.bid(sender=carol, value=10)
        auction.bid(sender=carol, value=11)
        assert (auction.leader(), auction.highest()) == (carol.address, 11)
        before = chain.balance(bob.address)
        assert auction.withdraw(sender=bob).value == 10
        assert chain.balance(bob.address) == before + 10
        with pytest.raises(Reverted, match="auction: nothing to withdraw"):
            auction.withdraw(sender=bob)
        with pytest.raises(Reverted, match="auction: nothing to withdraw"):
            auction.withdraw(sender=carol)

    def test_after_the_end_nobody_bids_and_the_seller_is_paid_once(
        self, chain, auction
    ):
        seller, bob, carol, _ = chain.keys
        auction.bid(sender=bob, value=10)
        with pytest.raises(Reverted, match="auction: bidding has not ended"):
            auction.close(sender=seller)
        wait(chain, HOUR)
        with pytest.raises(Reverted, match="auction: bidding has ended"):
            auction.bid(sender=carol, value=99)
        before = chain.balance(seller.address)
        event = auction.close(sender=carol).events[0]
        assert event.values == {"winner": bob.address, "amount": 10}
        assert chain.balance(seller.address) == before + 10
        with pytest.raises(Reverted, match="auction: already closed"):
            auction.close(sender=carol)

    def test_a_bidder_that_refuses_payments_stops_nobody(self, chain, auction):
        bob, carol = chain.keys[1:3]
        refuser = chain.deploy(REFUSER, sender=bob)
        refuser.bid(auction.address, sender=bob, value=10)
        assert auction.leader() == refuser.address
        auction.bid(sender=carol, value=11)
        assert auction.leader() == carol.address
        assert auction.refunds(refuser.address) == 10

    def test_an_auction_takes_time(self, chain):
        with pytest.raises(Reverted, match="auction: no time to bid"):
            chain.deploy("trade/auction", 0, sender=chain.keys[0])


class Bidding(RuleBasedStateMachine):
    """Bids, withdrawals and time in any order, beside a model of two mappings."""

    @initialize()
    def open(self):
        self.chain = make_chain()
        self.auction = self.chain.deploy(
            "trade/auction", 600, sender=self.chain.keys[0]
        )
        self.refunds = dict.fromkeys(self.chain.accounts, 0)
        self.leader, self.highest, self.closed = None, 0, False
        self.supply = self.chain.state.supply

    @property
    def has_ended(self) -> bool:
        return self.chain.next_time >= self.auction.end()

    @rule(who=st.integers(1, 3), amount=st.integers(0, 50))
    def bid(self, who, amount):
        key = self.chain.keys[who]
        if self.has_ended or amount <= self.highest:
            with pytest.raises(Reverted, match="auction: bid"):
                self.auction.bid(sender=key, value=amount)
            return
        self.auction.bid(sender=key, value=amount)
        if self.leader is not None:
            self.refunds[self.leader] += self.highest
        self.leader, self.highest = key.address, amount

    @rule(who=st.integers(0, 3))
    def withdraw(self, who):
        key = self.chain.keys[who]
        if self.refunds[key.address] == 0:
            with pytest.raises(Reverted, match="auction: nothing to withdraw"):
                self.auction.withdraw(sender=key)
            return
        before = self.chain.balance(key.address)
        self.auction.withdraw(sender=key)
        paid = self.chain.balance(key.address) - before
        assert paid == self.refunds[key.address]
        self.refunds[key.address] = 0

    @rule()
    def close(self):
        if self.closed or not self.has_ended:
            with pytest.raises(Reverted, match=r"auction: (already|bidding)"):
                self.auction.close(sender=self.chain.keys[3])
            return
        self.auction.close(sender=self.chain.keys[3])
        self.closed = True

    @rule()
    def wait(self):
        wait(self.chain, 180)

    @invariant()
    def the_auction_has_what_it_owes(self):
        if not hasattr(self, "auction"):
            return
        owed = sum(self.refunds.values()) + (0 if self.closed else self.highest)
        assert self.chain.balance(self.auction.address) == owed
        assert self.chain.state.supply == self.supply


TestBidding = Bidding.TestCase
TestBidding.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)


@given(st.permutations(["confirm", "give_back", "dispute", "collect", "decide"]))
@settings(max_examples=15, deadline=None)
def test_in_any_order_the_escrow_pays_one_party_once(steps):
    chain = make_chain()
    buyer, seller, arbiter, _ = chain.keys
    supply = chain.state.supply
    escrow = chain.deploy("trade/escrow", seller, arbiter, 300, sender=buyer, value=99)
    who = {"confirm": buyer, "dispute": buyer, "decide": arbiter}
    paid = []
    for step in steps:
        given_ = [seller] if step == "decide" else []
        try:
            result = escrow[step](*given_, sender=who.get(step, seller))
        except Reverted:
            wait(chain, 120)
            continue
        paid += [e for e in result.events if e.name == "Settled"]
        assert chain.balance(escrow.address) == (0 if paid else 99)
    assert [event["amount"] for event in paid] == [99]
    assert chain.state.supply == supply
