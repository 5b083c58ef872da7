"""A shot of the reentrancy film is the part of a recording in which one frame runs.

The time machine runs a case once and records it; this module cuts the recording into
shots and reads off each what the vault's books say, and what the vault holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from eth_abi.abi import decode

from minichain.contracts.abi import SELECTOR_SIZE
from minichain.contracts.descent import LOCK
from minichain.contracts.layout import compute_slot
from minichain.evm.trace import Recording
from minichain.evm.trace_calls import Call
from minichain.evm.trace_gas import SSTORE
from minichain.units import ETHER, Address
from minichain.widgets.film_case import THIEF, VAULT, Case, make_setup
from minichain.widgets.timetravel_play import Play, play
from minichain.widgets.timetravel_setup import PEOPLE

OUT_OF_GAS = "out-of-gas"
"""The halt of a frame that cannot pay for its next step."""

DOOR = "def "
"""How the line begins at which a function's lock is asked."""

Ending = Literal["money", "once", "gas", "order", "lock"]
"""What ends a theft: the vault is too poor, or the thief content; or what undoes it."""


@dataclass(frozen=True)
class Books:
    """What a vault notes and what there is, in wei.

    Attributes
    ----------
    bob, thief : int
        What the vault notes for Bob, and for the thief's contract.
    holds : int
        What the vault has.
    spoils : int
        What the thief's contract has.
    """

    bob: int
    thief: int
    holds: int
    spoils: int

    @property
    def owes(self) -> int:
        """Return what the vault would have to pay if all withdrew."""
        return self.bob + self.thief

    @property
    def is_short(self) -> bool:
        """Whether the vault holds less than it owes."""
        return self.holds < self.owes


@dataclass(frozen=True)
class Shot:
    """A part of a recording in which one frame runs.

    Attributes
    ----------
    kind : str
        ``call`` from a frame's beginning, ``back`` where it goes on after a call that
        it made, ``undone`` where everything is taken back.
    place : int
        The frame's place among the recording's calls.
    begin, end : int
        Its first moment, and the one behind its last.
    begun : int
        Frames that had begun before it.
    before, after : Books
        The vault before and after it.
    refusal : str
        Why the frame fails in it; empty if it does not.
    """

    kind: Literal["call", "back", "undone"]
    place: int
    begin: int
    end: int
    begun: int
    before: Books
    after: Books
    refusal: str = ""


@dataclass(frozen=True)
class Film:
    """A case that was played.

    Attributes
    ----------
    run : Play
        The contracts and the recording.
    shots : tuple of Shot
        The whole of it, in order.
    """

    run: Play
    shots: tuple[Shot, ...]

    @property
    def recording(self) -> Recording:
        """Return the recording."""
        return self.run.recording

    @property
    def succeeded(self) -> bool:
        """Whether the theft's changes stay."""
        return self.recording.calls[0].success is True

    @cached_property
    def payments(self) -> int:
        """Count the times that the vault paid the thief, undone or not."""
        return sum(
            call.caller == VAULT and call.address == THIEF and call.value > 0
            for call in self.recording.calls
        )

    @property
    def kept(self) -> int:
        """Count the payments that stay."""
        return self.payments if self.succeeded else 0

    @cached_property
    def ending(self) -> Ending:
        """What ends it."""
        if self.succeeded:
            return "once" if self.payments == 1 else "money"
        refusal = next(shot.refusal for shot in self.shots if shot.refusal)
        known: dict[str, Ending] = {OUT_OF_GAS: "gas", LOCK: "lock"}
        return known.get(refusal, "order")

    def lines_of(self, shot: Shot) -> tuple[int, ...]:
        """Return the lines of its source that a shot's frame runs, in order."""
        recording, lines = self.recording, self.run.lines
        ran = (
            lines[moment]
            for moment in range(shot.begin, shot.end)
            if recording.owners[moment] == shot.place
        )
        return tuple(dict.fromkeys(line for line in ran if line is not None))

    def waiting(self, shot: Shot) -> int:
        """Count the withdrawals that wait meanwhile for the thief to be paid."""
        calls = self.recording.calls
        found, place = 0, calls[shot.place].parent
        while place is not None:
            found += calls[place].address == VAULT
            place = calls[place].parent
        return found


@lru_cache(maxsize=16)
def film(case: Case) -> Film:
    """Run a case and cut it into shots."""
    run = play(make_setup(case))
    recording = run.recording
    assert recording.is_whole
    cuts = _cut(recording)
    ends = [*(begin for _, _, begin, _ in cuts[1:]), len(recording)]
    states = [_read_books(run, case, begin, count) for _, _, begin, count in cuts]
    states.append(_read_books(run, case, len(recording), len(recording.calls)))
    refusals = [""] * len(cuts)
    if cuts[-1][0] == "undone":
        refusals[-2] = _find_refusal(run)
    shots = tuple(
        Shot(kind, place, begin, end, count, before, after, refusal)
        for (kind, place, begin, count), end, before, after, refusal in zip(
            cuts, ends, states, states[1:], refusals, strict=False
        )
    )
    return Film(run, shots)


_Cut = tuple[Literal["call", "back", "undone"], int, int, int]


def _cut(recording: Recording) -> list[_Cut]:
    """Return where shots begin: kind, frame, moment, and frames begun before."""
    calls, cuts = recording.calls, list[_Cut]()
    failures = [call.end for call in calls if call.success is False]
    failed = min(failures, default=len(recording))
    for place, call in enumerate(calls):
        cuts.append(("call", place, call.begin, place))
    for place, call in enumerate(calls):
        resumed = call.end
        if call.parent is None or resumed >= failed:
            continue
        following = next((c.begin for c in calls[place + 1 :] if c.begin > resumed), 0)
        until = min(calls[call.parent].end, following or len(recording))
        if _writes(recording, resumed, until, calls[call.parent].address):
            count = sum(c.begin <= resumed for c in calls)
            cuts.append(("back", call.parent, resumed, count))
    cuts.sort(key=lambda cut: (cut[2], cut[3], cut[1]))
    if failures:
        cuts.append(("undone", 0, failed, len(calls)))
    return cuts


def _writes(recording: Recording, begin: int, end: int, address: Address) -> bool:
    """Return whether the vault notes something between two moments."""
    return address == VAULT and any(
        step.opcode == SSTORE for step in recording.steps[begin:end]
    )


def _read_books(run: Play, case: Case, moment: int, begun: int) -> Books:
    """Return the books before a moment, at which so many frames had begun."""
    calls = run.recording.calls
    holds = {VAULT: case.others * ETHER}
    for call in calls[:begun]:
        if call.value and not _is_undone(calls, call, moment):
            holds[call.caller] = holds.get(call.caller, 0) - call.value
            holds[call.address] = holds.get(call.address, 0) + call.value
    home = run.home(VAULT)
    assert home is not None
    assert home.artifact is not None
    table = home.artifact.slots["deposits"]
    noted = {
        cell.slot.number: cell.now
        for cell in run.recording.storage(moment)
        if cell.slot.address == VAULT and not cell.slot.is_transient
    }
    return Books(
        noted.get(compute_slot(table, PEOPLE["Bob"]), case.others * ETHER),
        noted.get(compute_slot(table, THIEF), 0),
        holds[VAULT],
        holds.get(THIEF, 0),
    )


def _find_refusal(run: Play) -> str:
    """Return why the frame fails that fails first."""
    failed = [call for call in run.recording.calls if call.success is False]
    call = min(reversed(failed), key=lambda call: call.end)
    if call.error != "revert":
        return call.error
    if call.output:
        [reason] = decode(["string"], call.output[SELECTOR_SIZE:])
        return str(reason)
    home, line = run.home(call.code_address), run.lines[call.end - 1]
    at_door = home and home.artifact and line and home.artifact.text_of(line)
    return LOCK if at_door and at_door.startswith(DOOR) else call.error


def _is_undone(calls: Sequence[Call], call: Call, moment: int) -> bool:
    """Return whether a frame, or one that it runs in, has failed before a moment."""
    at: Call | None = call
    while at is not None:
        if at.success is False and at.end <= moment:
            return True
        at = None if at.parent is None else calls[at.parent]
    return False
