"""A run of the proof-of-stake board: what the learner did, and the beacon it led to.

The board keeps a log of deeds and nothing else. A beacon follows from the log, and the
latest few are kept, so that stepping on or back starts from one nearby.
"""

from collections import OrderedDict
from copy import copy
from dataclasses import dataclass, field, replace

from minichain.consensus.inactivity import is_leaking
from minichain.consensus.pos import SMALL, Beacon, BeaconState
from minichain.consensus.rewards import TARGET
from minichain.widgets.lesson import InvalidAction
from minichain.widgets.stakeboard_log import Deed, Log

RULES = SMALL
"""The numbers of the protocol that the board plays by."""

KEPT = 48
"""Beacons that are kept."""

MILLI = 10**6
"""Gwei in a thousandth of an ether: what stakes are shown in."""

THOUSAND = 1_000
"""Parts of one in which the board keeps a share."""


@dataclass(frozen=True)
class Weighing:
    """The votes for an epoch's checkpoint, as one chain counts them.

    Attributes
    ----------
    votes, total : int
        Gwei that voted for it, in blocks, and all active gwei.
    leaking : bool
        Whether the leak was on.
    left : int or None
        What those who did not act had left of their first stake, in thousandths.
    """

    votes: int
    total: int
    leaking: bool
    left: int | None


@dataclass
class Side:
    """What is remembered of those who hear each other.

    Attributes
    ----------
    turns : dict from int to int
        Whose turn it was to propose, by slot.
    weighings : dict from int to Weighing
        The votes, by epoch.
    justified : set of int
        Epochs whose checkpoint was justified.
    """

    turns: dict[int, int] = field(default_factory=dict)
    weighings: dict[int, Weighing] = field(default_factory=lambda: {})
    justified: set[int] = field(default_factory=set)

    def copy(self) -> "Side":
        """Return a side that goes on by itself."""
        return Side(dict(self.turns), dict(self.weighings), set(self.justified))


class Run:
    """A beacon, and what is remembered of each side.

    Attributes
    ----------
    beacon : Beacon
        Where it stands.
    sides : list of Side
        One for each of its groups.
    agreed : bool or None
        Whether the sides could agree when the network was mended; None before.
    """

    def __init__(self, seed: int, count: int) -> None:
        self.beacon = Beacon(count, rules=RULES, seed=seed)
        self.sides = [Side()]
        self.agreed: bool | None = None
        self._note(0)

    def copy(self) -> "Run":
        """Return a run that goes on by itself from here."""
        other = copy(self)
        other.beacon = self.beacon.copy()
        other.sides = [side.copy() for side in self.sides]
        return other

    def do(self, deed: Deed) -> None:
        """Let something happen.

        Raises
        ------
        ProtocolError
            It is refused, by the rule the error names; the run is of no more use.
        """
        beacon, who = self.beacon, deed.who
        if deed.kind == "pass":
            for _ in range(deed.slots):
                self._step()
        elif deed.kind == "leave":
            beacon.take_offline(who)
        elif deed.kind == "return":
            beacon.bring_online(who)
        elif deed.kind == "double":
            for index in who:
                beacon.cast(beacon.double_vote(index))
        elif deed.kind == "surround":
            for index in who:
                beacon.cast(beacon.surround_vote(index))
        elif deed.kind == "split":
            self._split(frozenset(who))
        else:
            self._heal()

    def acting(self, group: int) -> frozenset[int]:
        """Return who is there, on this side."""
        return self.beacon.groups[group] - self.beacon.absent

    def _step(self) -> None:
        for step in self.beacon.step():
            self.sides[step.group].turns[step.slot] = step.proposer
            self._note(step.group)

    def _note(self, group: int) -> None:
        state, side = self.beacon.state(group), self.sides[group]
        flags = {state.epoch: state.current_flags}
        if state.epoch:
            flags[state.epoch - 1] = state.previous_flags
            for back, is_justified in enumerate(state.justification.bits, 1):
                if is_justified:
                    side.justified.add(state.epoch - back)
        for epoch, earned in flags.items():
            side.weighings[epoch] = Weighing(
                state.stake_with(TARGET.bit, earned, epoch),
                state.total,
                is_leaking(state.delay, RULES),
                self._left(group, state),
            )

    def _left(self, group: int, state: BeaconState) -> int | None:
        there = self.acting(group)
        gone = [
            index
            for index, validator in enumerate(state.validators)
            if index not in there and not validator.slashed
        ]
        if not gone:
            return None
        held = sum(state.balances[index] for index in gone)
        return THOUSAND * held // (len(gone) * RULES.most_effective)

    def _split(self, part: frozenset[int]) -> None:
        everyone = frozenset().union(*self.beacon.groups)
        if len(self.beacon.groups) > 1:
            raise InvalidAction("split", "the network is cut already")
        if not part or part == everyone:
            raise InvalidAction("split", f"{len(part)} of {len(everyone)} on one side")
        self.beacon.split(part, everyone - part)
        self.sides = [self.sides[0], self.sides[0].copy()]
        self.agreed = None

    def _heal(self) -> None:
        if len(self.beacon.groups) == 1:
            raise InvalidAction("heal", "the network is not cut")
        heads = [view.head() for view in self.beacon.views]
        self.agreed = self.beacon.heal()
        if self.agreed:
            view = self.beacon.views[0]
            head = view.head()
            # What is remembered is what the chain that goes on remembers.
            won = next(
                (i for i, old in enumerate(heads) if view.tree.is_ancestor(old, head)),
                0,
            )
            self.sides = [self.sides[won]]
            self._note(0)


_kept: OrderedDict[tuple[int, int, Log], Run] = OrderedDict()


def replay(seed: int, count: int, log: Log) -> Run:
    """Return the run that a log leads to; changing it is of no use.

    Parameters
    ----------
    seed : int
        Deals the committees.
    count : int
        Validators.
    log : tuple of Deed
        What happened.

    Raises
    ------
    ProtocolError
        A deed is refused, by the rule the error names.
    """
    found = _kept.get((seed, count, log))
    if found is None:
        start, rest = _nearest(seed, count, log)
        found = start.copy()
        for deed in rest:
            found.do(deed)
    _kept[seed, count, log] = found
    _kept.move_to_end((seed, count, log))
    if len(_kept) > KEPT:
        _kept.popitem(last=False)
    return found


def _nearest(seed: int, count: int, log: Log) -> tuple[Run, Log]:
    """Return the nearest run that is kept before a log's end, and what follows it."""
    if log and log[-1].kind == "pass":
        *before, last = log
        for fewer in range(1, min(last.slots, RULES.slots_per_epoch + 1)):
            start = (*before, replace(last, slots=last.slots - fewer))
            if run := _kept.get((seed, count, start)):
                return run, (Deed("pass", fewer),)
    for cut in range(len(log) - 1, -1, -1):
        if run := _kept.get((seed, count, log[:cut])):
            return run, log[cut:]
    return Run(seed, count), log
