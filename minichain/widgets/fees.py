"""The fee market: let users want gas, and see what blocks sell it for.

What a learner is to see: the fee follows demand, by an eighth a block at most; the
price of gas is what makes just enough users stay away, under either set of rules; and
what EIP-1559 ended is not high fees but guessing them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, get_args

from minichain.chain.fee_demand import MAX_LOAD
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
from minichain.widgets.fees_story import Season, tell
from minichain.widgets.fees_view import (
    FULL,
    GUESS,
    draw_fees,
    draw_question,
)
from minichain.widgets.fees_words import describe_fees, summarize_fees

TabName = Literal["market", "rule"]
"""What is looked at: the market, or the rule of the base fee alone."""

BLOCKS_LIMIT = 200
"""Most blocks of one story."""

RUN_LIMIT = 50
"""Most blocks of one step."""

TIP_LIMIT = 20
"""Most gwei of an ordinary tip."""

FEE_LIMIT = 5_000
"""Most gwei that the learner offers for a unit of gas."""


@dataclass(frozen=True)
class FeesState:
    """A story of the fee market, and the settings of its next block.

    Attributes
    ----------
    seed : int
        Decides who comes.
    load : int
        Gas wanted, in per cent of the target.
    tip : int
        Gwei that ordinary users offer as a tip.
    mint : bool
        Whether a mint is on.
    fee, your_tip : int
        The learner's next order: gwei it pays at most, and gwei of its tip.
    sent : bool
        Whether it goes out before the next block.
    seasons : tuple of Season
        The settings of each block so far.
    left : int
        Blocks still to come of this step.
    tab : str
        What is looked at.
    used : int
        Gas of the block in the rule's example, in units of 100,000.
    prediction : Prediction
        In how many full blocks the learner expects ten times the fee.
    """

    seed: int
    load: int = 150
    tip: int = 1
    mint: bool = False
    fee: int = 25
    your_tip: int = 1
    sent: bool = False
    seasons: tuple[Season, ...] = ()
    left: int = 0
    tab: TabName = "market"
    used: int = 110
    prediction: Prediction = OPEN


class FeesLesson(Lesson[FeesState]):
    """Set how much is wanted, sell blocks, and compare two sets of rules."""

    name = "fees"
    title = "Fee market"
    prompt = "Set how much gas is wanted, and sell blocks. Then start a mint."
    options: ClassVar[Mapping[str, Any]] = {
        "load": 150,
        "tip": 1,
        "blocks": 12,
        "tab": "market",
        "ask": True,
    }
    merging = frozenset({"load", "tip", "offer", "used"})
    state_type = FeesState

    def initial(self, seed: int, options: Mapping[str, Any]) -> FeesState:
        """Return a market under the options' settings, some blocks old."""
        given = Action.of("options", **options)
        state = FeesState(
            seed,
            load=given.integer("load", 0, MAX_LOAD),
            tip=given.integer("tip", 0, TIP_LIMIT),
            tab=_read_tab(given),
            prediction=OPEN if options["ask"] else Prediction("skipped"),
        )
        count = given.integer("blocks", 0, BLOCKS_LIMIT)
        return _sell(replace(state, left=count), count)

    def apply(self, state: FeesState, action: Action) -> FeesState:
        """Return the state after a setting, some blocks, an order or a guess."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        guessed = state.prediction.after(action, *GUESS)
        if guessed.is_open:
            return replace(state, prediction=guessed, tab="market")
        # The answer stands in the rule's table, for full blocks.
        return replace(state, prediction=guessed, tab="rule", used=FULL)

    def check(self, state: FeesState) -> None:
        """Refuse settings that no action makes."""
        state.prediction.check(*GUESS)
        bounds = {
            "used": (state.used, 0, FULL),
            "seasons": (len(state.seasons), 0, BLOCKS_LIMIT),
            "left": (state.left, 0, BLOCKS_LIMIT - len(state.seasons)),
        }
        for at in (_next_season(replace(state, sent=True)), *state.seasons):
            bounds |= {
                "load": (at.load, 0, MAX_LOAD),
                "tip": (at.tip, 0, TIP_LIMIT),
                "fee": (at.fee, 0, FEE_LIMIT),
                "your_tip": (at.your_tip, 0, at.fee),
            }
            for name, (value, low, high) in bounds.items():
                if not low <= value <= high:
                    raise InvalidAction(name, f"{value} is not {low} to {high}")
        if not state.fee:
            raise InvalidAction("offer", "an order pays 1 gwei or more")

    def view(self, state: FeesState) -> Picture:
        """Return the settings, the blocks, and both sets of rules side by side."""
        return draw_fees(state) | {
            "limits": {
                "load": MAX_LOAD,
                "tip": TIP_LIMIT,
                "fee": FEE_LIMIT,
                "used": FULL,
                "blocks": BLOCKS_LIMIT,
            },
            "predict": draw_question(state.prediction),
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the blocks and the comparison in words and tables."""
        return describe_fees(picture)

    def summarize(self, picture: Picture) -> str:
        """Return what the last block sold, or what the rule says."""
        return summarize_fees(picture)

    def progress(self, state: FeesState) -> Progress | None:
        """Return how many blocks there are, of those that are to come."""
        if not state.left:
            return None
        done = len(state.seasons)
        return Progress("Selling blocks", done, done + state.left)

    def advance(self, state: FeesState, count: int) -> FeesState:
        """Return the state after at most ``count`` of the blocks to come."""
        return _sell(state, count)

    def stop(self, state: FeesState) -> FeesState:
        """Return the state with the blocks that there are."""
        return replace(state, left=0)


class FeeMarket(Widget):
    """The market; options are ``load``, ``tip``, ``blocks``, ``tab`` and ``ask``."""

    lesson = FeesLesson()


def _read_tab(action: Action) -> TabName:
    name = action.choice("tab", get_args(TabName))
    return "rule" if name == "rule" else "market"


def _next_season(state: FeesState) -> Season:
    fee, your_tip = (state.fee, state.your_tip) if state.sent else (0, 0)
    return Season(state.load, state.tip, state.mint, fee, your_tip)


def _sell(state: FeesState, count: int) -> FeesState:
    for _ in range(min(count, state.left)):
        seasons = (*state.seasons, _next_season(state))
        state = replace(state, seasons=seasons, sent=False, left=state.left - 1)
        # The picture would ask for it in any case: a slice is to count the work.
        tell(state.seed, seasons)
    return state


def _set_load(state: FeesState, action: Action) -> FeesState:
    return replace(state, load=action.integer("load", 0, MAX_LOAD))


def _set_tip(state: FeesState, action: Action) -> FeesState:
    return replace(state, tip=action.integer("tip", 0, TIP_LIMIT))


def _set_mint(state: FeesState, action: Action) -> FeesState:
    return replace(state, mint=action.flag("on"))


def _run(state: FeesState, action: Action) -> FeesState:
    count = action.integer("count", 1, RUN_LIMIT)
    room = BLOCKS_LIMIT - len(state.seasons) - state.left
    if count > room:
        raise InvalidAction("run", f"at most {BLOCKS_LIMIT} blocks, {room} are left")
    state = replace(state, left=state.left + count, tab="market")
    return _sell(state, 1)


def _offer(state: FeesState, action: Action) -> FeesState:
    fee = action.integer("fee", 1, FEE_LIMIT)
    your_tip = action.integer("tip", 0, FEE_LIMIT)
    if your_tip > fee:
        raise InvalidAction("offer", f"a tip of {your_tip} gwei, at most {fee}")
    return replace(state, fee=fee, your_tip=your_tip)


def _send(state: FeesState, action: Action) -> FeesState:
    if state.sent:
        raise InvalidAction("send", "your order goes out before the next block")
    return replace(state, sent=True)


def _use(state: FeesState, action: Action) -> FeesState:
    return replace(state, used=action.integer("used", 0, FULL))


def _look(state: FeesState, action: Action) -> FeesState:
    return replace(state, tab=_read_tab(action))


_CHANGES = {
    "load": _set_load,
    "tip": _set_tip,
    "mint": _set_mint,
    "run": _run,
    "offer": _offer,
    "send": _send,
    "used": _use,
    "tab": _look,
}
