"""Coins and accounts: the same payments in two books, and the same one twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.errors import ProtocolError
from minichain.widgets import CoinsAndAccounts
from minichain.widgets.base import Action
from minichain.widgets.coins import CoinsLesson
from minichain.widgets.coins_books import PEOPLE, Payment, keep_books
from tests.widgets.laws import check_lesson


def test_a_payment_consumes_a_coin_and_makes_two():
    widget = CoinsAndAccounts(ask=False)
    widget.act("pay")
    picture = widget.view["picture"]
    worth = sorted((c["owner"], c["value"]) for c in picture["coins"])
    assert worth == [("Ada", 70), ("Ben", 30), ("Ben", 100), ("Cleo", 100)]
    assert [(c["owner"], c["value"]) for c in picture["spent"]] == [("Ada", 100)]
    balances = [(a["owner"], a["balance"], a["nonce"]) for a in picture["accounts"]]
    assert balances == [("Ada", 70, 1), ("Ben", 130, 0), ("Cleo", 100, 0)]


def test_the_same_coin_twice_and_the_same_transaction_twice_are_refused():
    widget = CoinsAndAccounts(ask=False)
    widget.act("pay")
    widget.act("double")
    assert "refused by the rule" in widget.view["picture"]["said"]
    widget.act("replay")
    assert "refused by the rule nonce" in widget.view["picture"]["said"]


def test_a_trick_without_a_payment_is_refused():
    with pytest.raises(ProtocolError, match="nothing has been paid yet"):
        CoinsAndAccounts(ask=False).act("double")


def test_more_than_one_owns_cannot_be_paid_and_changes_nothing():
    widget = CoinsAndAccounts(ask=False)
    widget.act("amount", amount=101)
    before = widget.state
    with pytest.raises(ProtocolError):
        widget.act("pay")
    assert widget.state == before


payments = st.lists(
    st.builds(
        Payment, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(1, 120)
    ),
    max_size=5,
).map(tuple)


@given(payments)
@settings(max_examples=30)
def test_both_books_say_the_same_of_everybody(story):
    try:
        books = keep_books(story)
    except ProtocolError as error:
        assert error.rule
        return
    for owner, balance, _ in books.accounts:
        assert sum(value for _, who, value, _ in books.coins if who == owner) == balance
    assert sum(balance for _, balance, _ in books.accounts) == 300


actions = st.one_of(
    st.sampled_from(
        [Action("pay"), Action("double"), Action("replay"), Action("skip")]
    ),
    st.builds(lambda amount: Action.of("amount", amount=amount), st.integers(0, 301)),
    st.builds(
        lambda kind, name: Action.of(kind, name=name),
        st.sampled_from(["payer", "payee"]),
        st.sampled_from([*PEOPLE, "Nobody"]),
    ),
)


@given(st.lists(actions, max_size=8))
@settings(max_examples=15)
def test_the_lesson_keeps_the_laws(story):
    check_lesson(CoinsLesson(), story)
