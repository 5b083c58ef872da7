"""A descent is the way down to where a message failed, frame by frame.

A contract that is told of a failure below may fail for it too. Then the way leads on
down; where it does not, the failure below was dealt with and is no longer of interest.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from minichain.contracts.artifact import Artifact
from minichain.evm.effects import to_address
from minichain.evm.message import Step
from minichain.units import Address

TRAIL = 256
"""Places that are remembered of a frame: enough to lead back to a line."""

MOST_STEPS = 50_000
"""Steps that are followed: each takes a hundred times as long as one nobody sees."""

REVERT = 0xFD
"""The instruction that takes everything back and gives a reason."""

CALLS = {0xF1, 0xF2, 0xF4, 0xFA}
"""The instructions that call."""

NOTE_REACH = 5
"""Steps from what the compiler notes to the instruction that fails, at most."""

LOCK = "entered again"
"""What stands for the note that a lock lacks."""

PASSED_ON = "external call failed"
"""What Vyper notes where a failed call makes its caller fail."""

Known = Callable[[Address | None], Artifact | None]
"""From whose code runs, None where a contract is created, to its source compiled."""


class TooManySteps(Exception):
    """Ends the run of a message that goes on for too long to be followed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a source that a message came through.

    Attributes
    ----------
    name : str
        The contract's name.
    line : int or None
        The line's number, counted from 1; None before the first line is reached.
    text : str
        What it says.
    reason : str
        What the compiler notes there; empty if nothing.
    """

    name: str
    line: int | None
    text: str
    reason: str = ""

    def __str__(self) -> str:
        if self.line is None:
            return self.name
        return f"{self.name}, line {self.line}: {self.text}"


@dataclass(slots=True)
class _Frame:
    code_address: Address | None
    artifact: Artifact | None
    creates: bool
    trail: deque[int] = field(default_factory=lambda: deque(maxlen=TRAIL))

    def find_place(self) -> Place | None:
        """Return the line that was reached last, and what is noted there."""
        artifact = self.artifact
        if artifact is None:
            return None
        lines = artifact.creation_lines if self.creates else artifact.lines
        reasons = artifact.creation_reasons if self.creates else artifact.reasons
        back = list(reversed(self.trail))
        line = next((lines[pc] for pc in back if pc in lines), None)
        near = back[:NOTE_REACH]
        reason = next((reasons[pc] for pc in near if pc in reasons), "")
        text = "" if line is None else artifact.text_of(line)
        if not reason and text.startswith("def "):
            # Of all that Vyper asks at a function's door, only its lock has no note.
            reason = LOCK
        return Place(artifact.name, line, text, reason)


class Descent:
    """An observer of steps that finds where a message failed: give it to ``on_step``.

    Parameters
    ----------
    code_address : Address or None
        Whose code the message runs; None if it creates a contract.
    known : callable
        From whose code runs to what it was compiled from.
    """

    def __init__(self, code_address: Address | None, known: Known) -> None:
        self._known = known
        self._frames = [self._enter(code_address)]
        self._failed: list[_Frame] = []
        self._last: Step | None = None
        self._steps = 0

    def __call__(self, step: Step, /) -> None:
        """Follow one step.

        Raises
        ------
        TooManySteps
            It is one more than `MOST_STEPS`.
        """
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooManySteps
        last, frames = self._last, self._frames
        if step.depth > len(frames):
            assert last is not None
            is_call = last.opcode in CALLS
            frames.append(
                self._enter(to_address(last.stack[-2] % 2**160) if is_call else None)
            )
        elif step.depth < len(frames):
            if step.halt:
                self._failed = list(frames)
            del frames[step.depth :]
        frames[-1].trail.append(step.pc)
        if step.opcode == REVERT and not self._passes_on():
            self._failed = list(frames)
        self._last = step

    def finish(self, error: str) -> tuple[Place, ...]:
        """Return the lines on the way down, the message's own first.

        There are none if the way was too long: where it was left says nothing of
        where it ended.

        Parameters
        ----------
        error : str
            The name of the message's halt.
        """
        if self._steps > MOST_STEPS:
            return ()
        frames = self._failed if error == "revert" and self._failed else self._frames
        places = (frame.find_place() for frame in frames)
        return tuple(place for place in places if place is not None)

    def _enter(self, code_address: Address | None) -> _Frame:
        artifact = self._known(code_address)
        return _Frame(code_address, artifact, creates=code_address is None)

    def _passes_on(self) -> bool:
        """Return whether the frame that fails now does so for one that it called."""
        if len(self._failed) <= len(self._frames):
            return False
        if any(a is not b for a, b in zip(self._frames, self._failed, strict=False)):
            return False
        place = self._frames[-1].find_place()
        # Of code without a source nothing is known but that something below failed.
        return place is None or place.reason in (PASSED_ON, "")
