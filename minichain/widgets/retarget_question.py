"""What a learner is asked about a scene, and what Bitcoin's rule has to say to it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minichain.consensus.difficulty import BLOCK_SPACING
from minichain.consensus.regulation import Adjustment
from minichain.widgets.retarget_real import REAL, real_verdict
from minichain.widgets.retarget_scenes import DAY, SCENES, Day, mine_days
from minichain.widgets.retarget_view import multiple_of

if TYPE_CHECKING:
    from minichain.widgets.retarget import RetargetState

TURN = 14
"""The day on which the power changes."""


def draw_question(state: RetargetState) -> dict[str, Any] | None:
    """Return the scene's question, with the answer once the learner has guessed."""
    if state.scene == "hand":
        return None
    scene = REAL if state.scene == "real" else SCENES[state.scene]
    answer = scene.answer
    verdict = ""
    if not state.prediction.is_open:
        said = real_verdict() if state.scene == "real" else tell_answer(state.scene)
        guess = state.prediction.guess
        right = "" if guess is None else ("Yes. " if guess == answer else "No. ")
        other = "" if state.rule == "period" else "Under Bitcoin's rule: "
        verdict = f"{right}{other}{said}"
    return state.prediction.picture(
        scene.question, high=2, choices=scene.choices, answer=answer, verdict=verdict
    )


@lru_cache(maxsize=32)
def tell_answer(name: str) -> str:
    """Return what Bitcoin's rule makes of a scene when every block is average."""
    days = mine_days("period", None, SCENES[name].powers)
    changes = [change for day in days for change in day.changes]
    after = [change for change in changes if change.second > (TURN + 0.5) * DAY]
    return _TELL[name](days, after)


def _days_to(change: Adjustment, start: float = TURN) -> float:
    return change.second / DAY - start


def _tell_doubled(days: tuple[Day, ...], after: list[Adjustment]) -> str:
    return (
        f"The period is over after {_days_to(after[0]):.1f} days, for its blocks come "
        f"twice as fast. Then the difficulty is {multiple_of(after[0].after):.2f} "
        "times what it was, and blocks take ten minutes again."
    )


def _tell_halved(days: tuple[Day, ...], after: list[Adjustment]) -> str:
    return (
        f"{_days_to(after[0]):.1f} days: the period has the same number of blocks, "
        "and each takes twice as long. A rule that counts blocks is slowest when they "
        "are."
    )


def _tell_left(days: tuple[Day, ...], after: list[Adjustment]) -> str:
    first, second = after[0], after[1]
    return (
        f"The period drags on for {_days_to(first):.0f} days. It may only become four "
        f"times as easy at once, to {multiple_of(first.after):.2f}; the rest waits for "
        f"another {_days_to(second, first.second / DAY):.0f} days."
    )


def _tell_swings(days: tuple[Day, ...], after: list[Adjustment]) -> str:
    paces = [1440 / day.blocks for day in days[2 * TURN :]]
    levels = [multiple_of(change.after) for change in after]
    return (
        f"It follows late. The difficulty goes up and down between {min(levels):.2f} "
        f"and {max(levels):.2f}, and the days from a block every {min(paces):.0f} "
        f"minutes to one every {max(paces):.0f}."
    )


def _tell_rented(days: tuple[Day, ...], after: list[Adjustment]) -> str:
    first, second = after[0], after[1]
    return (
        f"After {_days_to(first):.1f} days the period is over, and the difficulty "
        f"rises to {multiple_of(first.after):.2f} times: more is not allowed at once. "
        "The power leaves, and it stays like this for "
        f"{_days_to(second, first.second / DAY):.0f} days."
    )


def _tell_steady(days: tuple[Day, ...], after: list[Adjustment]) -> str:
    settled = BLOCK_SPACING * multiple_of(after[-1].after)
    return (
        f"{settled:.1f} seconds, not {BLOCK_SPACING}. From the first block of a period "
        "to its last there is one gap less than the period has blocks, and it is "
        "compared with the time for all: Bitcoin's off-by-one."
    )


_TELL = {
    "doubles": _tell_doubled,
    "halves": _tell_halved,
    "leaves": _tell_left,
    "swings": _tell_swings,
    "rented": _tell_rented,
    "steady": _tell_steady,
}
