"""The trail of a Snowball vote: its polls in order, as far as somebody looked."""

from dataclasses import dataclass
from functools import lru_cache

from minichain.consensus.snowball import Network, Node, Poll, Rule, Setting
from minichain.widgets.lesson import InvalidAction

ROUNDS = 60
"""Rounds after which a vote is given up."""


@dataclass(frozen=True)
class Ballot:
    """What a vote starts from.

    Attributes
    ----------
    nodes : int
        All nodes, the adversary's too.
    split : int
        Part of the honest nodes that prefer the second colour at first, in per cent.
    share : int
        The adversary's part of all nodes, in per cent.
    sample, quorum, threshold : int
        As in `Setting`.
    rule : str
        Which memory a node has.
    """

    nodes: int = 60
    split: int = 40
    share: int = 0
    sample: int = 20
    quorum: int = 15
    threshold: int = 20
    rule: Rule = "snowball"

    @property
    def adversaries(self) -> int:
        """How many nodes the adversary has, rounded down."""
        return self.nodes * self.share // 100

    @property
    def colours(self) -> tuple[int, ...]:
        """What each honest node prefers at first."""
        honest = self.nodes - self.adversaries
        # Half a node is rounded up.
        second = (honest * self.split + 50) // 100
        return (0,) * (honest - second) + (1,) * second

    @property
    def setting(self) -> Setting:
        """How nodes ask."""
        return Setting(self.sample, self.quorum, self.threshold, self.rule)

    def network(self, seed: int) -> Network:
        """Return the network before its first poll."""
        return Network(self.colours, self.adversaries, self.setting, seed=seed)

    def check(self) -> None:
        """Refuse a ballot that no learner can set up.

        Raises
        ------
        InvalidAction
            A number is out of its bounds.
        """
        bounds = {
            "nodes": (self.nodes, 24, 100),
            "split": (self.split, 0, 100),
            "share": (self.share, 0, 50),
            "sample": (self.sample, 1, 20),
            "quorum": (self.quorum, self.sample // 2 + 1, self.sample),
            "threshold": (self.threshold, 1, 30),
        }
        for name, (value, low, high) in bounds.items():
            if not low <= value <= high:
                raise InvalidAction(name, f"{value} is not {low} to {high}")


class Trail:
    """The polls of one vote, held as far as somebody looked.

    Attributes
    ----------
    polls : list of Poll
        In order.
    prefer : list of tuple of int
        How many honest nodes preferred each colour, before the first poll and after
        each.
    """

    def __init__(self, ballot: Ballot, seed: int) -> None:
        self._network = ballot.network(seed)
        self.polls: list[Poll] = []
        self.prefer = [self._network.preferences]

    def reach(self, count: int) -> bool:
        """Go on until there are so many polls; return whether there are."""
        while len(self.polls) < count and not self.is_over:
            self._round()
        return len(self.polls) >= count

    @property
    def is_over(self) -> bool:
        """Whether there will be no poll after those held."""
        return self._network.is_decided or self._network.round >= ROUNDS

    def end_of_round(self, count: int) -> int:
        """Return how many polls there are at the end of the round of the next one.

        Raises
        ------
        InvalidAction
            There is no next one.
        """
        if not self.reach(count + 1):
            raise InvalidAction("round", "all have decided, or the vote is given up")
        number = self.polls[count].round
        while count < len(self.polls) and self.polls[count].round == number:
            count += 1
        return count

    def end(self) -> int:
        """Return how many polls there are in all."""
        while not self.is_over:
            self._round()
        return len(self.polls)

    def nodes(self, count: int) -> list[Node]:
        """Return what each honest node remembers after so many polls."""
        first = {poll.node: poll.before for poll in reversed(self.polls)}
        nodes = [first.get(i, node) for i, node in enumerate(self._network.nodes)]
        for poll in self.polls[:count]:
            nodes[poll.node] = poll.after
        return nodes

    def _round(self) -> None:
        zero, one = self.prefer[-1]
        for poll in self._network.step():
            change = poll.after.colour - poll.before.colour
            zero, one = zero - change, one + change
            self.polls.append(poll)
            self.prefer.append((zero, one))


@lru_cache(16)
def follow(ballot: Ballot, seed: int) -> Trail:
    """Return the trail of a vote; it only ever grows."""
    return Trail(ballot, seed)
