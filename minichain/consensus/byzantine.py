"""Byzantine agreement is agreement in spite of traitors who say one thing to each.

Of 3f + 1 replicas, f may be traitors. Three phases (propose, prepare, commit), each of
which waits for 2f + 1: any two such quorums share f + 1 replicas, hence an honest one,
and an honest one says one thing only. If nothing comes of a leader, the next takes over
and is bound by what may have been decided before.

What it gives up: everyone must know who takes part, every replica tells every other
(n squared messages for each decision), and with one traitor more than f, two honest
replicas may decide differently. With messages late for ever it does not decide, but it
is never wrong.

References
----------
.. [1] Lamport, Shostak, Pease, "The Byzantine Generals Problem", 1982.
.. [2] Castro and Liskov, "Practical Byzantine Fault Tolerance", 1999, section 4.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from minichain.consensus.replica import (
    Behaviour,
    InvalidAgreement,
    Kind,
    Message,
    Prepared,
    Replica,
    Value,
    binding,
    check_traitors,
    is_certified,
    leader,
    quorum,
    tolerated,
)

__all__ = [
    "Agreement", "Behaviour", "Event", "InvalidAgreement", "Kind", "Message",
    "Prepared", "Replica", "TooManyTraitors", "binding", "check_tolerance",
    "is_certified", "leader", "quorum", "tolerated",
]  # fmt: skip

Effect = Literal["", "accepted", "prepared", "decided", "led"]
"""What a message did to its receiver."""

PATIENCE = 20
"""Views after which a run is given up."""


class TooManyTraitors(ValueError):
    """More traitors than so many replicas can bear.

    Attributes
    ----------
    traitors, replicas : int
        The numbers.
    """

    def __init__(self, traitors: int, replicas: int) -> None:
        super().__init__(
            f"{traitors} traitors among {replicas} replicas, required "
            f"{3 * traitors + 1} or more"
        )
        self.traitors = traitors
        self.replicas = replicas


def check_tolerance(traitors: int, replicas: int) -> None:
    """Check that so many replicas bear so many traitors.

    Raises
    ------
    TooManyTraitors
        There are fewer than three replicas for each traitor, and one.
    InvalidAgreement
        The number of traitors is negative, or there is no replica.
    """
    if traitors < 0:
        raise InvalidAgreement(f"{traitors} traitors, required 0 or more")
    if traitors > tolerated(replicas):
        raise TooManyTraitors(traitors, replicas)


@dataclass(frozen=True)
class Event:
    """A message that arrived, and what it did.

    Attributes
    ----------
    number : int
        Messages that arrived before this one.
    message : Message
        The message.
    effect : str
        What its receiver did: accepted a proposal, was prepared, decided, or led.
    late : bool
        Whether its receiver had given up on its view's leader before.
    """

    number: int
    message: Message
    effect: Effect
    late: bool


class Agreement:
    """One decision among replicas, some of them traitors.

    Parameters
    ----------
    wanted : sequence of str
        What each replica proposes if it leads.
    traitors : mapping from int to {"silent", "equivocate"}
        Who betrays, and how. More than f may be given, to see what breaks.
    lies : tuple of str
        The two values that equivocating traitors tell the two halves of the others.
    late : float
        Chance that a message arrives only after the next timeout, 0 to 1.
    seed : int
        The same seed delivers in the same order.
    on_step : callable, optional
        Called with every `Event`.

    Attributes
    ----------
    replicas : dict from int to Replica
        The honest ones.
    delivered : int
        Messages that arrived.
    timeouts : int
        How often everyone gave up on a leader.

    Raises
    ------
    InvalidAgreement
        As `check_traitors` raises it, or ``late`` is no chance.

    Examples
    --------
    >>> agreement = Agreement(["tea"] * 4, {0: "equivocate"})
    >>> agreement.run()
    True
    >>> len(set(agreement.decisions.values()))
    1
    """

    def __init__(
        self,
        wanted: Sequence[Value],
        traitors: Mapping[int, Behaviour] | None = None,
        *,
        lies: tuple[Value, Value] = ("attack", "retreat"),
        late: float = 0.0,
        seed: int = 0,
        on_step: Callable[[Event], object] | None = None,
    ) -> None:
        self.size = len(wanted)
        self.traitors = dict(traitors or {})
        check_traitors(self.traitors, self.size)
        if not 0 <= late <= 1:
            raise InvalidAgreement(f"chance {late} of being late, required 0 to 1")
        self.replicas = {
            index: Replica(index, self.size, value)
            for index, value in enumerate(wanted)
            if index not in self.traitors
        }
        self.lies, self.late, self.on_step = lies, late, on_step
        self.delivered = self.timeouts = 0
        self._random = Random(seed)
        self._pending: list[Message] = []
        self._held: list[Message] = []
        self._wishes: dict[int, list[Message]] = {}
        for replica in self.replicas.values():
            self._send(replica.start())
        self._betray(0)

    @property
    def decisions(self) -> dict[int, Value]:
        """What each honest replica has decided, of those that have."""
        return {
            index: replica.decided
            for index, replica in self.replicas.items()
            if replica.decided is not None
        }

    @property
    def is_decided(self) -> bool:
        """Whether all honest replicas have decided."""
        return len(self.decisions) == len(self.replicas)

    @property
    def is_split(self) -> bool:
        """Whether two honest replicas have decided differently: what must not be."""
        return len(set(self.decisions.values())) > 1

    def step(self) -> Event | None:
        """Deliver one message; without any, let all give up on the leader.

        Returns
        -------
        Event or None
            What arrived; None for the timeout.
        """
        if not self._pending:
            self._time_out()
            return None
        message = self._pending.pop(self._random.randrange(len(self._pending)))
        replica = self.replicas[message.receiver]
        known = (len(replica.accepted), replica.prepared, replica.decided)
        late = message.view < replica.view
        said = replica.receive(message)
        self._send(said)
        effect: Effect = ""
        if replica.decided != known[2]:
            effect = "decided"
        elif replica.prepared != known[1]:
            effect = "prepared"
        elif len(replica.accepted) != known[0]:
            effect = "accepted"
        elif any(word.kind == "propose" for word in said):
            effect = "led"
        event = Event(self.delivered, message, effect, late)
        self.delivered += 1
        if self.on_step:
            self.on_step(event)
        return event

    def run(self, views: int = PATIENCE) -> bool:
        """Go on until all have decided, for some views at most; return whether so."""
        while not self.is_decided and self.timeouts < views:
            self.step()
        return self.is_decided

    def _time_out(self) -> None:
        self.timeouts += 1
        self._pending, self._held = self._held, []
        for replica in self.replicas.values():
            self._send(replica.time_out())
        self._betray(self.timeouts)

    def _send(self, messages: list[Message]) -> None:
        for message in messages:
            if message.receiver in self.traitors:
                if message.kind == "change":
                    self._on_wish(message)
            elif message.sender != message.receiver and (
                self._random.random() < self.late
            ):
                self._held.append(message)
            else:
                self._pending.append(message)

    def _betray(self, view: int) -> None:
        """Let the equivocating traitors tell each half what it wants to hear."""
        for traitor, behaviour in self.traitors.items():
            if behaviour != "equivocate":
                continue
            if view == 0 and leader(0, self.size) == traitor:
                self._send(
                    [self._lie("propose", 0, traitor, to) for to in self.replicas]
                )
            for kind in ("prepare", "commit"):
                self._send([self._lie(kind, view, traitor, to) for to in self.replicas])

    def _lie(self, kind: Kind, view: int, traitor: int, to: int) -> Message:
        side = list(self.replicas).index(to) % 2
        return Message(kind, view, traitor, to, self.lies[side])

    def _on_wish(self, wish: Message) -> None:
        """Let a traitor that becomes leader propose, with the freest certificate."""
        traitor, wishes = wish.receiver, self._wishes.setdefault(wish.view, [])
        if (
            leader(wish.view, self.size) != traitor
            or self.traitors[traitor] != "equivocate"
        ):
            return
        wishes.append(wish)
        # All traitors claim that they were ready for nothing.
        lying = [
            Message("change", wish.view, other, traitor)
            for other, behaviour in self.traitors.items()
            if behaviour == "equivocate"
        ]
        if len(wishes) != len(self.replicas):
            return
        free = sorted(wishes, key=lambda w: w.prepared or Prepared(-1, ""))
        certificate = tuple((lying + free)[: quorum(self.size)])
        bound = binding(certificate)
        for to in self.replicas:
            lie = self._lie("propose", wish.view, traitor, to)
            value = lie.value if bound is None else bound.value
            self._send([replace(lie, value=value, certificate=certificate)])
