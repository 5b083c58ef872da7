"""The log of the proof-of-stake board: what the learner did, deed by deed."""

from dataclasses import dataclass
from typing import Literal

from minichain.widgets.lesson import InvalidAction

DeedKind = Literal["pass", "leave", "return", "double", "surround", "split", "heal"]
"""What may happen: time, absence, false votes, a cut network and a mended one."""

DEEDS: tuple[DeedKind, ...] = (
    "leave", "return", "double", "surround", "split", "heal",
)  # fmt: skip
"""What the learner does, besides letting time pass."""


@dataclass(frozen=True)
class Deed:
    """One thing that happened.

    Attributes
    ----------
    kind : str
        What.
    slots : int
        How many slots passed; 0 unless time did.
    who : tuple of int
        The validators that it is about.
    """

    kind: DeedKind
    slots: int = 0
    who: tuple[int, ...] = ()


Log = tuple[Deed, ...]
"""All that happened, in order; two deeds in a row are never both time."""


def extend(log: Log, deed: Deed) -> Log:
    """Return a log with one more deed; time is added to time."""
    if log and log[-1].kind == deed.kind == "pass":
        return (*log[:-1], Deed("pass", log[-1].slots + deed.slots))
    return (*log, deed)


def retract(log: Log) -> Log:
    """Return a log that ends a slot earlier: what was done since then is undone.

    Raises
    ------
    InvalidAction
        No slot has passed.
    """
    passed = [place for place, deed in enumerate(log) if deed.kind == "pass"]
    if not passed:
        raise InvalidAction("back", "no slot has passed yet")
    last = log[passed[-1]]
    before = log[: passed[-1]]
    return (*before, Deed("pass", last.slots - 1)) if last.slots > 1 else before


def slots_of(log: Log) -> int:
    """Return how many slots passed."""
    return sum(deed.slots for deed in log)


def check_who(kind: str, who: tuple[int, ...], count: int) -> None:
    """Refuse validators that are not some of ``count``, each once and in order.

    Raises
    ------
    InvalidAction
        There is one too many, or one twice.
    """
    if list(who) != sorted(set(who)) or (who and not 0 <= who[0] <= who[-1] < count):
        raise InvalidAction(kind, f"{who} are no {count} validators in order")


def check_log(log: Log, count: int) -> None:
    """Refuse a log that no learner makes.

    Raises
    ------
    InvalidAction
        Time stands still or passes twice in a row, or a deed is about nobody.
    """
    for before, deed in zip((None, *log), log, strict=False):
        if (deed.kind == "pass") != (deed.slots > 0):
            raise InvalidAction(deed.kind, f"{deed.slots} slots")
        if before and before.kind == deed.kind == "pass":
            raise InvalidAction("pass", "time twice in a row")
        if bool(deed.who) != (deed.kind not in ("pass", "heal")):
            raise InvalidAction(deed.kind, f"with {len(deed.who)} validators")
        check_who(deed.kind, deed.who, count)
