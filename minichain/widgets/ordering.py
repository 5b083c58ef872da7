"""The ordering lab: a mempool that all can read, and a builder who orders the block.

What a learner is to see: an order can be read before it is carried out, so whoever
reads it can trade ahead of it; tips buy the place; a limit on the price or a commitment
takes the gain away; and a builder needs no tips at all.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from minichain.widgets.base import (
    OPEN,
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Prediction,
    Progress,
    Twin,
    Widget,
)
from minichain.widgets.ordering_case import ORDERS
from minichain.widgets.ordering_moves import (
    MOVES,
    attack_by,
    draw_sent,
    read_attack,
    take_role,
)
from minichain.widgets.ordering_stage import WHOLE
from minichain.widgets.ordering_state import (
    AMOUNT_LIMIT,
    AMOUNTS,
    ATTACKS,
    PRICE_LIMIT,
    SENT_LIMIT,
    TIP_LIMIT,
    AttackName,
    OrderingState,
)
from minichain.widgets.ordering_view import CHOICES, draw_ordering, draw_question
from minichain.widgets.ordering_words import describe_ordering, summarize_ordering


class OrderingLesson(Lesson[OrderingState]):
    """Trade around somebody's order, by tips or as the builder; then defend it."""

    name = "ordering"
    title = "Mempool and ordering"
    prompt = "Vera's trade waits where all can read it. Trade around it, or defend it."
    options: ClassVar[Mapping[str, Any]] = {
        "role": "searcher",
        "attack": "none",
        "amount": 1_000,
        "limit": WHOLE,
        "sealed": False,
        "ask": True,
    }
    merging = frozenset({"amount", "first", "second", "limit"})
    state_type = OrderingState

    def initial(self, seed: int, options: Mapping[str, Any]) -> OrderingState:
        """Return the mempool at the beginning; the seed decides the others' tips."""
        given = Action.of("options", **options)
        attack = read_attack(given)
        open_now = options["ask"] and attack == "none"
        state = OrderingState(
            attack=attack,
            amount=given.integer("amount", 1, AMOUNT_LIMIT),
            limit=given.integer("limit", 0, WHOLE),
            sealed=given.flag("sealed"),
            sent=draw_sent(seed),
            prediction=OPEN if open_now else Prediction("skipped"),
        )
        return take_role(state, given)

    def apply(self, state: OrderingState, action: Action) -> OrderingState:
        """Return the state after an attack, a defence, an order or a guess."""
        change = MOVES.get(action.type)
        if change is None:
            guessed = state.prediction.after(action, len(CHOICES) - 1)
            attack: AttackName = "none" if guessed.is_open else "sandwich"
            after = replace(state, prediction=guessed, amount=1_000, limit=WHOLE)
            after = replace(after, left=0, points=())
            after = attack_by(replace(after, sealed=False, role="searcher"), attack)
        else:
            after = change(state, action)
            if action.type not in ("amount", "sweep"):
                after = replace(after, left=0, points=())
        self.check(after)
        return after

    def check(self, state: OrderingState) -> None:
        """Refuse what no action makes, and what the mempool refuses."""
        state.prediction.check(len(CHOICES) - 1)
        bounds = {
            "amount": (state.amount, 1, AMOUNT_LIMIT),
            "first": (state.first, 0, TIP_LIMIT),
            "second": (state.second, 0, TIP_LIMIT),
            "limit": (state.limit, 0, WHOLE),
            "sent": (len(state.sent), 0, SENT_LIMIT),
        }
        for sent in state.sent:
            bounds |= {
                "fee": (sent.fee, 0, PRICE_LIMIT),
                "tip": (sent.tip, 0, sent.fee),
            }
            if sent.name not in ORDERS or sent.name in ATTACKS["sandwich"]:
                raise InvalidAction("send", f"nobody else sends {sent.name!r}")
            for name, (value, low, high) in bounds.items():
                if not low <= value <= high:
                    raise InvalidAction(name, f"{value} is not {low} to {high}")
        if len(set(state.order)) < len(state.order) or set(state.order) - set(ORDERS):
            raise InvalidAction("order", f"{', '.join(state.order)}")
        if state.prediction.is_open and state.attack != "none":
            raise InvalidAction("attack", "the answer is shown before the question")
        tried = tuple(amount for amount, _, _ in state.points)
        if tried != AMOUNTS[: len(tried)] or state.left not in (
            0,
            len(AMOUNTS) - len(tried),
        ):
            raise InvalidAction("sweep", f"{tried} are tried, {state.left} are left")
        if any(abs(gain) > AMOUNT_LIMIT * 10**6 for _, gain, _ in state.points):
            raise InvalidAction("sweep", "a gain is out of bounds")
        if (tried or state.left) and state.attack != "sandwich":
            raise InvalidAction("sweep", "only a sandwich is tried")
        # What the mempool refuses, it refuses here.
        _ = state.result, state.calm

    def view(self, state: OrderingState) -> Picture:
        """Return the mempool, the block, and who gained and lost."""
        return draw_ordering(state) | {
            "limits": {"amount": AMOUNT_LIMIT, "tip": TIP_LIMIT, "whole": WHOLE},
            "predict": draw_question(state.prediction),
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the mempool, the block and the changes in words and tables."""
        return describe_ordering(picture)

    def summarize(self, picture: Picture) -> str:
        """Return what Vera got, and what the learner gained."""
        return summarize_ordering(picture)

    def progress(self, state: OrderingState) -> Progress | None:
        """Return how many amounts have been tried."""
        if not state.left:
            return None
        return Progress("Trying amounts", len(AMOUNTS) - state.left, len(AMOUNTS))

    def advance(self, state: OrderingState, count: int) -> OrderingState:
        """Return the state after at most ``count`` more amounts."""
        for _ in range(min(count, state.left)):
            point = state.try_amount(AMOUNTS[len(state.points)])
            points = (*state.points, point)
            state = replace(state, points=points, left=state.left - 1)
        return state

    def stop(self, state: OrderingState) -> OrderingState:
        """Return the state with the amounts that were tried."""
        return replace(state, left=0)


class MempoolOrdering(Widget):
    """The lab; options: ``role``, ``attack``, ``amount``, ``limit``, ``sealed``."""

    lesson = OrderingLesson()
