"""A lesson is a small machine that a learner drives: states, actions, and pictures.

It is pure. `Lesson.initial` makes the first state, `Lesson.apply` takes a state and an
action to the next state, `Lesson.view` turns a state into a picture, which is data for
a view to draw, and `Lesson.describe` says in words and tables what the picture shows.
What the lesson is about is computed by the functions of `minichain`, never here.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from minichain.errors import InvalidEncoding
from minichain.widgets.twin import Twin

State = TypeVar("State")
"""A lesson's state: a frozen dataclass of the values that `share.to_plain` takes."""

Picture = dict[str, Any]
"""What a view draws: nothing but JSON."""

TEXT_LIMIT = 4096
"""Most characters of any text that an action carries."""


class InvalidAction(InvalidEncoding):
    """An action that the lesson does not know, or one with a field that does not fit.

    Attributes
    ----------
    action : str
        The action's type.
    """

    rule = "action"

    def __init__(self, action: str, complaint: str) -> None:
        super().__init__(f"{action}: {complaint}")
        self.action = action


@dataclass(frozen=True)
class Action:
    """What the learner did, as it came from the view: a type and some fields.

    Nothing about the fields is trusted; each is read by a method that names its bounds.

    Attributes
    ----------
    type : str
        What was done, such as ``flip``.
    fields : mapping
        With what, such as ``{"bit": 3}``.
    """

    type: str
    fields: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: str, /, **fields: object) -> "Action":
        """Return the action of one type with the fields given by name."""
        return cls(kind, fields)

    @classmethod
    def from_message(cls, message: object) -> "Action":
        """Return the action that a view sent as a mapping with the key ``type``.

        Raises
        ------
        InvalidAction
            The message is no mapping, or its type is no short text.
        """
        if not isinstance(message, dict):
            raise InvalidAction("message", f"{type(message).__name__}, required dict")
        kind = message.get("type")
        if not isinstance(kind, str) or not 1 <= len(kind) <= 40:
            raise InvalidAction("message", "type is no text of 1 to 40 characters")
        return cls(kind, {k: v for k, v in message.items() if k != "type"})

    def integer(self, name: str, low: int, high: int) -> int:
        """Return a field that must be a whole number from ``low`` to ``high``.

        Raises
        ------
        InvalidAction
            It is missing, no whole number, or out of bounds.
        """
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidAction(self.type, f"{name} is not a whole number")
        if not low <= value <= high:
            shown = value if abs(value) < 2**64 else "far off"
            raise InvalidAction(self.type, f"{name} {shown} is not {low} to {high}")
        return value

    def text(self, name: str, limit: int = TEXT_LIMIT) -> str:
        """Return a field that must be text of at most ``limit`` characters.

        Raises
        ------
        InvalidAction
            It is missing, no text, too long, or not encodable as UTF-8.
        """
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise InvalidAction(self.type, f"{name} is not a text")
        if len(value) > limit:
            complaint = f"{name} has {len(value)} characters, at most {limit}"
            raise InvalidAction(self.type, complaint)
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise InvalidAction(self.type, f"{name} holds half a character")
        return value

    def flag(self, name: str) -> bool:
        """Return a field that must be true or false.

        Raises
        ------
        InvalidAction
            It is missing or something else.
        """
        value = self.fields.get(name)
        if not isinstance(value, bool):
            raise InvalidAction(self.type, f"{name} is not true or false")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return a field that must be one of some words.

        Raises
        ------
        InvalidAction
            It is missing or none of them.
        """
        value = self.fields.get(name)
        if not isinstance(value, str) or value not in choices:
            raise InvalidAction(self.type, f"{name} is not one of {', '.join(choices)}")
        return value

    def unknown(self) -> InvalidAction:
        """Return the error of an action that the lesson has no rule for."""
        return InvalidAction(self.type, "no such action here")


@dataclass(frozen=True)
class Progress:
    """How far a long work has come.

    Attributes
    ----------
    label : str
        What is being done.
    done : int
        Units of it that are finished.
    total : int or None
        Units in all, where that is known.
    """

    label: str
    done: int
    total: int | None = None


class Lesson(ABC, Generic[State]):
    """What every lesson must say about itself.

    Attributes
    ----------
    name : str
        One lower-case word: begins its share strings and names its ``.js`` file.
    version : int
        Raised when the state's form changes, so that old share strings are refused.
    title, prompt : str
        What it is called, and the one sentence that says what to do.
    options : mapping
        The options `initial` takes, each with its default. Options shape the first
        state and nothing else: all that a picture needs is in the state.
    merging : frozenset of str
        Types of actions that come in bursts, such as typing: a burst on one target is
        undone at once.
    state_type : type
        The state's class.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[str]
    prompt: ClassVar[str]
    options: ClassVar[Mapping[str, Any]] = {}
    merging: ClassVar[frozenset[str]] = frozenset()
    state_type: type[State]

    @abstractmethod
    def initial(self, seed: int, options: Mapping[str, Any]) -> State:
        """Return the first state; the same seed and options give the same one."""

    @abstractmethod
    def apply(self, state: State, action: Action) -> State:
        """Return the state after ``action``.

        Raises
        ------
        ProtocolError
            The action is refused, by the rule the error names; nothing has changed.
        """

    @abstractmethod
    def view(self, state: State) -> Picture:
        """Return what a view draws of ``state``."""

    @abstractmethod
    def describe(self, picture: Picture) -> Twin:
        """Return the text twin: all that the picture says, in words and tables."""

    @abstractmethod
    def summarize(self, picture: Picture) -> str:
        """Return one sentence that tells what the last action brought about."""

    def check(self, state: State) -> None:
        """Refuse a state that no sequence of actions leads to.

        States from share strings come through here; their types are right already.

        Raises
        ------
        ProtocolError
            A value does not fit the others.
        """

    def merge_key(self, action: Action) -> Hashable:
        """Return what the steps of one burst share, or None for a step of its own."""
        if action.type not in self.merging:
            return None
        index = action.fields.get("index")
        return action.type, index if isinstance(index, int | str) else None

    def progress(self, state: State) -> Progress | None:
        """Return how far a long work has come, or None where none is under way."""
        return None

    def advance(self, state: State, count: int) -> State:
        """Return the state after at most ``count`` more units of work.

        Cutting the work into other slices must not change where it ends.
        """
        return state

    def stop(self, state: State) -> State:
        """Return the state with its work given up, keeping what is done."""
        return state
