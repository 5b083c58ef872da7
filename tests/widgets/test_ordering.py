"""The ordering lab: real blocks of a real pool, tips, nonces, attacks and defences."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain.mempool import MempoolFull, ReplacementUnderpriced
from minichain.errors import ProtocolError
from minichain.units import ETHER, GWEI
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.ordering import OrderingLesson
from minichain.widgets.ordering_case import ORDERS, ROOM, STANDARD, Result, Sent
from minichain.widgets.ordering_stage import WHOLE
from minichain.widgets.ordering_state import AMOUNTS, SENT_LIMIT, OrderingState
from minichain.widgets.prediction import Prediction
from minichain.widgets.session import Session
from tests.widgets.laws import check_lesson, finish

LESSON = OrderingLesson()

NAMES = st.sampled_from([*ORDERS, "nobody"])

ACTIONS = st.one_of(
    st.builds(lambda r: Action.of("role", role=r), st.sampled_from(["builder", "x"])),
    st.builds(
        lambda a: Action.of("attack", attack=a),
        st.sampled_from(["none", "front-run", "sandwich", "x"]),
    ),
    st.builds(lambda n: Action.of("amount", amount=n), st.sampled_from([0, 500, 3000])),
    st.builds(lambda n: Action.of("first", tip=n), st.sampled_from([0, 4, 51])),
    st.builds(lambda n: Action.of("second", tip=n), st.sampled_from([0, 6])),
    st.builds(lambda n: Action.of("limit", limit=n), st.sampled_from([-1, 100, WHOLE])),
    st.builds(lambda b: Action.of("sealed", on=b), st.booleans()),
    st.builds(lambda b: Action.of("blind", on=b), st.booleans()),
    st.builds(
        lambda n, p: Action.of("bump", name=n, percent=p),
        NAMES,
        st.sampled_from([5, 10, 101]),
    ),
    st.builds(lambda n, b: Action.of("move", name=n, later=b), NAMES, st.booleans()),
    st.builds(
        lambda k, n: Action.of(k, name=n), st.sampled_from(["leave", "put"]), NAMES
    ),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(0, 3)),
    st.sampled_from(
        [Action(t) for t in ("crowd", "sweep", "stop", "skip", "ask-again")]
    ),
    st.sampled_from([Action(t) for t in ("undo", "redo", "reset", "unheard-of")]),
)


def begin(*actions: Action, seed: int = 0, **options: object) -> Session:
    session = Session(LESSON, seed, options={"ask": False, **options})
    for action in actions:
        session.act(action)
    return session


def result(session: Session) -> Result:
    found: Result = session.state.result
    return found


def outcome(session: Session) -> list[tuple[str, bool]]:
    return [(line.name, line.succeeded) for line in result(session).lines]


def get_out(paid: int, reserve_in: int, reserve_out: int) -> int:
    """What comes out, by Uniswap v2's rule, written as a fraction."""
    counted = Fraction(997 * paid, 1000)
    return int(counted * reserve_out / (reserve_in + counted))


def change(session: Session, who: str) -> tuple[int, int, int]:
    found = next(c for c in result(session).changes if c.name == who)
    return found.ether, found.tokens, found.fees


@settings(max_examples=25, deadline=None)
@given(st.lists(ACTIONS, max_size=6), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


def test_without_an_attack_vera_gets_the_published_amount() -> None:
    session = begin()
    assert session.picture["vera"]["got"] == "1.662497915624478906"
    assert session.picture["vera"]["lost"] == 0
    assert session.picture["gain"] is None
    assert change(session, "Vera")[:2] == (-ETHER, 1_662_497_915_624_478_906)


def test_tips_order_the_block_but_nonces_go_first() -> None:
    session = begin()
    assert [w.name for w in result(session).waiting] == [
        "erin", "vera", "dan-1", "dan-2",
    ]  # fmt: skip
    tips = {w.name: w.tip for w in result(session).waiting}
    assert tips["dan-2"] > tips["erin"]


@pytest.mark.parametrize("amount", [10, 500, 1_000, 5_000])
def test_a_sandwich_is_what_three_exact_trades_come_to(amount: int) -> None:
    session = begin(Action.of("amount", amount=amount), attack="sandwich")
    paid, ether, tokens = amount * ETHER // 1000, 5 * ETHER, 10 * ETHER
    bought = get_out(paid, ether, tokens)
    ether, tokens = ether + paid, tokens - bought
    veras = get_out(ETHER, ether, tokens)
    ether, tokens = ether + ETHER, tokens - veras
    back = get_out(bought, tokens, ether)
    lines = {line.name: line.got for line in result(session).lines}
    assert (lines["you-buy"], lines["vera"], lines["you-sell"]) == (bought, veras, back)
    assert change(session, "You")[:2] == (back - paid, 0)
    assert result(session).after == (ether - back, tokens + bought)


def test_every_wei_is_accounted_for() -> None:
    session = begin(attack="sandwich")
    found = result(session)
    fees = sum(c.fees for c in found.changes)
    assert fees == found.tips + found.burnt
    paid_out = 3 * ETHER // 10  # three payments of 0.1 ether to the founder
    moved = sum(c.ether for c in found.changes)
    assert moved + found.after[0] - found.before[0] + paid_out == 0
    owned = sum(c.tokens for c in found.changes)
    assert owned + found.after[1] - found.before[1] == 0


def test_a_front_run_without_a_sale_leaves_tokens() -> None:
    session = begin(attack="front-run")
    assert change(session, "You")[:2] == (-ETHER, 1_662_497_915_624_478_906)
    assert session.picture["gain"]["sign"] == "open"
    bought = get_out(ETHER, 5 * ETHER, 10 * ETHER)
    veras = get_out(ETHER, 6 * ETHER, 10 * ETHER - bought)
    assert change(session, "Vera")[:2] == (-ETHER, veras)


def test_a_tip_too_low_comes_too_late() -> None:
    session = begin(Action.of("first", tip=2), Action.of("second", tip=1))
    session.act(Action.of("attack", attack="sandwich"))
    assert session.picture["vera"]["lost"] == 0
    # He bought fewer tokens than he meant to sell, and is left with them.
    line = next(line for line in result(session).lines if line.name == "you-sell")
    assert line.reason == "erc20: insufficient balance"
    assert session.picture["gain"]["sign"] == "open"
    session.act(Action.of("first", tip=4))
    assert session.picture["vera"]["lost"] == 2854
    assert session.picture["gain"]["sign"] == "good"


def test_a_limit_on_the_price_reverts_vera_and_costs_the_searcher() -> None:
    session = begin(Action.of("limit", limit=100), attack="sandwich")
    assert ("vera", False) in outcome(session)
    [line] = [line for line in result(session).lines if line.name == "vera"]
    assert line.reason == "pool: less than the least"
    ether, tokens, fees = change(session, "Vera")
    assert (ether, tokens) == (0, 0)
    assert fees > 0
    ether, tokens, fees = change(session, "You")
    # There and back through the pool alone: its fee, twice.
    bought = get_out(ETHER, 5 * ETHER, 10 * ETHER)
    assert ether == get_out(bought, 10 * ETHER - bought, 6 * ETHER) - ETHER
    assert session.picture["gain"]["sign"] == "bad"


def test_under_a_limit_only_a_small_sandwich_fits_and_gas_eats_it() -> None:
    session = begin(
        Action.of("limit", limit=100), Action.of("amount", amount=20), attack="sandwich"
    )
    assert ("vera", True) in outcome(session)
    assert 0 < session.picture["vera"]["lost"] <= 100
    ether, _, fees = change(session, "You")
    assert ether > 0
    assert ether < fees + ETHER // 100


def test_commitments_stop_who_reacts_but_not_who_had_committed() -> None:
    session = begin(Action.of("sealed", on=True), attack="sandwich")
    assert dict(outcome(session)) == dict.fromkeys(
        ("erin", "vera", "dan-1", "dan-2"), True
    ) | dict.fromkeys(("you-buy", "you-sell"), False)
    [line] = [line for line in result(session).lines if line.name == "you-buy"]
    assert line.reason == "pool: not committed in an earlier block"
    assert session.picture["vera"]["lost"] == 0
    session.act(Action.of("blind", on=True))
    assert session.picture["vera"]["lost"] == 2854
    assert session.picture["gain"]["sign"] == "good"


# The builder


def test_a_builder_needs_no_tips() -> None:
    session = begin(
        Action.of("first", tip=0), Action.of("second", tip=0), attack="sandwich"
    )
    assert session.picture["vera"]["lost"] == 0
    session.act(Action.of("role", role="builder"))
    assert session.picture["vera"]["lost"] == 0
    while (order := list(session.state.order)).index("you-buy") > order.index("vera"):
        session.act(Action.of("move", name="you-buy", later=False))
    assert session.picture["vera"]["lost"] == 2854
    assert [line.name for line in result(session).lines] == list(session.state.order)


def test_a_builder_cannot_break_the_order_of_nonces() -> None:
    session = begin(role="builder")
    session.act(Action.of("move", name="dan-2", later=False))
    assert session.picture["refused"][0] == "nonce"
    assert session.picture["lines"] == []
    assert session.picture["block"] == ""
    session.act(Action.of("leave", name="dan-1"))
    assert session.picture["refused"][0] == "nonce"
    session.act(Action.of("leave", name="dan-2"))
    assert [name for name, _ in outcome(session)] == ["erin", "vera"]
    session.act(Action.of("put", name="dan-1"))
    assert [name for name, _ in outcome(session)] == ["erin", "vera", "dan-1"]


def test_who_is_left_out_gets_nothing_and_pays_nothing() -> None:
    session = begin(role="builder")
    session.act(Action.of("leave", name="vera"))
    assert session.picture["vera"]["got"] is None
    assert "Vera" not in {c.name for c in result(session).changes}


def test_a_searcher_orders_nothing() -> None:
    with pytest.raises(InvalidAction, match="a searcher orders nothing"):
        begin(Action.of("move", name="vera", later=False))


def test_a_builders_block_follows_his_attack() -> None:
    session = begin(role="builder")
    session.act(Action.of("attack", attack="sandwich"))
    assert session.state.order[-2:] == ("you-buy", "you-sell")
    session.act(Action.of("attack", attack="front-run"))
    assert "you-sell" not in session.state.order
    session.act(Action.of("attack", attack="none"))
    assert session.state.order == ("erin", "vera", "dan-1", "dan-2")


# The mempool


def test_a_replacement_pays_a_tenth_more_or_is_refused() -> None:
    session = begin()
    before = session.state
    with pytest.raises(ReplacementUnderpriced, match="required 69300000000"):
        session.act(Action.of("bump", name="vera", percent=9))
    assert session.state == before
    session.act(Action.of("bump", name="vera", percent=10))
    [vera] = [w for w in result(session).waiting if w.name == "vera"]
    assert (vera.tip, vera.fee) == (3_300_000_000, 69_300_000_000)
    assert len(result(session).waiting) == 4


def test_a_replacement_changes_the_place() -> None:
    session = begin(*[Action.of("bump", name="vera", percent=50)] * 2)
    assert outcome(session)[0] == ("vera", True)


def test_without_room_the_cheapest_goes() -> None:
    session = begin(Action("crowd"), Action("crowd"), attack="sandwich")
    assert len(result(session).waiting) == ROOM
    session.act(Action("crowd"))
    # The learner's own sale offers least: the sandwich stays half done.
    assert result(session).evicted == ("you-sell",)
    assert dict(outcome(session))["you-buy"]
    assert session.picture["gain"]["sign"] == "open"
    with pytest.raises(InvalidAction, match="nobody else comes"):
        session.act(Action("crowd"))


def test_who_offers_no_more_than_the_cheapest_finds_no_room() -> None:
    crowd = tuple(Sent(name, 90 * GWEI, 90 * GWEI) for name in ("gus", "hana"))
    poor = OrderingState(
        attack="sandwich",
        sent=(*STANDARD, *crowd, Sent("ivo", 62 * GWEI, 62 * GWEI)),
        prediction=Prediction("skipped"),
    )
    with pytest.raises(MempoolFull, match="8 transactions wait"):
        LESSON.check(poor)
    richer = (*STANDARD, *crowd, Sent("ivo", 62 * GWEI, 62 * GWEI + 1))
    assert replace(poor, sent=richer).result.evicted == ("you-sell",)


# Every amount


def test_every_amount_is_tried_on_the_chain() -> None:
    session = begin(Action("sweep"))
    finish(session)
    points = session.picture["points"]
    assert [amount for amount, _, _ in points] == list(AMOUNTS)
    assert all(trades for _, _, trades in points)
    gains = {amount: gain for amount, gain, _ in points}
    assert gains[10] < gains[100] < gains[1000]
    session.act(Action.of("amount", amount=1000))
    assert session.picture["gain"]["ether"] == f"+{gains[1000] / 1e6:.6f}"
    assert session.picture["points"] == points
    # Another tip makes other numbers.
    session.act(Action.of("first", tip=6))
    assert session.picture["points"] == []


def test_under_a_limit_no_amount_pays() -> None:
    session = begin(Action.of("limit", limit=10), Action("sweep"))
    finish(session)
    points = session.picture["points"]
    assert all(gain < 0 for _, gain, _ in points)
    assert not points[-1][2]


def test_a_trial_can_be_stopped() -> None:
    session = begin(Action("sweep"))
    session.act(Action.of("tick", revision=session.revision))
    session.act(Action("stop"))
    assert 0 < len(session.picture["points"]) < len(AMOUNTS)
    assert session.envelope()["progress"] is None


# The question and the rest


def test_the_answer_is_less_and_hidden_before() -> None:
    session = begin(ask=True)
    assert session.picture["predict"]["answer"] is None
    assert "1.188" not in str(session.picture)
    session.act(Action.of("predict", guess=0))
    picture = session.picture
    assert picture["predict"]["answer"] == 1
    assert "1.1880 GLD, 28.5 % less" in picture["predict"]["verdict"]
    assert picture["attack"] == "sandwich"
    assert picture["vera"]["got"].startswith("1.188")


def test_who_attacks_is_shown_the_answer() -> None:
    session = begin(Action.of("attack", attack="front-run"), ask=True)
    assert session.picture["predict"]["step"] == "skipped"


def test_other_seeds_bring_other_tips_and_the_chain_is_left_as_it_was() -> None:
    tips = {begin(seed=seed).state.sent for seed in range(4)}
    assert len(tips) == 4
    first = begin(attack="sandwich").picture
    begin(Action.of("sealed", on=True), seed=3, attack="front-run")
    assert begin(attack="sandwich").picture == first


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"first": 51},
        {"limit": WHOLE + 1},
        {"sent": (Sent("you-buy", 1, 2),)},
        {"sent": (Sent("vera", 3, 2),)},
        {"sent": (*STANDARD, Sent("nobody", 1, 1))},
        {"sent": STANDARD * (SENT_LIMIT // 4 + 1)},
        {"order": ("vera", "vera")},
        {"order": ("nobody",)},
        {"left": 3},
        {"left": len(AMOUNTS)},
        {"attack": "sandwich", "points": ((20, 0, True),)},
        {"attack": "sandwich", "points": ((10, 10**11, True),)},
        {"attack": "sandwich", "prediction": Prediction()},
    ],
)
def test_states_that_no_action_leads_to_are_refused(changes) -> None:
    state = OrderingState(**{"prediction": Prediction("skipped"), **changes})
    with pytest.raises(ProtocolError):
        LESSON.check(state)
