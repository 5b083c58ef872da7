"""The moves of the ordering lab: each takes a state and an action to the next state."""

from dataclasses import replace
from typing import get_args

from minichain.crypto.hashing import sha256
from minichain.units import GWEI
from minichain.widgets.base import Action, InvalidAction, Prediction
from minichain.widgets.ordering_case import STANDARD, Sent, play
from minichain.widgets.ordering_stage import WHOLE
from minichain.widgets.ordering_state import (
    AMOUNT_LIMIT,
    AMOUNTS,
    ATTACKS,
    ROOM_ABOVE,
    STRANGER_TIP,
    STRANGERS,
    TIP_LIMIT,
    AttackName,
    OrderingState,
    RoleName,
)


def draw_sent(seed: int) -> tuple[Sent, ...]:
    """Return what the others sent, with other tips for every seed but 0."""
    if not seed:
        return STANDARD
    luck = sha256(f"tips of story {seed}".encode())
    tips = [GWEI * (1 + byte % 12) for byte in luck]
    return tuple(
        Sent(sent.name, tip, tip + ROOM_ABOVE)
        for sent, tip in zip(STANDARD, tips, strict=False)
    )


def read_attack(action: Action) -> AttackName:
    """Return the attack that an action names."""
    name = action.choice("attack", get_args(AttackName))
    return next(known for known in ATTACKS if known == name)


def attack_by(state: OrderingState, attack: AttackName) -> OrderingState:
    """Return the state under an attack; new transactions go behind the others."""
    kept = tuple(n for n in state.order if n not in ATTACKS["sandwich"])
    mine = [n for n in state.order if n in ATTACKS[attack]]
    late = [n for n in ATTACKS[attack] if n not in mine]
    order = tuple(n for n in state.order if n in kept or n in mine)
    return replace(state, attack=attack, order=(*order, *late))


def _attack(state: OrderingState, action: Action) -> OrderingState:
    attack = read_attack(action)
    if attack != "none" and state.prediction.is_open:
        # Whoever attacks asks to be shown.
        state = replace(state, prediction=Prediction("skipped"))
    return attack_by(state, attack)


def take_role(state: OrderingState, action: Action) -> OrderingState:
    """Return the state in a role: a builder begins with what the tips made."""
    name = action.choice("role", get_args(RoleName))
    if name == "searcher":
        return replace(state, role="searcher")
    offered = play(state.terms, state.all_sent, None)
    order = tuple(waiting.name for waiting in offered.waiting)
    return replace(state, role="builder", order=order)


def _set_amount(state: OrderingState, action: Action) -> OrderingState:
    return replace(state, amount=action.integer("amount", 1, AMOUNT_LIMIT))


def _set_first(state: OrderingState, action: Action) -> OrderingState:
    return replace(state, first=action.integer("tip", 0, TIP_LIMIT))


def _set_second(state: OrderingState, action: Action) -> OrderingState:
    return replace(state, second=action.integer("tip", 0, TIP_LIMIT))


def _set_limit(state: OrderingState, action: Action) -> OrderingState:
    return replace(state, limit=action.integer("limit", 0, WHOLE))


def _seal(state: OrderingState, action: Action) -> OrderingState:
    return replace(state, sealed=action.flag("on"))


def _go_blind(state: OrderingState, action: Action) -> OrderingState:
    return replace(state, blind=action.flag("on"))


def _bump(state: OrderingState, action: Action) -> OrderingState:
    """Send somebody's transaction again, with a fee so many per cent higher."""
    names = tuple(dict.fromkeys(sent.name for sent in state.sent))
    name = action.choice("name", names)
    percent = action.integer("percent", 1, 100)
    before = next(sent for sent in reversed(state.sent) if sent.name == name)
    tip, fee = (-(-x * (100 + percent) // 100) for x in (before.tip, before.fee))
    return replace(state, sent=(*state.sent, Sent(name, tip, fee)))


def _crowd(state: OrderingState, action: Action) -> OrderingState:
    """Let a stranger's payment arrive."""
    known = {sent.name for sent in state.sent}
    name = next((name for name in STRANGERS if name not in known), None)
    if name is None:
        raise InvalidAction("crowd", "nobody else comes")
    sent = Sent(name, STRANGER_TIP, STRANGER_TIP + ROOM_ABOVE)
    return replace(state, sent=(*state.sent, sent), order=(*state.order, name))


def _sweep(state: OrderingState, action: Action) -> OrderingState:
    """Begin to try a sandwich of every amount."""
    state = _attack(state, Action.of("attack", attack="sandwich"))
    return replace(state, points=(), left=len(AMOUNTS))


def _move(state: OrderingState, action: Action) -> OrderingState:
    """Move a transaction by one place, in the builder's block."""
    order = list(_order_by_hand(state))
    at = order.index(action.choice("name", tuple(order)))
    to = at + (1 if action.flag("later") else -1)
    if not 0 <= to < len(order):
        raise InvalidAction("move", "it stands at the end already")
    order[at], order[to] = order[to], order[at]
    return replace(state, order=tuple(order))


def _leave_out(state: OrderingState, action: Action) -> OrderingState:
    order = _order_by_hand(state)
    name = action.choice("name", order)
    return replace(state, order=tuple(other for other in order if other != name))


def _put_in(state: OrderingState, action: Action) -> OrderingState:
    order = _order_by_hand(state)
    names = (waiting.name for waiting in state.result.waiting)
    name = action.choice("name", tuple(n for n in names if n not in order))
    return replace(state, order=(*order, name))


def _order_by_hand(state: OrderingState) -> tuple[str, ...]:
    """Return the builder's block, as far as it waits."""
    if state.role != "builder":
        raise InvalidAction("order", "a searcher orders nothing")
    waiting = {waiting.name for waiting in state.result.waiting}
    return tuple(name for name in state.order if name in waiting)


MOVES = {
    "role": take_role,
    "attack": _attack,
    "amount": _set_amount,
    "first": _set_first,
    "second": _set_second,
    "limit": _set_limit,
    "sealed": _seal,
    "blind": _go_blind,
    "bump": _bump,
    "crowd": _crowd,
    "sweep": _sweep,
    "move": _move,
    "leave": _leave_out,
    "put": _put_in,
}
"""What an action other than a guess does, by its type."""
