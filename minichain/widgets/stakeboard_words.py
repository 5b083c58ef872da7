"""The proof-of-stake board in words and tables."""

from minichain.widgets.base import Picture, Table, Twin

STANDS = {
    "final": "final",
    "justified": "justified",
    "open": "still open",
    "missed": "never justified",
}
"""How an epoch's vote may stand, in words."""


def tell_ether(milli: int) -> str:
    """Return thousandths of an ether as ether."""
    return f"{milli / 1000:.3f}"


def tell_tenths(tenths: int) -> str:
    """Return tenths of a day as days."""
    return f"{tenths / 10:.1f} days"


def summarize_stakeboard(picture: Picture) -> str:
    """Return one sentence on the chain that is shown."""
    side = picture["sides"][picture["side"]]
    where = f"Slot {picture['slot']}, epoch {picture['epoch']}. "
    if picture["agreed"] is False:
        return where + "The two sides hold contradicting blocks for final."
    finality = f"Justified {side['justified']}, final {side['final']}."
    return where + finality + (" The leak is on." if side["leaking"] else "")


def describe_stakeboard(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    twin: list[str | Table] = []
    is_cut = len(picture["sides"]) > 1
    for number, side in enumerate(picture["sides"]):
        name = f"Side {number + 1} of the cut network: " if is_cut else ""
        leak = (
            "The leak is on."
            if side["leaking"]
            else f"The leak starts after {side['patience']} epochs without finality."
        )
        twin.append(
            f"{name}slot {picture['slot']}, epoch {picture['epoch']}. "
            f"{side['acting']} of {picture['count']} validators act. Justified: "
            f"{side['justified']}; final: {side['final']}, {side['delay']} epochs "
            f"before the last whole one. {leak}"
        )
    if is_cut:
        twin.append(f"What follows is side {picture['side'] + 1}.")
    if picture["agreed"] is False:
        twin.append(
            "The network is mended, and the sides cannot agree: both hold blocks for "
            "final that contradict each other. No vote brings them together."
        )
    stuck = picture["sides"][picture["side"]]["stuck"]
    if stuck:
        twin.append(
            f"The chain is caught: {stuck} was taken for justified by votes of which "
            "more than a third are slashed now, and no chain agrees with it any more."
        )
    twin.append(_tell_epochs(picture))
    twin.append(_tell_slots(picture))
    twin.append(_tell_validators(picture))
    if picture["evidence"]:
        twin.extend(_tell_evidence(picture))
    twin.append(_tell_history(picture))
    if picture["mainnet"]:
        twin.append(tell_mainnet(picture["mainnet"], picture["count"]))
    return twin


def tell_mainnet(mainnet: Picture, count: int) -> str:
    """Return what the real rules make of it."""
    words = (
        "On the main network an absent validator is ejected in epoch "
        f"{mainnet['ejected']:,} of the leak, after "
        f"{tell_tenths(mainnet['ejected_days'])}."
    )
    absent = f"{mainnet['absent']} of {count} absent"
    if mainnet["recovered"] is None:
        return f"{words} With {absent}, nobody is left to be two thirds."
    if mainnet["recovered"] == 0:
        return f"{words} With {absent}, finality goes on."
    return (
        f"{words} With {absent}, finality is back in epoch {mainnet['recovered']:,}, "
        f"after {tell_tenths(mainnet['recovered_days'])}."
    )


def tell_slashing(slashed: Picture | None) -> str:
    """Return what came of a proof."""
    if slashed is None:
        return "waits for a block"
    more = (
        f"loses {tell_ether(slashed['together'])} more in epoch {slashed['second']} if "
        "no more are slashed until then"
        if slashed["together"] is not None
        else f"lost the second part in epoch {slashed['second']}"
    )
    return (
        f"slashed in block {slashed['block']} by validator {slashed['by']}: lost "
        f"{tell_ether(slashed['at_once'])}, leaves in epoch {slashed['exit']}, {more}"
    )


def _tell_epochs(picture: Picture) -> Table:
    rows = tuple(
        (
            str(row["epoch"]),
            f"{row['votes'] // 1000} of {row['total'] // 1000}",
            f"{3 * row['votes'] // 1000} and {2 * row['total'] // 1000}",
            "yes" if row["enough"] else "no",
            STANDS[row["stand"]],
        )
        for row in picture["rows"]
    )
    head = ("epoch", "ether that voted", "3 votes and 2 totals", "two thirds", "it is")
    return Table("The latest epochs", head, rows)


def _tell_slots(picture: Picture) -> Table:
    rows = tuple(
        (
            str(cell["slot"]),
            "none" if cell["proposer"] is None else str(cell["proposer"]),
            "to come" if cell["ahead"] else cell["block"] or "no block",
            f"{cell['votes']} of {cell['of']}",
        )
        for row in picture["rows"]
        for cell in row["cells"]
    )
    return Table("Their slots", ("slot", "proposer", "block", "votes"), rows)


def _tell_validators(picture: Picture) -> Table:
    marked = set(picture["marked"])
    look = picture["look"]
    rows = tuple(
        (
            str(v["index"]),
            v["status"],
            tell_ether(v["stake"]),
            str(v["counts"] // 1000),
            str(v["score"]),
            "none" if v["votes_in"] is None else str(v["votes_in"]),
            ", ".join(
                word
                for word, is_so in (
                    ("proposes", v["proposes"]),
                    ("voted" if v["voted"] else "attests", v["attests"]),
                )
                if is_so
            ),
            "yes" if v["index"] in marked else "",
        )
        for v in picture["validators"]
    )
    head = (
        "validator", "is", "ether", "counts", "inactivity score",
        "votes in slot", f"in slot {look['slot']}", "marked",
    )  # fmt: skip
    return Table("Validators", head, rows)


def _tell_evidence(picture: Picture) -> Twin:
    rows = tuple(
        (
            str(proof["validator"]),
            f"{proof['kind']} vote",
            *(
                f"slot {v['slot']}, head {v['head']}, {v['source']} to {v['target']}"
                for v in proof["votes"]
            ),
            tell_slashing(proof["slashed"]),
        )
        for proof in picture["evidence"]
    )
    head = ("validator", "offence", "one vote", "the other", "and then")
    rules = [f"{p['validator']}: {p['rule']}" for p in picture["evidence"]]
    return [Table("Proofs of offences", head, rows), " ".join(rules)]


def _tell_history(picture: Picture) -> Table:
    rows = tuple(
        (
            str(point["epoch"]),
            f"{point['part'] / 10:.1f} %",
            "nobody is" if point["left"] is None else f"{point['left'] / 10:.1f} %",
            "yes" if point["leaking"] else "no",
        )
        for point in picture["history"][picture["side"]]
    )
    head = ("epoch", "stake that voted", "left of the absent's stake", "leak")
    return Table("All epochs", head, rows)
