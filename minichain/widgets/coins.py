"""Coins and accounts: the same payments, kept in two kinds of books.

On the left a set of unspent outputs, as Bitcoin keeps it; on the right balances and
nonces, as Ethereum keeps them. Each payment is made in both, by the package's own
ledgers, and so is each attempt to pay twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from minichain.widgets.base import (
    OPEN,
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Prediction,
    Twin,
    Widget,
)
from minichain.widgets.coins_books import AMOUNT_LIMIT, PEOPLE, Payment, keep_books
from minichain.widgets.coins_view import describe_books, draw_books, summarize_books

PAYMENT_LIMIT = 40
"""Most payments in one story."""

GUESS_LIMIT = 12
"""Most coins that the question lets one guess."""


@dataclass(frozen=True)
class CoinsState:
    """The payments made, and what is being tried.

    Attributes
    ----------
    payments : tuple of Payment
        What both books have taken.
    attempt : str
        The last trick: ``double`` hands in a spent coin again, ``replay`` a used
        transaction.
    payer, payee : str
        Who is to pay whom next.
    amount : int
        How much.
    prediction : Prediction
        How many coins the learner expects after the first payment.
    """

    payments: tuple[Payment, ...] = ()
    attempt: Literal["none", "double", "replay"] = "none"
    payer: str = "Ada"
    payee: str = "Ben"
    amount: int = 30
    prediction: Prediction = OPEN


class CoinsLesson(Lesson[CoinsState]):
    """Make payments, and see coins consumed here and balances moved there."""

    name = "coins"
    title = "Coins and accounts"
    prompt = "Make the same payment in both books, then try to make it twice."
    options: ClassVar[Mapping[str, Any]] = {"ask": True}
    merging = frozenset({"amount"})
    state_type = CoinsState

    def initial(self, seed: int, options: Mapping[str, Any]) -> CoinsState:
        """Return books in which everybody has one coin, or one balance, of 100."""
        return CoinsState(prediction=OPEN if options["ask"] else Prediction("skipped"))

    def apply(self, state: CoinsState, action: Action) -> CoinsState:
        """Return the state after a payment, a trick, an edit or a guess."""
        match action.type:
            case "payer":
                return replace(state, payer=action.choice("name", PEOPLE))
            case "payee":
                return replace(state, payee=action.choice("name", PEOPLE))
            case "amount":
                amount = action.integer("amount", 1, AMOUNT_LIMIT)
                return replace(state, amount=amount)
            case "pay":
                return _pay(state)
            case "double" | "replay":
                if not state.payments:
                    raise InvalidAction(action.type, "nothing has been paid yet")
                trick: Literal["double", "replay"] = (
                    "double" if action.type == "double" else "replay"
                )
                return replace(state, attempt=trick)
        guessed = state.prediction.after(action, GUESS_LIMIT)
        return replace(state, prediction=guessed)

    def check(self, state: CoinsState) -> None:
        """Refuse names nobody has, amounts out of bounds, payments nobody can make."""
        state.prediction.check(GUESS_LIMIT)
        if len(state.payments) > PAYMENT_LIMIT:
            raise InvalidAction("pay", f"more than {PAYMENT_LIMIT} payments")
        made = [*state.payments, Payment(state.payer, state.payee, state.amount)]
        for payment in made:
            if payment.payer not in PEOPLE or payment.payee not in PEOPLE:
                raise InvalidAction("pay", "a name that nobody has")
            if not 1 <= payment.amount <= AMOUNT_LIMIT:
                raise InvalidAction("amount", f"not 1 to {AMOUNT_LIMIT}")
        if state.attempt != "none" and not state.payments:
            raise InvalidAction(state.attempt, "nothing has been paid yet")
        keep_books(state.payments)

    def view(self, state: CoinsState) -> Picture:
        """Return both books and what came of the last trick."""
        return draw_books(state)

    def describe(self, picture: Picture) -> Twin:
        """Return both books in words and tables."""
        return describe_books(picture)

    def summarize(self, picture: Picture) -> str:
        """Return what the last payment or trick brought about."""
        return summarize_books(picture)


class CoinsAndAccounts(Widget):
    """Coins and accounts as a widget; the option is ``ask``."""

    lesson = CoinsLesson()


def _pay(state: CoinsState) -> CoinsState:
    if len(state.payments) >= PAYMENT_LIMIT:
        raise InvalidAction("pay", f"a story has at most {PAYMENT_LIMIT} payments")
    payment = Payment(state.payer, state.payee, state.amount)
    payments = (*state.payments, payment)
    # What either book refuses is an error that names its rule, and changes neither.
    keep_books(payments)
    return replace(state, payments=payments, attempt="none")
