"""A replica is one of several machines that are to agree, by messages alone.

It is a state machine: what it hears goes in, what it says comes out. Signatures are
taken for granted, so nobody speaks in another's name; a certificate holds messages
that others really sent.

References
----------
.. [1] Castro and Liskov, "Practical Byzantine Fault Tolerance", 1999, section 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

Kind = Literal["propose", "prepare", "commit", "change"]
"""What a message is: one of the three phases, or the wish for another leader."""

Behaviour = Literal["silent", "equivocate"]
"""What a traitor does: say nothing, or say one thing to some and another to others."""

BEHAVIOURS: tuple[Behaviour, ...] = get_args(Behaviour)
"""All of them."""

Value = str
"""What is to be agreed on."""


class Prepared(NamedTuple):
    """A value that a quorum was ready for in a view: it may have been decided."""

    view: int
    value: Value


@dataclass(frozen=True)
class Message:
    """What one replica tells another.

    Attributes
    ----------
    kind : {"propose", "prepare", "commit", "change"}
        Its phase.
    view : int
        The view it belongs to: each has its own leader.
    sender, receiver : int
        From whom to whom.
    value : str or None
        The value; None in a wish for another leader.
    prepared : Prepared or None
        In such a wish: the last value a quorum was ready for, as far as the sender
        knows and can prove.
    certificate : tuple of Message
        In a later leader's proposal: the wishes that made it leader.
    """

    kind: Kind
    view: int
    sender: int
    receiver: int
    value: Value | None = None
    prepared: Prepared | None = None
    certificate: tuple["Message", ...] = ()


class InvalidAgreement(ValueError):
    """An agreement among nobody, with traitors from elsewhere, or late by no chance."""


def tolerated(replicas: int) -> int:
    """Return f, the traitors that so many replicas can bear: fewer than a third.

    Raises
    ------
    InvalidAgreement
        There is no replica.
    """
    if replicas < 1:
        raise InvalidAgreement(f"{replicas} replicas, required 1 or more")
    return (replicas - 1) // 3


def quorum(replicas: int) -> int:
    """Return how many make a quorum: all but f, so that any two share an honest one.

    Raises
    ------
    InvalidAgreement
        There is no replica.

    Examples
    --------
    >>> [(n, tolerated(n), quorum(n)) for n in (4, 7, 10)]
    [(4, 1, 3), (7, 2, 5), (10, 3, 7)]
    """
    return replicas - tolerated(replicas)


def check_traitors(traitors: Mapping[int, Behaviour], replicas: int) -> None:
    """Check that traitors are some of the replicas, and betray in a known way.

    Raises
    ------
    InvalidAgreement
        There is no honest replica, a traitor is no replica, or does what none does.
    """
    if not set(traitors) < set(range(replicas)):
        raise InvalidAgreement(
            f"traitors {sorted(traitors)} of {replicas} replicas, required "
            "some of them and not all"
        )
    if odd := set(traitors.values()).difference(BEHAVIOURS):
        raise InvalidAgreement(f"traitors {sorted(odd)}, required {BEHAVIOURS}")


def leader(view: int, replicas: int) -> int:
    """Return the replica that leads in a view: all take turns."""
    return view % replicas


def is_certified(proposal: Message, replicas: int) -> bool:
    """Return whether a leader may propose this value.

    The first may propose anything. A later one shows a quorum of wishes, and takes the
    value of the latest view that any of them had prepared.
    """
    if proposal.view == 0:
        return True
    wishes = {
        wish.sender: wish
        for wish in proposal.certificate
        if wish.kind == "change" and wish.view == proposal.view
    }
    if len(wishes) < quorum(replicas):
        return False
    bound = binding(tuple(wishes.values()))
    return bound is None or bound.value == proposal.value


def binding(wishes: tuple[Message, ...]) -> Prepared | None:
    """Return what a new leader has to propose, if anything: the latest prepared."""
    known = [wish.prepared for wish in wishes if wish.prepared is not None]
    return max(known, default=None)


@dataclass
class Replica:
    """An honest replica.

    Attributes
    ----------
    index : int
        Its number; it leads in every view that comes to it.
    replicas : int
        How many there are.
    wanted : str
        What it proposes as a leader, if it is free to.
    view : int
        The view it is in.
    accepted : dict from int to str
        The proposal it accepted in each view: one at most.
    prepared : Prepared or None
        The last value a quorum was ready for.
    decided : str or None
        What it decided, once and for all.
    """

    index: int
    replicas: int
    wanted: Value
    view: int = 0
    accepted: dict[int, Value] = field(default_factory=dict)
    prepared: Prepared | None = None
    decided: Value | None = None
    _heard: dict[tuple[Kind, int, Value], set[int]] = field(default_factory=dict)
    _wishes: dict[int, dict[int, Message]] = field(default_factory=dict)
    _led: set[int] = field(default_factory=set)

    def start(self) -> list[Message]:
        """Return the proposal of the first leader, or nothing."""
        if leader(0, self.replicas) != self.index:
            return []
        self._led.add(0)
        return self._tell("propose", self.wanted)

    def time_out(self) -> list[Message]:
        """Give up on the leader: go to the next view, and wish everyone there."""
        self.view += 1
        return self._tell("change", None, prepared=self.prepared)

    def receive(self, message: Message) -> list[Message]:
        """Take in a message, and return what there is to say about it."""
        if message.kind == "change":
            return self._on_change(message)
        assert message.value is not None
        if message.kind == "propose":
            return self._on_propose(message, message.value)
        return self._on_vote(message.kind, message, message.value)

    def _on_propose(self, message: Message, value: Value) -> list[Message]:
        if (
            message.sender != leader(message.view, self.replicas)
            or message.view != self.view
            or message.view in self.accepted
            or not is_certified(message, self.replicas)
        ):
            return []
        self.accepted[message.view] = value
        # The proposal is its leader's own vote of the first phase.
        self._count("prepare", message.view, value).add(message.sender)
        return self._tell("prepare", value) + self._check(message.view, value)

    def _on_vote(self, kind: Kind, message: Message, value: Value) -> list[Message]:
        self._count(kind, message.view, value).add(message.sender)
        return self._check(message.view, value)

    def _on_change(self, message: Message) -> list[Message]:
        view, wishes = message.view, self._wishes.setdefault(message.view, {})
        wishes[message.sender] = message
        if (
            leader(view, self.replicas) != self.index
            or view in self._led
            or view < self.view
            or len(wishes) < quorum(self.replicas)
        ):
            return []
        self.view = view
        self._led.add(view)
        certificate = tuple(wishes.values())
        bound = binding(certificate)
        value = self.wanted if bound is None else bound.value
        return self._tell("propose", value, certificate=certificate)

    def _check(self, view: int, value: Value) -> list[Message]:
        """Go on to the next phase where a quorum has spoken."""
        said: list[Message] = []
        ready = len(self._count("prepare", view, value)) >= quorum(self.replicas)
        new = self.prepared is None or self.prepared.view < view
        if ready and new and view == self.view and self.accepted.get(view) == value:
            self.prepared = Prepared(view, value)
            said = self._tell("commit", value)
        if (
            self.decided is None
            and len(self._count("commit", view, value)) >= quorum(self.replicas)
        ):  # fmt: skip
            self.decided = value
        return said

    def _count(self, kind: Kind, view: int, value: Value) -> set[int]:
        return self._heard.setdefault((kind, view, value), set())

    def _tell(
        self,
        kind: Kind,
        value: Value | None,
        prepared: Prepared | None = None,
        certificate: tuple[Message, ...] = (),
    ) -> list[Message]:
        """Return the same message to everyone, this replica too."""
        return [
            Message(kind, self.view, self.index, to, value, prepared, certificate)
            for to in range(self.replicas)
        ]
