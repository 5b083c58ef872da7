"""The fee market: its rule by hand, its blocks, and the learner's own order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain.execution import compute_base_fee
from minichain.chain.fee_auction import PriceAuction
from minichain.chain.fee_demand import Demand, compute_rest, draw_wishes
from minichain.chain.fee_market import BaseFeeMarket
from minichain.units import GWEI
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.fees import BLOCKS_LIMIT, FeesLesson, FeesState
from minichain.widgets.fees_story import YOUR_GAS, Season
from minichain.widgets.prediction import Prediction
from minichain.widgets.session import Session
from tests.widgets.laws import check_lesson, finish

LESSON = FeesLesson()

ACTIONS = st.one_of(
    st.builds(lambda n: Action.of("load", load=n), st.integers(-1, 1001)),
    st.builds(lambda n: Action.of("tip", tip=n), st.integers(-1, 21)),
    st.builds(lambda b: Action.of("mint", on=b), st.booleans()),
    st.builds(lambda n: Action.of("run", count=n), st.integers(0, 4)),
    st.builds(
        lambda fee, tip: Action.of("offer", fee=fee, tip=tip),
        st.integers(0, 5001),
        st.integers(-1, 50),
    ),
    st.builds(lambda n: Action.of("used", used=n), st.integers(-1, 201)),
    st.builds(lambda t: Action.of("tab", tab=t), st.sampled_from(["rule", "market"])),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(0, 101)),
    st.sampled_from([Action(t) for t in ("send", "skip", "ask-again", "stop")]),
    st.sampled_from([Action(t) for t in ("undo", "redo", "reset", "unheard-of")]),
)


def begin(*actions: Action, seed: int = 0, **options: object) -> Session:
    session = Session(LESSON, seed, options={"ask": False, "blocks": 0, **options})
    for action in actions:
        session.act(action)
        finish(session)
    return session


@settings(max_examples=30, deadline=None)
@given(st.lists(ACTIONS, max_size=8), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


@pytest.mark.parametrize(
    ("used", "following"),
    [
        (100, 10**9),
        (90, 987_500_000),
        (110, 1_012_500_000),
        (200, 1_125_000_000),
        (0, 875_000_000),
    ],
)
def test_the_rule_by_hand_gives_the_numbers_of_the_eip(used, following) -> None:
    rule = begin(Action.of("used", used=used)).picture["rule"]
    assert rule["fee"] == 10**9
    assert rule["next"] == following
    assert rule["ladder"][0] == [1, following]


def test_the_answer_is_twenty_and_hidden_before() -> None:
    session = begin(Action.of("used", used=200), ask=True)
    picture = session.picture
    assert picture["predict"]["answer"] is None
    assert (picture["rule"]["ladder"], picture["rule"]["tenfold"]) == ([], None)
    session.act(Action.of("predict", guess=80))
    picture = session.picture
    assert (picture["tab"], picture["rule"]["gas"]) == ("rule", 20_000_000)
    assert picture["predict"]["answer"] == picture["rule"]["tenfold"] == 20
    fees = dict(picture["rule"]["ladder"])
    assert fees[19] < 10**10 <= fees[20]


def test_it_begins_with_some_blocks_to_look_at() -> None:
    assert Session(LESSON).picture["blocks"] == 12


def test_a_fee_that_does_not_rise_is_never_tenfold() -> None:
    assert begin(Action.of("used", used=100)).picture["rule"]["tenfold"] is None
    assert begin(Action.of("used", used=99)).picture["rule"]["tenfold"] is None


def test_the_blocks_are_those_that_the_chain_module_sells() -> None:
    session = begin(
        Action.of("load", load=220),
        Action.of("tip", tip=3),
        Action.of("run", count=6),
        Action.of("mint", on=True),
        Action.of("run", count=5),
        seed=9,
    )
    market, auction = BaseFeeMarket.open(20 * GWEI), PriceAuction.open(20 * GWEI)
    paid, bid = [], []
    for number in range(1, 12):
        demand = Demand(220, 3 * GWEI, mint=number > 6)
        wishes = draw_wishes(9, number, demand)
        market, batch = market.sell(wishes)
        paid.append(batch)
        auction, batch = auction.sell(wishes)
        bid.append(batch)
    picture = session.picture
    assert [at["fee"] for at in picture["chart"]] == [b.base_fee_per_gas for b in paid]
    assert [at["gas"] for at in picture["chart"]] == [b.gas_used for b in paid]
    assert picture["next_fee"] == compute_base_fee(market.head)
    for side, batches in zip(picture["sums"], (paid, bid), strict=True):
        assert side["paid"] == sum(b.paid for b in batches)
        assert side["burnt"] + side["tips"] == side["paid"]
        assert side["served"] == sum(len(b.sales) for b in batches)
    assert picture["last"][1]["prices"] == [sale.price for sale in bid[-1].sales]
    assert picture["sums"][1]["burnt"] == 0 < picture["sums"][0]["burnt"]


def test_the_last_rows_are_told_for_a_long_story() -> None:
    session = begin(blocks=BLOCKS_LIMIT)
    assert session.picture["blocks"] == BLOCKS_LIMIT
    assert session.picture["chart"][-1]["block"] == BLOCKS_LIMIT
    fees = [at["fee"] for at in session.picture["chart"]]
    assert sum(fees) / len(fees) == pytest.approx(compute_rest(150), rel=0.15)
    with pytest.raises(InvalidAction, match="at most 200 blocks, 0 are left"):
        session.act(Action.of("run", count=1))


def test_a_mint_fills_blocks_and_its_end_empties_them() -> None:
    session = begin(Action.of("mint", on=True), Action.of("run", count=8))
    full = [at["gas"] for at in session.picture["chart"]]
    assert min(full) > 19_500_000
    assert session.picture["rest"] is None
    session.act(Action.of("mint", on=False))
    session.act(Action.of("run", count=30))
    finish(session)
    assert session.picture["chart"][20]["gas"] < 10_000_000


def test_an_order_that_pays_enough_gets_in_and_pays_no_more_than_needed() -> None:
    session = begin(
        Action.of("offer", fee=1000, tip=2), Action("send"), Action.of("run", count=1)
    )
    [order] = session.picture["orders"]
    fee = session.picture["chart"][0]["fee"]
    got = order["got"][0]
    assert (got["block"], got["price"]) == (1, fee + 2 * GWEI)
    assert got["paid"] == YOUR_GAS * got["price"]
    assert session.picture["last"][0]["yours"]
    # It went out once, and is not sent again by itself.
    session.act(Action.of("run", count=1))
    assert len(session.picture["orders"]) == 1


def test_an_order_that_pays_too_little_waits_until_the_fee_has_come_down() -> None:
    session = begin(
        Action.of("offer", fee=10, tip=1),
        Action("send"),
        Action.of("load", load=50),
        Action.of("run", count=1),
    )
    assert session.picture["orders"][0]["got"][0] is None
    session.act(Action.of("run", count=40))
    finish(session)
    got = session.picture["orders"][0]["got"][0]
    fees = {at["block"]: at["fee"] for at in session.picture["chart"]}
    assert fees[got["block"]] <= 10 * GWEI < fees[got["block"] - 1]


def test_an_order_is_sent_once_and_its_tip_is_part_of_it() -> None:
    session = begin(Action("send"))
    with pytest.raises(InvalidAction, match="goes out before the next block"):
        session.act(Action("send"))
    with pytest.raises(InvalidAction, match="a tip of 6 gwei, at most 5"):
        session.act(Action.of("offer", fee=5, tip=6))


def test_many_blocks_come_in_slices_and_can_be_stopped() -> None:
    session = begin()
    session.act(Action.of("run", count=50))
    assert session.picture["blocks"] == 1
    assert session.envelope()["progress"]["total"] == 50
    session.act(Action.of("tick", revision=session.revision))
    session.act(Action("stop"))
    assert 1 < session.picture["blocks"] < 50
    assert session.envelope()["progress"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"load": 1001},
        {"tip": -1},
        {"used": 201},
        {"fee": 0, "your_tip": 0},
        {"your_tip": 26},
        {"left": BLOCKS_LIMIT + 1},
        {"seasons": (Season(150, 1, False),) * (BLOCKS_LIMIT + 1)},
        {"seasons": (Season(1001, 1, False),)},
        {"seasons": (Season(150, 1, False, 5, 6),)},
        {"seasons": (Season(150, 1, False), Season(150, 99, True))},
        {"prediction": Prediction("made", 0)},
    ],
)
def test_states_that_no_action_leads_to_are_refused(changes) -> None:
    state = FeesState(0, **changes)
    with pytest.raises(InvalidAction):
        LESSON.check(state)
