"""The storage that a trace touched, at any of its moments.

Each slot keeps its own history, so that looking at an earlier moment undoes nothing.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from minichain.units import Address


class Slot(NamedTuple):
    """A place in a contract's storage; a transient one ends with the transaction."""

    address: Address
    number: int
    is_transient: bool = False


class Cell(NamedTuple):
    """A slot at one moment: what it held at first, what it holds, is it warm."""

    slot: Slot
    first: int
    now: int
    is_warm: bool


@dataclass(slots=True)
class History:
    """What happened to one slot: from each moment on, its value and warmth."""

    first: int
    moments: list[int] = field(default_factory=list)
    values: list[tuple[int, bool]] = field(default_factory=list)

    @property
    def newest(self) -> tuple[int, bool]:
        """Value and warmth after all that happened so far."""
        return self.values[-1] if self.values else (self.first, False)

    def note(self, moment: int, value: int, is_warm: bool) -> None:
        """Note what the slot is from a moment on."""
        if self.moments and self.moments[-1] == moment:
            self.values[-1] = value, is_warm
        elif self.newest != (value, is_warm) or not self.values:
            self.moments.append(moment)
            self.values.append((value, is_warm))

    def at(self, moment: int) -> tuple[int, bool] | None:
        """Return value and warmth at a moment; None before the first touch."""
        place = bisect_right(self.moments, moment)
        return self.values[place - 1] if place else None


@dataclass(slots=True)
class StorageHistory:
    """All slots that a trace touches, in the order of their first touch.

    Parameters
    ----------
    read : callable
        From an address and a slot's number to the value before the message.
    """

    read: Callable[[Address, int], int]
    slots: dict[Slot, History] = field(default_factory=dict)
    _undo: list[list[tuple[Slot, int, bool]]] = field(default_factory=lambda: [[]])

    def enter(self) -> None:
        """Note that a frame begins."""
        self._undo.append([])

    def leave(self, moment: int, is_kept: bool) -> None:
        """Note that a frame has ended; what it did is undone unless it is kept."""
        done = self._undo.pop()
        if is_kept:
            if self._undo:
                self._undo[-1] += done
            return
        for slot, value, is_warm in reversed(done):
            self.slots[slot].note(moment, value, is_warm)

    def touch(self, moment: int, slot: Slot, value: int | None = None) -> None:
        """Note that the step before a moment reads or writes a slot."""
        history = self.slots.get(slot)
        if history is None:
            known = 0 if slot.is_transient else self.read(slot.address, slot.number)
            history = self.slots[slot] = History(known)
        before, was_warm = history.newest
        self._undo[-1].append((slot, before, was_warm))
        history.note(moment, before if value is None else value, True)

    def find_change(self, slot: Slot, moment: int) -> int | None:
        """Return the moment at which a slot got the value that it has at another.

        None where it is as it was before the message.
        """
        history = self.slots.get(slot)
        place = bisect_right(history.moments, moment) if history else 0
        if history is None or place == 0:
            return None
        now = history.values[place - 1][0]
        while place and history.values[place - 1][0] == now:
            place -= 1
        # Before its first change it was what it was at first.
        is_first = place == 0 and now == history.first
        return None if is_first else history.moments[place]

    def at(self, moment: int) -> tuple[Cell, ...]:
        """Return every slot that was touched before a moment."""
        cells = []
        for slot, history in self.slots.items():
            found = history.at(moment)
            if found is not None:
                cells.append(Cell(slot, history.first, *found))
        return tuple(cells)
