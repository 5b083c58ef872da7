"""The Snowball vote in words and tables."""

from typing import Any

from minichain.widgets.base import Picture, Table, Twin
from minichain.widgets.snowball_view import NAMES

ENDS = {
    "agreed": "All decided alike.",
    "split": "Two nodes decided differently: safety is broken.",
    "stalled": "Some never decided: the vote is stalled.",
}
"""How a vote may end."""


def summarize_snowball(picture: Picture) -> str:
    """Return one sentence on the last poll, or on how the vote ended."""
    poll, verdict = picture["poll"], picture["verdict"]
    if picture["measured"] and not poll:
        return f"{picture['measured']['runs']} votes run."
    if poll is None:
        circles, squares = picture["prefer"]
        return f"{circles} prefer the circle, {squares} the square."
    if verdict and picture["over"]:
        return f"Round {picture['round']}. {ENDS[verdict['kind']]}"
    return f"Round {picture['round']}. {tell_poll(poll)}"


def tell_poll(poll: dict[str, Any]) -> str:
    """Return what one node heard, and what it made of it."""
    circles, squares = poll["answers"]
    found = (
        "no quorum"
        if poll["success"] is None
        else f"a quorum for the {NAMES[poll['success']]}"
    )
    before, after = poll["before"], poll["after"]
    if after["decided"]:
        then = f"It decides for the {NAMES[after['colour']]}."
    elif before["colour"] != after["colour"]:
        then = f"It turns to the {NAMES[after['colour']]}, {after['count']} in a row."
    else:
        then = f"It stays with the {NAMES[after['colour']]}, {after['count']} in a row."
    return (
        f"Node {poll['node']} heard {circles} for the circle and {squares} for the "
        f"square: {found}. {then}"
    )


def describe_snowball(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    honest = picture["nodes"] - picture["adversaries"]
    circles, squares = picture["prefer"]
    done = picture["decided"]
    twin: list[str | Table] = [
        f"{honest} honest nodes and {picture['adversaries']} of an adversary. Each "
        f"asks {picture['sample']}, wants {picture['quorum']} alike, and decides after "
        f"{picture['threshold']} such polls in a row, by the rule "
        f"{picture['rule'].capitalize()}.",
        f"Round {picture['round']}, after {picture['polls']} polls: {circles} prefer "
        f"the circle, {squares} the square; {done[0]} decided for the circle, "
        f"{done[1]} for the square.",
    ]
    poll = picture["poll"]
    if poll:
        asked = ", ".join(map(str, poll["asked"]))
        success = poll["after"]["confidence"]
        twin.append(
            f"{tell_poll(poll)} It asked {asked}. It had {success[0]} quorums for the "
            f"circle so far, and {success[1]} for the square."
        )
    verdict = picture["verdict"]
    if verdict:
        twin.append(" ".join([ENDS[verdict["kind"]], *verdict["lines"]]))
    rows = tuple(
        (str(number), str(first), str(honest - first))
        for number, first in enumerate(picture["tide"])
    )
    head = ("after round", "prefer the circle", "prefer the square")
    twin.append(Table("How the crowd tipped", head, rows))
    if picture["chances"]:
        chances = tuple(
            (f"{row['share']} %", row["here"], row["mainnet"])
            for row in picture["chances"]
        )
        here = f"{picture['quorum']} of {picture['sample']}"
        columns = ("share of the colour", f"{here} found", "15 of 20 found")
        twin.append(Table("How often a poll succeeds", columns, chances))
    if picture["measured"]:
        twin.extend(_tell_runs(picture["measured"]))
    return twin


def _tell_runs(measured: dict[str, Any]) -> Twin:
    outcomes = measured["outcomes"]
    rates = [
        f"{name} {value / 10:.1f} % [{low / 10:.1f}, {high / 10:.1f}]"
        for name, (value, low, high) in (
            ("split", measured["split"]),
            ("stalled", measured["stalled"]),
        )
    ]
    rounds = measured["rounds"]
    words = (
        f"{measured['runs']} votes: {outcomes[0]} for the circle, {outcomes[1]} for "
        f"the square, {outcomes[2]} split, {outcomes[3]} stalled. {'; '.join(rates)}."
    )
    if rounds is None:
        return [words]
    rows = tuple((str(r), str(n)) for r, n in measured["histogram"])
    return [
        f"{words} Rounds to decide, on average: {rounds}.",
        Table("Rounds to decide", ("rounds", "votes"), rows),
    ]
