"""A session is one learner at one lesson: the state, how it came about, and its seed.

It answers the messages of a view. A message carries the view's name and a sequence
number that rises; the session acknowledges the number with the next picture, ignores
what it has seen before, and so stays right however slow the line is. Nothing in it
knows of notebooks.
"""

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from minichain.errors import ProtocolError
from minichain.widgets.lesson import Action, InvalidAction, Lesson, Picture
from minichain.widgets.share import SEED_LIMIT, decode_share, encode_share
from minichain.widgets.twin import Twin, to_json

HISTORY_LIMIT = 500
"""Most steps that can be undone."""

CLIENT_LIMIT = 16
"""Most views of one widget whose sequence numbers are kept."""

SLICE_SECONDS = 0.04
"""How long a slice of long work aims to take: the kernel is free in between."""

S = TypeVar("S")


@dataclass(frozen=True)
class _Step(Generic[S]):
    seed: int
    state: S
    merge_key: Hashable = None


class Session(Generic[S]):
    """A lesson under way.

    Parameters
    ----------
    lesson : Lesson
        What is being learned.
    seed : int
        From 0 to `SEED_LIMIT`; decides all that looks random.
    options : mapping
        Values for some of the lesson's options; the others keep their defaults.
    share : str or None
        A share string to begin from, in place of the lesson's first state.
    clock : callable
        Seconds, rising: measures slices of long work and nothing else.

    Raises
    ------
    TypeError
        The lesson has no such option.
    ProtocolError
        The share string or an option's value is refused.
    """

    def __init__(
        self,
        lesson: Lesson[S],
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
        share: str | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        given = dict(options or {})
        if unknown := sorted(set(given) - set(lesson.options)):
            known = ", ".join(sorted(lesson.options)) or "none"
            raise TypeError(
                f"{lesson.name} has no option {unknown[0]!r}, known: {known}"
            )
        self.lesson = lesson
        self._options = {**lesson.options, **given}
        self._clock = clock
        self._slice = 1
        self._past: list[_Step[S]] = []
        self._future: list[_Step[S]] = []
        self._seen: dict[str, int] = {}
        self._notice: dict[str, str] | None = None
        self.revision = 0
        self._present = self._first(seed)
        if share is not None:
            self._present = _Step(*decode_share(lesson, share))

    @property
    def state(self) -> S:
        """The lesson's present state."""
        return self._present.state

    @property
    def seed(self) -> int:
        """The seed the state grew from."""
        return self._present.seed

    @property
    def share(self) -> str:
        """The present state as a share string."""
        return encode_share(self.lesson, self.seed, self.state)

    @property
    def picture(self) -> Picture:
        """What the lesson shows of the present state."""
        return self.lesson.view(self.state)

    @property
    def twin(self) -> Twin:
        """The picture in words and tables."""
        return self.lesson.describe(self.picture)

    def act(self, action: Action) -> None:
        """Apply one action, the lesson's own or one that every lesson has.

        Every lesson has ``undo``, ``redo``, ``reset``, ``seed`` (with ``seed``),
        ``restore`` (with ``share``), ``stop``, and ``tick`` (with ``revision``).

        Raises
        ------
        ProtocolError
            The action is refused; nothing has changed.
        """
        if action.type == "tick" and not self._is_due(action):
            return
        common = _COMMON.get(action.type)
        if common is not None:
            common(self, action)
        else:
            state = self.lesson.apply(self.state, action)
            self._push(_Step(self.seed, state, self.lesson.merge_key(action)))
        self._notice = None
        self.revision += 1

    def receive(self, message: object) -> bool:
        """Answer a view's message; return whether there is a new picture to send.

        A refused action leaves the state alone and puts the broken rule into the next
        picture. So does a bug, which is raised as well.
        """
        try:
            client, number = _read_envelope(message)
            if number <= self._seen.get(client, 0):
                return False
            # The view that spoke last is kept longest.
            self._seen.pop(client, None)
            self._seen[client] = number
            if len(self._seen) > CLIENT_LIMIT:
                del self._seen[next(iter(self._seen))]
            assert isinstance(message, dict)
            self.act(Action.from_message(message.get("action")))
        except ProtocolError as error:
            self._notice = {"kind": "refused", "rule": error.rule, "text": str(error)}
            self.revision += 1
        except Exception as error:
            text = f"{type(error).__name__}: {error}. The last step was not taken."
            self._notice = {"kind": "bug", "rule": "", "text": text}
            self.revision += 1
            raise
        return True

    def envelope(self) -> dict[str, Any]:
        """Return all that a view needs to draw, with or without a kernel behind it."""
        picture = self.picture
        progress = self.lesson.progress(self.state)
        return {
            "lesson": self.lesson.name,
            "title": self.lesson.title,
            "prompt": self.lesson.prompt,
            "revision": self.revision,
            "seen": dict(self._seen),
            "seed": self.seed,
            "share": self.share,
            "can": {"undo": bool(self._past), "redo": bool(self._future)},
            "progress": progress
            and {
                "label": progress.label,
                "done": progress.done,
                "total": progress.total,
            },
            "notice": self._notice,
            "summary": self.lesson.summarize(picture),
            "twin": to_json(self.lesson.describe(picture)),
            "picture": picture,
        }

    def _first(self, seed: int) -> _Step[S]:
        if not 0 <= seed <= SEED_LIMIT:
            raise InvalidAction("seed", f"{seed} is not 0 to {SEED_LIMIT}")
        return _Step(seed, self.lesson.initial(seed, self._options))

    def _push(self, step: _Step[S]) -> None:
        merges = step.merge_key is not None
        if not (merges and step.merge_key == self._present.merge_key):
            self._past.append(self._present)
            del self._past[:-HISTORY_LIMIT]
        self._present = step
        self._future.clear()
        self._slice = 1

    def _undo(self, _: Action) -> None:
        if not self._past:
            raise InvalidAction("undo", "there is nothing to undo")
        self._future.append(self._present)
        self._present = self._past.pop()

    def _redo(self, _: Action) -> None:
        if not self._future:
            raise InvalidAction("redo", "there is nothing to redo")
        self._past.append(self._present)
        self._present = self._future.pop()

    def _reset(self, _: Action) -> None:
        self._push(self._first(self.seed))

    def _reseed(self, action: Action) -> None:
        self._push(self._first(action.integer("seed", 0, SEED_LIMIT)))

    def _restore(self, action: Action) -> None:
        text = action.text("share", limit=2**20)
        self._push(_Step(*decode_share(self.lesson, text)))

    def _stop(self, _: Action) -> None:
        stopped = self.lesson.stop(self.state)
        self._present = _Step(self.seed, stopped)

    def _is_due(self, action: Action) -> bool:
        # A tick for an older picture comes from a second view, or too late. It must
        # not raise the revision, or two views would make each other's ticks stale.
        is_current = action.fields.get("revision") == self.revision
        return is_current and self.lesson.progress(self.state) is not None

    def _tick(self, _: Action) -> None:
        start = self._clock()
        state = self.lesson.advance(self.state, self._slice)
        self._present = _Step(self.seed, state)
        spent = max(self._clock() - start, 1e-6)
        factor = min(max(SLICE_SECONDS / spent, 0.25), 4.0)
        self._slice = max(1, int(self._slice * factor))


def _read_envelope(message: object) -> tuple[str, int]:
    if not isinstance(message, dict):
        raise InvalidAction("message", f"{type(message).__name__}, required dict")
    client, number = message.get("client"), message.get("number")
    if not isinstance(client, str) or not 1 <= len(client) <= 64:
        raise InvalidAction("message", "client is no text of 1 to 64 characters")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise InvalidAction("message", "number is no whole number from 1")
    return client, number


_COMMON: dict[str, Callable[[Session[Any], Action], None]] = {
    "undo": Session._undo,
    "redo": Session._redo,
    "reset": Session._reset,
    "seed": Session._reseed,
    "restore": Session._restore,
    "stop": Session._stop,
    "tick": Session._tick,
}
