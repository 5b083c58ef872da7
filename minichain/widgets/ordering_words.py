"""What the ordering lab shows, told in words and tables."""

from minichain.widgets.base import Picture, Table, Twin

ATTACKS = {
    "none": "You send nothing.",
    "front-run": "You buy before Vera, and keep it.",
    "sandwich": "You buy before Vera, and sell after her.",
}
"""What the learner does."""


def summarize_ordering(picture: Picture) -> str:
    """Return one sentence on the block."""
    if picture["refused"]:
        rule, reason = picture["refused"]
        return f"No such block can be made: {rule}, {reason}."
    vera, gain = picture["vera"], picture["gain"]
    if vera["got"] is None:
        got = "Vera is not in the block"
    elif vera["lost"] == 10_000:
        got = "Vera's trade reverts, and she pays for the gas"
    else:
        got = f"Vera gets {vera['got']} GLD"
        if vera["lost"]:
            got += f", {vera['lost'] / 100:.1f} % less than without you"
    if gain is None:
        return f"{got}."
    tokens = f" and {gain['tokens']} GLD" if gain["tokens"] else ""
    return f"{got}. After fees you have {gain['ether']} ether{tokens}."


def describe_ordering(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    twin: list[str | Table] = [_describe_setting(picture)]
    head = ("sender", "order", "nonce", "tip, gwei", "at most, gwei")
    rows = [
        (at["who"], at["says"], str(at["nonce"]), at["tip"], at["fee"])
        for at in picture["waiting"]
    ]
    caption = f"The mempool, room for {picture['room']}, as tips order it"
    twin.append(Table(caption, head, tuple(rows)))
    if picture["evicted"]:
        gone = "; ".join(f"{at['who']}: {at['says']}" for at in picture["evicted"])
        twin.append(f"Dropped for want of room: {gone}.")
    twin.append(summarize_ordering(picture))
    if picture["refused"]:
        order = ", ".join(picture["order"])
        return [*twin, f"The order was: {order}."]
    rows = [
        (
            f"{place}. {line['who']}",
            line["says"],
            line["got"] or ("done" if line["ok"] else f"reverts: {line['reason']}"),
            str(line["gas"]),
            line["tip"],
        )
        for place, line in enumerate(picture["lines"], 1)
    ]
    head = ("sender", "order", "outcome", "gas", "tip, gwei")
    twin.append(Table("The block", head, tuple(rows)))
    changes = [
        tuple(change[key] or "–" for key in ("who", "ether", "tokens", "fees"))
        for change in picture["changes"]
    ]
    columns = ("who", "ether", "GLD", "fees in ether")
    twin.append(Table("Who has more, and who less", columns, tuple(changes)))
    if picture["points"]:
        twin.append(_describe_points(picture))
    before, after = picture["pool"]
    twin.append(
        f"The pool held {before[0]} ether and {before[1]} GLD, and holds {after[0]} "
        f"ether and {after[1]} GLD. The block is {picture['block']}."
    )
    return twin


def _describe_points(picture: Picture) -> Table:
    rows = tuple(
        (
            f"{amount / 1_000:g} ether",
            f"{gain / 1_000_000:+.6f} ether",
            "trades" if trades else "does not trade",
        )
        for amount, gain, trades in picture["points"]
    )
    head = ("you buy for", "you gain after fees", "Vera")
    return Table("A sandwich of every amount", head, rows)


def _describe_setting(picture: Picture) -> str:
    role = {
        "searcher": "You are a searcher: your tips decide your places.",
        "builder": "You are the builder: you order the block by hand.",
    }[picture["role"]]
    limit = picture["limit"]
    bound = (
        "takes any price"
        if limit >= 10_000
        else f"takes at most {limit / 100:g} % less than quoted"
    )
    pool = ""
    if picture["sealed"]:
        blind = "had" if picture["blind"] else "had not"
        pool = (
            " The pool trades only what was committed to in an earlier block; you "
            f"{blind} committed to your trades."
        )
    return f"{role} {ATTACKS[picture['attack']]} Vera {bound}.{pool}"
