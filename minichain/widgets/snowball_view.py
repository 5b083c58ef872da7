"""What the Snowball vote shows of a state, as data."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minichain.consensus.estimate import Estimate, mean, proportion
from minichain.consensus.snowball import (
    Node,
    Poll,
    exact_poll_probability,
    poll_probability,
    streak_probability,
)
from minichain.widgets.base import Picture, Prediction
from minichain.widgets.snowball_trail import ROUNDS, Ballot, Trail

if TYPE_CHECKING:
    from minichain.widgets.snowball import SnowballState

TENTHS = 10_000
"""Parts of one in which chances are shown: four digits."""

SHARES = (0.5, 0.6, 0.75, 0.9)
"""Shares whose chances are told."""

NAMES = ("circle", "square")
"""The colours, by the shapes that go with them."""

SPLIT, STALLED = 2, 3
"""Outcomes that must not be."""


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    even, sixty, most, nearly = (poll_probability(share) for share in SHARES)
    times = sixty / poll_probability(0.4)
    return prediction.picture(
        "Of very many nodes, 60 % prefer the circle. A node asks 20 of them, and wants "
        "15 alike. In how many of 100 polls does it find 15 circles?",
        high=100,
        unit="of 100 polls",
        answer=round(100 * sixty),
        verdict=f"In {100 * sixty:.1f}. At an even split it would be {100 * even:.1f}, "
        f"at three quarters {100 * most:.1f}, at nine tenths {100 * nearly:.1f}. Yet "
        f"15 squares are found {times:.0f} times more rarely: that is why the crowd "
        "tips.",
    )


def draw_snowball(state: SnowballState) -> Picture:
    """Return the picture of a state."""
    ballot, trail, count = state.ballot, state.trail, state.polls
    nodes = trail.nodes(count)
    poll = trail.polls[count - 1] if count else None
    is_hidden = state.prediction.is_open
    return {
        "nodes": ballot.nodes,
        "adversaries": ballot.adversaries,
        "split": ballot.split,
        "share": ballot.share,
        "sample": ballot.sample,
        "quorum": ballot.quorum,
        "threshold": ballot.threshold,
        "rule": ballot.rule,
        "polls": count,
        "round": poll.round if poll else 0,
        "over": not trail.reach(count + 1),
        "crowd": [
            {"colour": n.colour, "count": n.count, "decided": n.decided} for n in nodes
        ],
        "prefer": list(trail.prefer[count]),
        "decided": _count_decided(nodes),
        "poll": poll and _draw_poll(poll),
        "tide": _draw_tide(trail, count),
        "verdict": _judge(ballot, trail, count, nodes),
        "chances": None if is_hidden else _draw_chances(ballot),
        "curve": [] if is_hidden else _draw_curve(ballot.sample, ballot.quorum),
        "measured": _draw_runs(state.runs),
    }


def _count_decided(nodes: list[Node]) -> list[int]:
    counts = Counter(node.colour for node in nodes if node.decided)
    return [counts[0], counts[1]]


def _draw_poll(poll: Poll) -> dict[str, Any]:
    return {
        "node": poll.node,
        "asked": sorted(poll.asked),
        "answers": list(poll.answers),
        "success": poll.success,
        "before": _draw_memory(poll.before),
        "after": _draw_memory(poll.after),
    }


def _draw_memory(node: Node) -> dict[str, Any]:
    return {
        "colour": node.colour,
        "confidence": list(node.confidence),
        "count": node.count,
        "decided": node.decided,
    }


def _draw_tide(trail: Trail, count: int) -> list[int]:
    """Return how many preferred the first colour at the start and after each round."""
    tide = [trail.prefer[0][0]]
    for place in range(count):
        is_last = place + 1 == len(trail.polls)
        if is_last or trail.polls[place].round < trail.polls[place + 1].round:
            tide.append(trail.prefer[place + 1][0])
    return tide


def _judge(
    ballot: Ballot, trail: Trail, count: int, nodes: list[Node]
) -> dict[str, Any] | None:
    """Return how the vote ended, and which assumption broke if it failed."""
    decided = _count_decided(nodes)
    if all(decided):
        return _judge_split(ballot, trail, count)
    if trail.reach(count + 1):
        return None
    if all(node.decided for node in nodes):
        return {"kind": "agreed", "colour": nodes[0].colour, "lines": []}
    return _judge_stalled(ballot)


def _judge_split(ballot: Ballot, trail: Trail, count: int) -> dict[str, Any]:
    """Say what was still likely when the first node decided."""
    first = next(i for i, p in enumerate(trail.polls[:count]) if p.after.decided)
    poll = trail.polls[first]
    other = 1 - poll.after.colour
    supporters = trail.prefer[first + 1][other]
    honest = ballot.nodes - ballot.adversaries
    rarer = 0 if trail.prefer[first + 1][0] < trail.prefer[first + 1][1] else 1
    heard = supporters + (ballot.adversaries if rarer == other else 0)
    chance = exact_poll_probability(
        ballot.nodes - 1, heard, ballot.sample, ballot.quorum
    )
    even = poll_probability(0.5, ballot.sample, ballot.quorum)
    lucky = even > poll_probability(0.5)
    lines = [
        f"Safety assumes that once a node has decided, no quorum for the other colour "
        f"can be found. Node {poll.node} decided for the {NAMES[1 - other]} in round "
        f"{poll.round}, when {supporters} of {honest} still preferred the "
        f"{NAMES[other]}: a poll for it then succeeded with chance {tell(chance)}.",
        f"What broke is the quorum: at an even split, luck alone finds "
        f"{ballot.quorum} of {ballot.sample} alike with chance {tell(even)} for each "
        f"colour. With 15 of 20 it is {tell(poll_probability(0.5))}."
        if lucky
        else f"What broke is the patience: {ballot.threshold} in a row are too few to "
        f"be sure. At an even split a node decides at once with chance "
        f"{tell(streak_probability(0.5, ballot.setting))} for each colour.",
    ]
    if ballot.adversaries:
        lines.append(
            f"The adversary's {ballot.adversaries} nodes answer with the rarer colour, "
            "and hold the crowd near an even split, where luck has many rounds."
        )
    return {"kind": "split", "colour": None, "lines": lines}


def _judge_stalled(ballot: Ballot) -> dict[str, Any]:
    """Say how often a node would find a quorum if all honest nodes agreed."""
    honest = ballot.nodes - ballot.adversaries
    size = f"{ballot.quorum} of {ballot.sample}"
    if ballot.adversaries:
        chance = exact_poll_probability(
            ballot.nodes - 1, honest - 1, ballot.sample, ballot.quorum
        )
        why = (
            "Life assumes that enough peers answer honestly: even if all "
            f"{honest} honest nodes agreed, a poll would find {size} with chance "
            f"{tell(chance)}, and {ballot.threshold} such polls in a row have chance "
            f"{tell(streak_probability(chance, ballot.setting))}."
        )
    else:
        chance = poll_probability(0.5, ballot.sample, ballot.quorum)
        why = (
            f"Nobody lies here. Life assumes that luck breaks a tie: at an even split "
            f"a poll finds {size} with chance {tell(chance)} for each colour, and no "
            "colour got far enough ahead in time."
        )
    lines = [f"Given up after {ROUNDS} rounds. {why}"]
    return {"kind": "stalled", "colour": None, "lines": lines}


def tell(chance: float) -> str:
    """Return a chance with four digits after the point, or as a power of ten."""
    return f"{chance:.4f}" if chance >= 1 / TENTHS or not chance else f"{chance:.0e}"


def _draw_chances(ballot: Ballot) -> list[dict[str, Any]]:
    """Return how often a poll succeeds: with these numbers, and with 15 of 20."""
    return [
        {
            "share": round(100 * share),
            "here": tell(poll_probability(share, ballot.sample, ballot.quorum)),
            "mainnet": f"{poll_probability(share):.4f}",
        }
        for share in SHARES
    ]


@lru_cache(64)
def _draw_curve(sample: int, quorum: int) -> list[list[int]]:
    """Return the chance of a poll by the share of its colour, in per cent."""
    return [
        [percent, round(TENTHS * poll_probability(percent / 100, sample, quorum))]
        for percent in range(0, 101, 4)
    ]


def _draw_runs(runs: tuple[tuple[int, int], ...]) -> dict[str, Any] | None:
    """Return what many votes came to, each rate with its band."""
    if len(runs) < 2:
        return None
    outcomes = Counter(outcome for _, outcome in runs)
    done = [rounds for rounds, outcome in runs if outcome != STALLED]
    return {
        "runs": len(runs),
        "outcomes": [outcomes[number] for number in range(4)],
        "split": _draw_band(proportion(outcomes[SPLIT], len(runs))),
        "stalled": _draw_band(proportion(outcomes[STALLED], len(runs))),
        "rounds": str(mean([float(r) for r in done])) if len(done) > 1 else None,
        "histogram": sorted([r, n] for r, n in Counter(done).items()),
    }


def _draw_band(band: Estimate) -> list[int]:
    """Return a rate and its band in thousandths."""
    return [round(1000 * part) for part in (band.value, band.low, band.high)]
