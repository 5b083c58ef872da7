"""The miner: a header, a target, and a search that can be watched and stopped.

What a learner is to see: mining is a lottery without memory. Each hash has the same
small chance; only the average is known; and whoever checks needs a single hash.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, ClassVar

from minichain.consensus.pow import search
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
from minichain.widgets.miner_header import Job, Mined, hash_number, parent_of
from minichain.widgets.miner_view import (
    CHOICES,
    describe_miner,
    draw_miner,
    draw_question,
    summarize_miner,
)

MESSAGE_LIMIT = 60
"""Most characters of a block's content."""

ZEROS = (4, 30)
"""Least and most zero bits that a target asks for."""

BLOCKS_LIMIT = 12
"""Most blocks of a chain."""

UNIT = 1_000
"""Hashes in a unit of work."""

TRIES_LIMIT = 2**40
"""Most hashes of one search."""


@dataclass(frozen=True)
class MinerState:
    """A chain that was mined, and the search for its next block.

    Attributes
    ----------
    seed : int
        Decides the block that the chain begins on.
    message : str
        The content of the next block.
    zeros : int
        Zero bits that a hash must begin with.
    tried : int
        Hashes made for the next block.
    best : int or None
        The try with the lowest hash so far.
    found : bool
        Whether the last try was low enough.
    working : bool
        Whether the search goes on.
    micros : int
        Microseconds that the search took: the one value that no seed decides.
    blocks : tuple of Mined
        The chain so far.
    prediction : Prediction
        How many hashes the learner expects to need.
    """

    seed: int
    message: str = "Alice pays Bob 5"
    zeros: int = 16
    tried: int = 0
    best: int | None = None
    found: bool = False
    working: bool = False
    micros: int = 0
    blocks: tuple[Mined, ...] = ()
    prediction: Prediction = OPEN

    @property
    def job(self) -> Job:
        """What is searched for."""
        parent = parent_of(self.seed, self.blocks)
        return Job(parent, len(self.blocks), self.message, self.zeros)


class MinerLesson(Lesson[MinerState]):
    """Write a block, set the target, and search; then mine the next one on top."""

    name = "miner"
    title = "Miner"
    prompt = "Write a block, choose how rare its hash must be, and search for a nonce."
    options: ClassVar[Mapping[str, Any]] = {
        "message": "Alice pays Bob 5",
        "zeros": 16,
        "ask": True,
    }
    merging = frozenset({"message", "zeros"})
    state_type = MinerState

    def initial(self, seed: int, options: Mapping[str, Any]) -> MinerState:
        """Return a block that nobody has begun to mine."""
        state = MinerState(
            seed,
            message=Action.of("message", message=options["message"]).text(
                "message", MESSAGE_LIMIT
            ),
            zeros=Action.of("zeros", zeros=options["zeros"]).integer("zeros", *ZEROS),
            prediction=OPEN if options["ask"] else Prediction("skipped"),
        )
        self.check(state)
        return state

    def apply(self, state: MinerState, action: Action) -> MinerState:
        """Return the state after a change of the block, a start or a guess."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        guessed = state.prediction.after(action, len(CHOICES) - 1)
        return replace(state, prediction=guessed)

    def check(self, state: MinerState) -> None:
        """Refuse blocks whose hashes are not what the state says of them."""
        state.prediction.check(len(CHOICES) - 1)
        if len(state.blocks) > BLOCKS_LIMIT:
            raise InvalidAction("extend", f"at most {BLOCKS_LIMIT} blocks")
        rows = [(b.message, b.zeros, b.tried, b.micros) for b in state.blocks]
        rows.append((state.message, state.zeros, state.tried, state.micros))
        for message, zeros, tried, micros in rows:
            if len(message) > MESSAGE_LIMIT:
                raise InvalidAction("message", f"{len(message)} characters")
            if not ZEROS[0] <= zeros <= ZEROS[1]:
                raise InvalidAction("zeros", f"{zeros} is not {ZEROS[0]} to {ZEROS[1]}")
            if not 0 <= tried <= TRIES_LIMIT or not 0 <= micros < 2**53:
                raise InvalidAction("search", f"{tried} hashes in {micros} µs")
        parent = parent_of(state.seed, ())
        for height, block in enumerate(state.blocks):
            job = Job(parent, height, block.message, block.zeros)
            if not block.tried or not job.is_won(block.tried - 1):
                raise InvalidAction("search", f"block {height + 1} misses its target")
            parent = job.header(block.tried - 1).hash
        _check_search(state)

    def view(self, state: MinerState) -> Picture:
        """Return the header, the search and the chain."""
        return draw_miner(state) | {
            "limits": {"message": MESSAGE_LIMIT, "zeros": list(ZEROS)},
            "full": len(state.blocks) >= BLOCKS_LIMIT,
            "predict": draw_question(state.prediction),
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the header, the search and the chain in words and tables."""
        return describe_miner(picture)

    def summarize(self, picture: Picture) -> str:
        """Return how the search stands."""
        return summarize_miner(picture)

    def progress(self, state: MinerState) -> Progress | None:
        """Return how many hashes were made; nobody knows how many it will take."""
        if not state.working:
            return None
        return Progress("Hashing", state.tried)

    def advance(self, state: MinerState, count: int) -> MinerState:
        """Return the state after at most ``count`` thousand more hashes."""
        job, tried, best = state.job, state.tried, state.best
        start = perf_counter()
        end = min(tried + count * UNIT, TRIES_LIMIT)
        found = False
        while tried < end and not found:
            # Asking for less than the best so far finds each new best on the way.
            limit = 2**256 if best is None else hash_number(job, best)
            limit = max(limit - 1, job.target)
            header, nonce, room = job.work_at(tried)
            place = search(header, limit, nonce, min(room, end - tried))
            if place is None:
                tried += min(room, end - tried)
                continue
            tried += place - nonce + 1
            best = tried - 1
            found = job.is_won(best)
        micros = state.micros + round(1e6 * (perf_counter() - start))
        working = not found and tried < TRIES_LIMIT
        return replace(
            state, tried=tried, best=best, found=found, working=working, micros=micros
        )

    def stop(self, state: MinerState) -> MinerState:
        """Return the state with the search paused."""
        return replace(state, working=False)


class Miner(Widget):
    """The miner as a widget; options are ``message``, ``zeros`` and ``ask``."""

    lesson = MinerLesson()


def _check_search(state: MinerState) -> None:
    """Refuse a search whose best try is none, or whose end is not what it says."""
    if state.working and (state.found or state.tried >= TRIES_LIMIT):
        raise InvalidAction("search", "it goes on behind its end")
    if state.best is not None and not 0 <= state.best < state.tried:
        raise InvalidAction("search", f"try {state.best} of {state.tried}")
    is_won = state.best is not None and state.job.is_won(state.best)
    if state.found != is_won or (is_won and state.best != state.tried - 1):
        raise InvalidAction("search", "its best hash is not what it says")


def _afresh(state: MinerState, **changes: Any) -> MinerState:
    """Return the state with a block that nobody has begun to mine."""
    return replace(
        state, tried=0, best=None, found=False, working=False, micros=0, **changes
    )


def _write(state: MinerState, action: Action) -> MinerState:
    return _afresh(state, message=action.text("message", MESSAGE_LIMIT))


def _set_zeros(state: MinerState, action: Action) -> MinerState:
    return _afresh(state, zeros=action.integer("zeros", *ZEROS))


def _search(state: MinerState, action: Action) -> MinerState:
    if state.found:
        raise InvalidAction("search", "the nonce is found already")
    return replace(state, working=True)


def _extend(state: MinerState, action: Action) -> MinerState:
    """Put the block on the chain and begin the next one."""
    if not state.found:
        raise InvalidAction("extend", "no nonce is found yet")
    if len(state.blocks) >= BLOCKS_LIMIT:
        raise InvalidAction("extend", f"at most {BLOCKS_LIMIT} blocks")
    block = Mined(state.message, state.zeros, state.tried, state.micros)
    return _afresh(state, blocks=(*state.blocks, block))


_CHANGES = {
    "message": _write,
    "zeros": _set_zeros,
    "search": _search,
    "extend": _extend,
}
