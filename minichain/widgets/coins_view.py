"""What the lesson on coins and accounts shows of a state, as data and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minichain.widgets.base import Picture, Table, Twin
from minichain.widgets.coins_books import (
    AMOUNT_LIMIT,
    PEOPLE,
    keep_books,
    try_twice,
)

if TYPE_CHECKING:
    from minichain.widgets.coins import CoinsState

QUESTION = (
    "Three people own one coin of 100 each. Ada pays Ben 30. How many coins are there "
    "then?"
)
"""Asked at the beginning."""

ANSWER = 4
"""Ben's and Cleo's coins, the one Ben is paid with, and Ada's change."""

VERDICT = (
    "Four. Ada's coin of 100 is gone. It became a coin of 30 for Ben and one of 70 for "
    "Ada, the change. Nothing was added to the coin Ben had."
)
"""Said once the question is answered."""


def draw_books(state: CoinsState) -> Picture:
    """Return the picture of a state."""
    books = keep_books(state.payments)
    said = "" if state.attempt == "none" else try_twice(state.payments, state.attempt)
    return {
        "people": list(PEOPLE),
        "payer": state.payer,
        "payee": state.payee,
        "amount": state.amount,
        "limit": AMOUNT_LIMIT,
        "payments": len(state.payments),
        "last": _tell_last(state),
        "coins": [
            {"name": name, "owner": owner, "value": value, "fresh": fresh}
            for name, owner, value, fresh in books.coins
        ],
        "spent": [
            {"name": name, "owner": owner, "value": value}
            for name, owner, value in books.spent
        ],
        "accounts": [
            {"owner": owner, "balance": balance, "nonce": nonce}
            for owner, balance, nonce in books.accounts
        ],
        "attempt": state.attempt,
        "said": said,
        "predict": state.prediction.picture(
            QUESTION, high=12, unit="coins", answer=ANSWER, verdict=VERDICT
        ),
    }


def _tell_last(state: CoinsState) -> str:
    if not state.payments:
        return ""
    last = state.payments[-1]
    return f"{last.payer} paid {last.payee} {last.amount}"


def summarize_books(picture: Picture) -> str:
    """Return what the last payment or trick brought about."""
    if picture["said"]:
        what = "coin" if picture["attempt"] == "double" else "transaction"
        return f"The same {what} again: {picture['said']}."
    if not picture["last"]:
        return "Nothing has been paid yet."
    spent, coins = len(picture["spent"]), len(picture["coins"])
    return f"{picture['last']}: {spent} coins consumed, {coins} unspent now."


def describe_books(picture: Picture) -> Twin:
    """Return a picture in words and tables."""

    def row(item: dict[str, Any], *names: str) -> tuple[str, ...]:
        return tuple(str(item[name]) for name in names)

    coins = tuple(row(coin, "name", "owner", "value") for coin in picture["coins"])
    spent = tuple(row(coin, "name", "owner", "value") for coin in picture["spent"])
    accounts = tuple(row(a, "owner", "balance", "nonce") for a in picture["accounts"])
    return [
        summarize_books(picture),
        Table("Unspent coins", ("coin", "owner", "worth"), coins),
        Table("Consumed by the last payment", ("coin", "owner", "worth"), spent),
        Table("Accounts", ("owner", "balance", "nonce"), accounts),
    ]
