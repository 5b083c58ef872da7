"""Repeated sampling is what a node learns from asking a few random peers at a time.

Slush, Snowflake and Snowball differ in what a node remembers of its polls: its colour
alone; also its successes in a row; also how many successes each colour ever had.

References
----------
.. [1] Team Rocket, Yin, Sekniqi, van Renesse, Sirer, "Scalable and Probabilistic
   Leaderless BFT Consensus through Metastability", 2019, section 2.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import comb
from typing import Literal

Rule = Literal["slush", "snowflake", "snowball"]
"""Which memory a node has."""

RULES: tuple[Rule, ...] = ("slush", "snowflake", "snowball")
"""The three rules, from the least memory to the most."""

COLOURS = 2
"""Colours to choose from: 0 and 1."""


class InvalidPoll(ValueError):
    """Polls that cannot be held, or that could not tell one colour from the other."""


@dataclass(frozen=True)
class Setting:
    """How nodes ask.

    Attributes
    ----------
    sample : int
        Peers asked in a poll, K.
    quorum : int
        Answers for one colour that make it a success, alpha: more than half of K.
    threshold : int
        Successes in a row until a node decides, beta. For Slush, which does not count
        them: polls until it stops.
    rule : {"snowball", "snowflake", "slush"}
        Which memory a node has.

    Raises
    ------
    InvalidPoll
        The quorum is not more than half of the sample and at most all of it, or the
        threshold is below 1.
    """

    sample: int = 20
    quorum: int = 15
    threshold: int = 20
    rule: Rule = "snowball"

    def __post_init__(self) -> None:
        if not self.sample < 2 * self.quorum <= 2 * self.sample:
            raise InvalidPoll(
                f"quorum of {self.quorum} in a sample of {self.sample}, required more "
                "than half and at most all"
            )
        if self.threshold < 1:
            raise InvalidPoll(f"threshold {self.threshold}, required 1 or more")
        if self.rule not in RULES:
            raise InvalidPoll(f"rule {self.rule!r} is none of {', '.join(RULES)}")


@dataclass(frozen=True)
class Node:
    """What a node remembers.

    Attributes
    ----------
    colour : int
        The colour it prefers, 0 or 1, and answers when asked.
    confidence : tuple of int
        Successful polls each colour ever had here.
    last : int or None
        Colour of the last successful poll.
    count : int
        Successes in a row for that colour; for Slush: polls held.
    decided : bool
        Whether its colour is final.
    """

    colour: int
    confidence: tuple[int, int] = (0, 0)
    last: int | None = None
    count: int = 0
    decided: bool = False


def answer(node: Node, success: int | None, setting: Setting) -> Node:
    """Return what a node remembers after a poll.

    Parameters
    ----------
    node : Node
        What it remembered before; it has not decided.
    success : int or None
        The colour that had a quorum, if any.
    setting : Setting
        How nodes ask.
    """
    if setting.rule == "slush":
        count = node.count + 1
        colour = node.colour if success is None else success
        return Node(
            colour, last=success, count=count, decided=count >= setting.threshold
        )
    if success is None:
        return replace(node, count=0)
    count = node.count + 1 if success == node.last else 1
    colour, confidence = success, node.confidence
    if setting.rule == "snowball":
        more = confidence[success] + 1
        confidence = (more, confidence[1]) if success == 0 else (confidence[0], more)
        # Only more successes than the other colour ever had change the preference.
        ahead = confidence[success] > confidence[1 - success]
        colour = success if ahead else node.colour
    return Node(colour, confidence, success, count, count >= setting.threshold)


def poll_probability(
    share: Fraction | float, sample: int = 20, quorum: int = 15
) -> float:
    """Return the chance that a poll succeeds for a colour, among very many nodes.

    Parameters
    ----------
    share : Fraction or float
        Part of the nodes that prefer the colour, 0 to 1.
    sample, quorum : int
        As in `Setting`.

    Raises
    ------
    InvalidPoll
        The share is not between 0 and 1, or the quorum not one of the sample.

    Examples
    --------
    >>> [round(poll_probability(share), 4) for share in (0.5, 0.6, 0.75, 0.9)]
    [0.0207, 0.1256, 0.6172, 0.9887]
    """
    if not 0 <= share <= 1:
        raise InvalidPoll(f"share {share} is not between 0 and 1")
    Setting(sample, quorum)
    part = Fraction(share)
    return float(
        sum(
            comb(sample, k) * part**k * (1 - part) ** (sample - k)
            for k in range(quorum, sample + 1)
        )
    )


def streak_probability(chance: float, setting: Setting) -> float:
    """Return the chance that a node's next beta polls all succeed for one colour.

    It holds as long as the crowd stays what it is.

    Parameters
    ----------
    chance : float
        Chance of one such poll, 0 to 1.
    setting : Setting
        How nodes ask.

    Raises
    ------
    InvalidPoll
        The chance is not between 0 and 1.

    Examples
    --------
    >>> f"{streak_probability(poll_probability(0.5, 3, 2), Setting(3, 2, 2)):.2f}"
    '0.25'
    >>> f"{streak_probability(poll_probability(0.5), Setting()):.0e}"
    '2e-34'
    """
    if not 0 <= chance <= 1:
        raise InvalidPoll(f"chance {chance} is not between 0 and 1")
    return chance**setting.threshold


def exact_poll_probability(
    peers: int, supporters: int, sample: int = 20, quorum: int = 15
) -> float:
    """Return the chance that a poll succeeds for a colour, among few nodes.

    Nobody is asked twice: the hypergeometric law, exact.

    Parameters
    ----------
    peers : int
        Nodes that may be asked: all but the one that asks.
    supporters : int
        Those of them that prefer the colour.
    sample, quorum : int
        As in `Setting`.

    Raises
    ------
    InvalidPoll
        There are fewer peers than the sample, more supporters than peers, or the quorum
        is not one of the sample.
    """
    Setting(sample, quorum)
    if not sample <= peers or not 0 <= supporters <= peers:
        raise InvalidPoll(f"{sample} of {peers} peers, {supporters} supporters")
    ways = sum(
        comb(supporters, k) * comb(peers - supporters, sample - k)
        for k in range(quorum, sample + 1)
    )
    return float(Fraction(ways, comb(peers, sample)))
