"""A beacon is a chain kept by votes: in each slot one proposes, and a committee votes.

Nothing takes real time and nothing is drawn by chance while it runs: the seed deals
the committees, and the caller says who is online, who is cut off, and who cheats.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import copy

from minichain.consensus.attestation import Evidence, Vote
from minichain.consensus.beacon_state import BeaconState
from minichain.consensus.beacon_step import InvalidEpochs, Step
from minichain.consensus.duty import (
    attest,
    double_vote,
    propose,
    surround_vote,
    tell,
)
from minichain.consensus.inactivity import is_leaking
from minichain.consensus.stake import SMALL, Rules, UnknownValidator
from minichain.consensus.stake_view import View
from minichain.crypto.hashing import sha256

GENESIS = "genesis"
"""Name of the first block; the others are named by their slots."""


class InvalidGroups(ValueError):
    """A split that leaves somebody out, or puts somebody on two sides."""


class Beacon:
    """Validators, their votes, and the chain that comes of them.

    Parameters
    ----------
    stakes : int or sequence of int
        Balance of each validator in gwei, or how many there are, with the full
        effective balance each.
    rules : Rules
        The numbers of the protocol.
    seed : int
        The same seed deals the same committees.
    on_step : callable, optional
        Called with every `Step`.

    Attributes
    ----------
    rules : Rules
        The numbers of the protocol.
    slot : int
        The last slot that was stepped through.
    absent : set of int
        Validators that neither propose nor vote.
    groups : tuple of frozenset of int
        Who hears whom.
    views : list of View
        What each group has seen.

    Raises
    ------
    NoValidators
        There is none, or none has an increment of stake.
    InvalidStake
        A stake is negative.

    Examples
    --------
    >>> beacon = Beacon(32)
    >>> steps = beacon.run(epochs=4)
    >>> steps[-1].justified.epoch, steps[-1].finalized.epoch
    (3, 2)
    """

    def __init__(
        self,
        stakes: int | Sequence[int] = 32,
        *,
        rules: Rules = SMALL,
        seed: int = 0,
        on_step: Callable[[Step], object] | None = None,
    ) -> None:
        if isinstance(stakes, int):
            stakes = [rules.most_effective] * stakes
        mix = sha256((seed % 2**256).to_bytes(32, "big"))
        genesis = BeaconState.at_genesis(stakes, GENESIS, rules, mix)
        self.rules = rules
        self.on_step = on_step
        self.slot = 0
        self.absent: set[int] = set()
        self.groups: tuple[frozenset[int], ...] = (frozenset(range(len(stakes))),)
        self.views = [View(genesis)]
        for member in genesis.members(0):
            self.views[0].on_vote(attest(genesis, member, GENESIS))
        self._names = {0: 1}

    @property
    def epoch(self) -> int:
        """The epoch of the slot."""
        return self.rules.epoch_of(self.slot)

    def state(self, group: int = 0) -> BeaconState:
        """Return the state of a group's head at this slot; changing it is of no use."""
        view = self.views[group]
        return view.state_at(view.head(), self.slot)

    def copy(self) -> "Beacon":
        """Return a beacon that goes on by itself from here."""
        other = copy(self)
        other.absent, other._names = set(self.absent), dict(self._names)
        other.views = [view.copy() for view in self.views]
        return other

    def step(self) -> tuple[Step, ...]:
        """Let one slot pass; return what happened in each group."""
        self.slot += 1
        steps = tuple(self._step(group) for group in range(len(self.groups)))
        if self.on_step:
            for step in steps:
                self.on_step(step)
        return steps

    def run(self, epochs: int = 1) -> list[Step]:
        """Let the slots of some epochs pass; return all that happened.

        Raises
        ------
        InvalidEpochs
            ``epochs`` is negative.
        """
        if epochs < 0:
            raise InvalidEpochs(f"{epochs} epochs, required 0 or more")
        steps: list[Step] = []
        for _ in range(epochs * self.rules.slots_per_epoch):
            steps.extend(self.step())
        return steps

    def take_offline(self, validators: Iterable[int]) -> None:
        """Make validators absent: from the next slot on, they do nothing.

        Raises
        ------
        UnknownValidator
            There is no such validator.
        """
        self.absent |= self._known(validators)

    def bring_online(self, validators: Iterable[int]) -> None:
        """Make validators present again.

        Raises
        ------
        UnknownValidator
            There is no such validator.
        """
        self.absent -= self._known(validators)

    def split(self, *groups: Iterable[int]) -> None:
        """Cut the network: from now on only members of one group hear each other.

        Raises
        ------
        InvalidGroups
            The network is cut already, somebody is in no group or in two, or is no
            validator.
        """
        parts = tuple(frozenset(group) for group in groups)
        everyone = self._everyone
        size = sum(len(part) for part in parts)
        if len(self.groups) > 1 or everyone.difference(*parts):
            raise InvalidGroups("the groups are not the parts of one network")
        if size != len(everyone) or any(part - everyone for part in parts):
            raise InvalidGroups(f"{size} members of {len(everyone)} validators")
        [view] = self.views
        self.groups = parts
        self.views = [view.copy() for _ in parts]

    def heal(self) -> bool:
        """Let everyone hear everything again, and return whether they can agree.

        Those who hold contradicting blocks for final stay apart: no vote brings them
        together, people have to.
        """
        finals = [view.finalized.block for view in self.views]
        for view in self.views:
            for other in self.views:
                tell(view, other)
        tree = self.views[0].tree
        agreed = all(
            tree.is_ancestor(a, b) or tree.is_ancestor(b, a)
            for a in finals
            for b in finals
        )
        if agreed:
            self.groups = (self._everyone,)
            self.views = self.views[:1]
        return agreed

    def cast(self, vote: Vote) -> Evidence | None:
        """Let a validator vote out of turn; return the proof if that breaks the rules.

        Whoever proposes next puts the proof into its block.

        Raises
        ------
        UnknownValidator
            There is no such validator.
        UnknownTarget
            No group that hears it knows what it is for.
        """
        group = self._group_of(vote.validator)
        return self.views[group].on_vote(vote)

    def double_vote(self, validator: int) -> Vote:
        """Return a vote that contradicts the validator's last one: for another head.

        Raises
        ------
        UnknownValidator
            There is no such validator.
        NoOffence
            It has not voted yet, or only for the first block.
        """
        return double_vote(self.views[self._group_of(validator)], validator)

    def surround_vote(self, validator: int) -> Vote:
        """Return a vote around an earlier one: from the first checkpoint to the latest.

        Raises
        ------
        UnknownValidator
            There is no such validator.
        NoOffence
            It has no earlier vote that starts after the first epoch.
        """
        return surround_vote(self.views[self._group_of(validator)], validator)

    def _step(self, group: int) -> Step:
        view = self.views[group]
        view.on_slot(self.slot)
        parent = view.head()
        state = view.state_at(parent, self.slot)
        proposer = state.proposer()
        block = None
        if self._acts(proposer, group, state):
            block = propose(view, state, self._name(), parent, proposer)
            view.on_block(block)
        head = view.head()
        state = view.state_at(head, self.slot)
        votes = tuple(
            attest(state, member, head)
            for member in state.members(self.slot)
            if self._acts(member, group, state)
        )
        for vote in votes:
            view.on_vote(vote)
        return Step(
            slot=self.slot,
            epoch=self.epoch,
            group=group,
            proposer=proposer,
            block=block,
            votes=votes,
            head=head,
            justified=view.justified,
            finalized=view.finalized,
            leaking=is_leaking(state.delay, self.rules),
        )

    def _name(self) -> str:
        """Return a name for a block of this slot: the slot, and a letter if taken."""
        count = self._names.get(self.slot, 0)
        self._names[self.slot] = count + 1
        return f"{self.slot}{'' if count == 0 else chr(ord('a') + count)}"

    def _acts(self, validator: int, group: int, state: BeaconState) -> bool:
        return (
            validator in self.groups[group]
            and validator not in self.absent
            and not state.validators[validator].slashed
        )

    @property
    def _everyone(self) -> frozenset[int]:
        return frozenset(index for group in self.groups for index in group)

    def _known(self, validators: Iterable[int]) -> set[int]:
        known = set(validators)
        for index in known:
            self._group_of(index)
        return known

    def _group_of(self, validator: int) -> int:
        for number, group in enumerate(self.groups):
            if validator in group:
                return number
        raise UnknownValidator(validator, sum(map(len, self.groups)))
