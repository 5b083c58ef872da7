"""Snowball is agreement by asking around: a few random peers, again and again.

A node asks K others which of two colours they prefer. If at least alpha of them agree
on one, the poll succeeds. After beta successful polls in a row for one colour, the node
decides. A small lead grows in every round, so that all tip to the same side.

Three rules are here, each one memory more than the last: Slush knows only its colour,
Snowflake counts its successes in a row, Snowball also how many each colour ever had.

What it gives up: agreement is only as certain as the numbers make it, never sure; an
adversary with too many nodes may keep it from ever deciding, and nothing may be
decided while the network is cut, if nodes cannot tell silence from absence.

References
----------
.. [1] Team Rocket, Yin, Sekniqi, van Renesse, Sirer, "Scalable and Probabilistic
   Leaderless BFT Consensus through Metastability", 2019, section 2.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from minichain.consensus.estimate import (
    CONFIDENCE,
    Estimate,
    InvalidSample,
    mean,
    proportion,
)
from minichain.consensus.sampling import (
    COLOURS,
    RULES,
    InvalidPoll,
    Node,
    Rule,
    Setting,
    answer,
    exact_poll_probability,
    poll_probability,
    streak_probability,
)

__all__ = [
    "RULES", "InvalidPoll", "Network", "Node", "Poll", "Report", "Rule", "Setting",
    "answer", "exact_poll_probability", "poll_probability", "simulate",
    "streak_probability",
]  # fmt: skip


@dataclass(frozen=True)
class Poll:
    """One node's poll.

    Attributes
    ----------
    round : int
        The round it was in, from 1.
    node : int
        Who asked.
    asked : tuple of int
        Who was asked.
    answers : tuple of int
        How many of them preferred each colour.
    success : int or None
        The colour that had a quorum.
    before, after : Node
        What the node remembered, and what it does now.
    """

    round: int
    node: int
    asked: tuple[int, ...]
    answers: tuple[int, int]
    success: int | None
    before: Node
    after: Node


@dataclass(frozen=True)
class Report:
    """What many runs came to.

    Attributes
    ----------
    decided : Estimate
        How often all honest nodes decided.
    split : Estimate
        How often two honest nodes decided differently: what must not be.
    majority : Estimate
        How often all decided for the colour that more preferred at first.
    rounds : Estimate
        Rounds a run took, on average.
    """

    decided: Estimate
    split: Estimate
    majority: Estimate
    rounds: Estimate


class Network:
    """Nodes that ask each other until all have decided.

    Parameters
    ----------
    colours : sequence of int
        Colour that each honest node prefers at first, 0 or 1.
    adversaries : int
        Further nodes that answer whatever fewer honest nodes prefer, to keep the
        network undecided.
    setting : Setting
        How nodes ask.
    seed : int
        The same seed asks the same peers.
    on_step : callable, optional
        Called with every `Poll`.

    Attributes
    ----------
    nodes : list of Node
        The honest ones.
    round : int
        Rounds gone by.

    Raises
    ------
    InvalidPoll
        A colour is neither 0 nor 1, nobody is honest, the number of adversaries is
        negative, or there are not enough peers to ask.

    Examples
    --------
    >>> network = Network([0] * 60 + [1] * 40, seed=1)
    >>> network.run()
    True
    >>> network.preferences
    (100, 0)
    """

    def __init__(
        self,
        colours: Sequence[int],
        adversaries: int = 0,
        setting: Setting | None = None,
        *,
        seed: int = 0,
        on_step: Callable[[Poll], object] | None = None,
    ) -> None:
        self.setting = setting or Setting()
        if not colours or any(c not in range(COLOURS) for c in colours):
            raise InvalidPoll("colours are 0 and 1, and somebody has to have one")
        if adversaries < 0:
            raise InvalidPoll(f"{adversaries} adversaries")
        self.size = len(colours) + adversaries
        if self.size <= self.setting.sample:
            raise InvalidPoll(
                f"{self.setting.sample} peers to ask among {self.size - 1}"
            )
        self.nodes = [Node(colour) for colour in colours]
        self.round = 0
        self.on_step = on_step
        self._random = Random(seed)

    @property
    def preferences(self) -> tuple[int, int]:
        """How many honest nodes prefer each colour."""
        counts = Counter(node.colour for node in self.nodes)
        return counts[0], counts[1]

    @property
    def decisions(self) -> tuple[int, int]:
        """How many honest nodes have decided for each colour."""
        counts = Counter(node.colour for node in self.nodes if node.decided)
        return counts[0], counts[1]

    @property
    def is_decided(self) -> bool:
        """Whether every honest node has decided."""
        return all(node.decided for node in self.nodes)

    @property
    def is_split(self) -> bool:
        """Whether two honest nodes decided for different colours."""
        return all(self.decisions)

    def poll(self, node: int) -> Poll:
        """Let one node ask, whether it is its turn or not, and return its poll."""
        peers = [peer for peer in range(self.size) if peer != node]
        asked = tuple(self._random.sample(peers, self.setting.sample))
        zero, one = self.preferences
        rarer = 0 if zero < one else 1
        ones = sum(
            self.nodes[peer].colour if peer < len(self.nodes) else rarer
            for peer in asked
        )
        answers = (len(asked) - ones, ones)
        success = next(
            (c for c in range(COLOURS) if answers[c] >= self.setting.quorum), None
        )
        before = self.nodes[node]
        self.nodes[node] = answer(before, success, self.setting)
        poll = Poll(self.round, node, asked, answers, success, before, self.nodes[node])
        if self.on_step:
            self.on_step(poll)
        return poll

    def step(self) -> list[Poll]:
        """Let every node that has not decided ask once, in a random order."""
        self.round += 1
        turns = [i for i, node in enumerate(self.nodes) if not node.decided]
        self._random.shuffle(turns)
        return [self.poll(node) for node in turns]

    def run(self, rounds: int = 1_000) -> bool:
        """Go on until all have decided, for some rounds at most; return whether so."""
        for _ in range(rounds):
            if self.is_decided:
                break
            self.step()
        return self.is_decided


def simulate(
    colours: Sequence[int],
    adversaries: int = 0,
    setting: Setting | None = None,
    *,
    trials: int = 100,
    rounds: int = 200,
    seed: int = 0,
    confidence: float = CONFIDENCE,
) -> Report:
    """Run many networks from the same start, and report with bands.

    Parameters
    ----------
    colours, adversaries, setting
        As for `Network`.
    trials : int
        Runs, at least 2.
    rounds : int
        Rounds after which a run is given up.
    seed : int
        The same seed tells the same story.
    confidence : float
        How often the bands hold the true values.

    Raises
    ------
    InvalidPoll
        As `Network` raises it.
    InvalidSample
        There are fewer than two trials.
    """
    if trials < 2:
        raise InvalidSample(f"{trials} trials, required 2 or more")
    decided = split = majority = 0
    taken: list[float] = []
    favourite = int(2 * sum(colours) > len(colours))
    random = Random(seed)
    for _ in range(trials):
        network = Network(colours, adversaries, setting, seed=random.getrandbits(64))
        decided += network.run(rounds)
        split += network.is_split
        majority += network.decisions[favourite] == len(colours)
        taken.append(float(network.round))
    return Report(
        proportion(decided, trials, confidence),
        proportion(split, trials, confidence),
        proportion(majority, trials, confidence),
        mean(taken, confidence),
    )
