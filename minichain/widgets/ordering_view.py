"""What the ordering lab shows of a state, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minichain.units import ETHER, GWEI
from minichain.widgets.base import Picture, Prediction
from minichain.widgets.ordering_case import (
    ROOM,
    STANDARD,
    Line,
    Result,
    Sent,
    owner_of,
    play,
)
from minichain.widgets.ordering_stage import WHOLE, Terms

if TYPE_CHECKING:
    from minichain.widgets.ordering_state import OrderingState

SAYS = {
    "vera": "buys GLD for 1 ether",
    "dan-1": "pays 0.1 ether",
    "dan-2": "pays 0.1 ether again",
    "erin": "pays 0.1 ether",
    "you-buy": "buy GLD",
    "you-sell": "sell all of it",
    "gus": "pays 0.1 ether",
    "hana": "pays 0.1 ether",
    "ivo": "pays 0.1 ether",
}
"""What each transaction does."""

QUESTION = (
    "A pool holds 5 ether and 10 GLD. It quotes Vera 1.66 GLD for 1 ether, and her "
    "order waits, with no limit on the price. You buy for 1 ether just before her. "
    "What does she get?"
)
"""Asked at the beginning."""

CHOICES = (
    "1.66 GLD: the price is what she was quoted",
    "about 1.19 GLD: your purchase moved the price",
    "nothing: the pool refuses her",
)
"""Answers to pick from."""


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    terms = Terms(1_000, WHOLE, sealed=False, blind=False)
    buy = Sent("you-buy", 4 * GWEI, 64 * GWEI)
    got = _veras(play(terms, (*STANDARD, buy), None))
    quoted = _veras(play(terms, STANDARD, None))
    assert got is not None
    assert quoted is not None
    answer = 0 if got == quoted else 1 if got else 2
    guess = ""
    if prediction.guess is not None:
        guess = "Right. " if prediction.guess == answer else "Not so. "
    return prediction.picture(
        QUESTION,
        high=len(CHOICES) - 1,
        choices=CHOICES,
        answer=answer,
        verdict=f"{guess}She gets {tell(got)} GLD, {100 - 100 * got / quoted:.1f} % "
        "less. A quote holds for the block in which it was asked, and only as long as "
        "nobody trades before.",
    )


def draw_ordering(state: OrderingState) -> Picture:
    """Return the picture of a state."""
    result, calm = state.result, state.calm
    included = [line.name for line in result.lines]
    order = state.order if state.role == "builder" else ()
    waiting = [waiting.name for waiting in result.waiting]
    return {
        "role": state.role,
        "attack": state.attack,
        "amount": state.amount,
        "first": state.first,
        "second": state.second,
        "limit": state.limit,
        "sealed": state.sealed,
        "blind": state.blind,
        "room": ROOM,
        "base_fee": tell_gwei(result.base_fee),
        "waiting": [
            {
                "name": at.name,
                "who": owner_of(at.name),
                "says": says(at.name, state.amount),
                "nonce": at.nonce,
                "tip": tell_gwei(at.tip),
                "fee": tell_gwei(at.fee),
            }
            for at in result.waiting
        ],
        "evicted": [
            {"who": owner_of(name), "says": says(name, state.amount)}
            for name in result.evicted
        ],
        "order": [name for name in order if name in waiting] or included,
        "lines": [_draw_line(line, state.amount) for line in result.lines],
        "refused": list(result.refused) if result.refused else None,
        "changes": _draw_changes(result),
        "vera": _draw_vera(result, calm),
        "gain": _gain(result),
        "pool": [
            [tell(ether), tell(tokens)]
            for ether, tokens in (result.before, result.after)
        ],
        "block": result.block,
        "points": [list(point) for point in state.points],
    }


def says(name: str, amount: int) -> str:
    """Return what a transaction does, in words."""
    if name == "you-buy":
        return f"buy GLD for {amount / 1_000:g} ether"
    return SAYS[name]


def _draw_line(line: Line, amount: int) -> dict[str, Any]:
    coin = "ether" if line.name == "you-sell" else "GLD"
    return {
        "name": line.name,
        "who": owner_of(line.name),
        "says": says(line.name, amount),
        "ok": line.succeeded,
        "reason": line.reason,
        "got": f"{tell(line.got)} {coin}" if line.got else "",
        "gas": line.gas,
        "tip": tell_gwei(line.tip),
    }


def _draw_changes(result: Result) -> list[dict[str, str]]:
    """Return who has more and who has less, the builder among them."""
    rows = [
        {
            "who": change.name,
            "ether": tell_change(change.ether),
            "tokens": tell_change(change.tokens),
            "fees": tell_change(-change.fees),
        }
        for change in result.changes
    ]
    if result.lines:
        pool = [b - a for a, b in zip(result.before, result.after, strict=True)]
        rows.append(
            {
                "who": "The pool",
                "ether": tell_change(pool[0]),
                "tokens": tell_change(pool[1]),
                "fees": "",
            }
        )
        rows.append(
            {
                "who": "The builder",
                "ether": "",
                "tokens": "",
                "fees": tell_change(result.tips),
            }
        )
        rows.append(
            {"who": "Burnt", "ether": "", "tokens": "", "fees": tell(result.burnt, 6)}
        )
    return rows


def _draw_vera(result: Result, calm: Result) -> dict[str, Any]:
    """Return what Vera got, beside what she would have got without the learner."""
    got, fair = _veras(result), _veras(calm)
    lost = None
    if got is not None and fair:
        lost = round(WHOLE * (fair - got) / fair)
    return {
        "got": None if got is None else tell(got, 18),
        "fair": None if fair is None else tell(fair, 18),
        "lost": lost,
    }


def _veras(result: Result) -> int | None:
    """Return the base units that Vera got; None where she is not in the block."""
    return next((line.got for line in result.lines if line.name == "vera"), None)


def _gain(result: Result) -> dict[str, str] | None:
    """Return what the learner has gained after fees; None where he did nothing."""
    mine = next((change for change in result.changes if change.name == "You"), None)
    if mine is None:
        return None
    ether = mine.ether - mine.fees
    sign = "good" if ether > 0 and mine.tokens >= 0 else "bad"
    if mine.tokens > 0:
        sign = "open"
    return {
        "ether": tell_change(ether, 6),
        "tokens": tell_change(mine.tokens),
        "sign": sign,
    }


def tell(amount: int, digits: int = 4) -> str:
    """Return wei or base units in whole coins, cut after so many digits."""
    whole, rest = divmod(amount, ETHER)
    return f"{whole}.{rest:018d}"[: len(str(whole)) + 1 + digits]


def tell_change(amount: int, digits: int = 4) -> str:
    """Return a change with its sign; nothing for none."""
    if not amount:
        return ""
    shown = tell(abs(amount), digits)
    if not shown.strip("0."):
        shown = tell(abs(amount), 6)
    return f"{'+' if amount > 0 else '−'}{shown}"


def tell_gwei(wei: int) -> str:
    """Return wei a gas in gwei."""
    return f"{wei / GWEI:.4g}"
