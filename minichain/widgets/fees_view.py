"""What the fee market shows of a state, as data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from minichain.chain.execution import ELASTICITY, compute_base_fee
from minichain.chain.fee_demand import MINT_LOAD, compute_rest
from minichain.chain.fee_market import GAS_LIMIT, BaseFeeMarket, Sale
from minichain.units import GWEI, BlockNumber, Gas, Wei
from minichain.widgets.base import Picture, Prediction
from minichain.widgets.fees_story import Course, is_yours, tell
from minichain.widgets.fees_words import SUMS

if TYPE_CHECKING:
    from minichain.widgets.fees import FeesState

STEP = 100_000
"""Gas in a step of the rule's example."""

FULL = GAS_LIMIT // STEP
"""Steps of a full block."""

EXAMPLE_FEE = GWEI
"""The base fee that the rule's example begins with."""

GUESS = (100, 1)
"""The highest and the lowest guess, in blocks."""

SHOWN = 80
"""Blocks of the chart."""

LADDER = (1, 2, 3, 5, 10, 15, 19, 20, 25, 30, 40)
"""After how many equal blocks the rule's fee is shown."""

QUESTION = (
    "A mint begins, and from now on every block is full. After how many full blocks "
    "does gas cost ten times as much as before?"
)
"""Asked at the beginning."""


def climb(used: int, count: int) -> list[Wei]:
    """Return the base fee before and after each of some equal blocks, in wei."""
    head = BaseFeeMarket.open(EXAMPLE_FEE).head
    fees: list[Wei] = [EXAMPLE_FEE]
    for _ in range(count):
        full = replace(head, gas_used=Gas(used), base_fee_per_gas=fees[-1])
        fees.append(compute_base_fee(full))
    return fees


def count_to(factor: int, used: int) -> int | None:
    """Return after how many equal blocks the fee is so many times as high, or None."""
    fees = climb(used, GUESS[0])
    return next((n for n, fee in enumerate(fees) if fee >= factor * fees[0]), None)


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    answer = count_to(10, GAS_LIMIT)
    assert answer is not None
    guess = "" if prediction.guess is None else f"You said {prediction.guess}. "
    return prediction.picture(
        QUESTION,
        high=GUESS[0],
        low=GUESS[1],
        unit="full blocks",
        answer=answer,
        verdict=f"{guess}After {answer}: each full block adds an eighth to the base "
        f"fee, and 1.125 to the power of {answer} is {1.125**answer:.1f}. With a block "
        f"every 12 seconds that is {answer * 12 // 60} minutes.",
    )


def draw_fees(state: FeesState) -> Picture:
    """Return the picture of a state."""
    fees, bids = tell(state.seed, state.seasons)
    assert isinstance(fees.market, BaseFeeMarket)
    sums = [_draw_sums(course) for course in (fees, bids)]
    first = max(0, len(fees.rows) - SHOWN)
    return {
        "tab": state.tab,
        "load": state.load,
        "tip": state.tip,
        "mint": state.mint,
        "mint_load": MINT_LOAD,
        "next_fee": compute_base_fee(fees.market.head),
        "rest": None if state.mint else compute_rest(state.load),
        "blocks": len(fees.rows),
        "target": GAS_LIMIT // ELASTICITY,
        "limit": GAS_LIMIT,
        "chart": [
            {
                "block": first + place + 1,
                "fee": row.base_fee,
                "gas": row.gas,
                "bid": bid.paid // bid.gas if bid.gas else None,
                "mint": season.mint,
            }
            for place, (row, bid, season) in enumerate(
                zip(
                    fees.rows[first:],
                    bids.rows[first:],
                    state.seasons[first:],
                    strict=True,
                )
            )
        ],
        "last": [
            _draw_last(course.last, course.rows[-1].base_fee if course.rows else 0)
            for course in (fees, bids)
        ],
        "sums": sums,
        "figures": [
            [name, *(tell(side[key]) for side in sums)] for name, key, tell in SUMS
        ],
        "order": {"fee": state.fee, "tip": state.your_tip, "sent": state.sent},
        "orders": _draw_orders(state, fees, bids),
        "rule": _draw_rule(state),
    }


def _draw_last(sales: tuple[Sale, ...], base_fee: int) -> dict[str, Any]:
    """Return what each user of the last block paid for a unit of gas, in wei."""
    return {
        "base_fee": base_fee,
        "prices": [sale.price for sale in sales],
        "yours": [place for place, sale in enumerate(sales) if is_yours(sale.wish)],
    }


def _draw_sums(course: Course) -> dict[str, Any]:
    """Return the figures of all blocks together."""
    rows = course.rows
    gas, paid = sum(r.gas for r in rows), sum(r.paid for r in rows)
    served = sum(r.served for r in rows)
    burnt = sum(r.burnt for r in rows)
    return {
        "price": paid // gas if gas else None,
        "paid": paid,
        "burnt": burnt,
        "tips": paid - burnt,
        "overpaid": 10_000 * sum(r.overpaid for r in rows) // paid if paid else None,
        "waited": 100 * sum(r.waited for r in rows) // served if served else None,
        "served": served,
        "gave_up": sum(r.gave_up for r in rows),
        "waiting": len(course.market.waiting),
        "saved": sum(r.saved for r in rows),
    }


def _draw_orders(state: FeesState, fees: Course, bids: Course) -> list[dict[str, Any]]:
    """Return the learner's orders, the newest first."""
    found = [{s.wish.arrived: s for s in c.yours} for c in (fees, bids)]
    orders = [
        {
            "block": number,
            "fee": season.fee,
            "tip": season.your_tip,
            "got": [_draw_sale(sold.get(BlockNumber(number))) for sold in found],
        }
        for number, season in enumerate(state.seasons, 1)
        if season.fee
    ]
    return orders[:-4:-1]


def _draw_sale(sale: Sale | None) -> dict[str, Any] | None:
    if sale is None:
        return None
    return {
        "block": sale.wish.arrived + sale.waited,
        "price": sale.price,
        "paid": sale.paid,
    }


def _draw_rule(state: FeesState) -> dict[str, Any]:
    used = state.used * STEP
    is_hidden = state.prediction.is_open
    fees = climb(used, max(LADDER))
    return {
        "used": state.used,
        "gas": used,
        "fee": fees[0],
        "next": fees[1],
        "ladder": [] if is_hidden else [[n, fees[n]] for n in LADDER],
        "tenfold": None if is_hidden else count_to(10, used),
    }
