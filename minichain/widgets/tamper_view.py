"""What the tamper lab shows of a state, as data and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minichain.widgets.base import Picture, Table, Twin
from minichain.widgets.tamper_story import (
    DEPTH,
    HASHES,
    PEOPLE,
    Verdict,
    accepted,
    honest_chain,
    judge,
    key_of,
    replay,
)

if TYPE_CHECKING:
    from minichain.widgets.tamper import TamperState

QUESTION = (
    "You change the amount of the payment in block 2, and nothing else. Which rule "
    "does an honest peer see broken first?"
)
"""Asked at the beginning."""

CHOICES = ("proof-of-work", "merkle-root", "signature", "balance")
"""Rules to choose from."""

RIGHT_CHOICE = 1
"""Place of the right one in `CHOICES`."""

VERDICT = (
    "The header has not changed, so its work still holds. But the payment no longer "
    "hashes to the leaf under the header's Merkle root, and that is asked before any "
    "payment is looked at."
)
"""Said once the question is answered."""

PEERS = ("Peer 1", "Peer 2", "Peer 3")
"""Who holds the honest chain."""


def draw_lab(state: TamperState) -> Picture:
    """Return the picture of a state."""
    verdicts = judge(state.steps)
    own, theirs = replay(state.steps), honest_chain().blocks
    altered = [
        place >= len(theirs) or b != theirs[place] for place, b in enumerate(own)
    ]
    return {
        "blocks": [
            _draw_block(place, verdict, altered[place])
            for place, verdict in enumerate(verdicts, start=1)
        ],
        "chosen": state.chosen,
        "checks": _draw_checks(verdicts[state.chosen - 1]),
        "valid": accepted(state.steps),
        "depth": len(own) - 1,
        "honest": DEPTH + state.honest,
        "mined": state.mined,
        "average": HASHES,
        "published": state.published,
        "peers": [{"name": name, "says": _answer(state)} for name in PEERS]
        if state.published
        else [],
        "steps": len(state.steps),
        "predict": state.prediction.picture(
            QUESTION,
            high=len(CHOICES) - 1,
            choices=CHOICES,
            answer=RIGHT_CHOICE,
            verdict=VERDICT,
        ),
        "hidden": state.prediction.is_open,
    }


def _draw_block(place: int, verdict: Verdict, altered: bool) -> dict[str, Any]:
    block = verdict.block
    return {
        "number": place,
        "hash": block.header.id,
        "parent": block.header.parent_hash[::-1].hex(),
        "root": block.header.merkle_root.hex(),
        "nonce": block.header.nonce,
        "payments": [
            {
                "to": _name_of(transaction.to),
                "value": transaction.value,
                "sender": _name_of(transaction.sender),
            }
            for transaction in block.transactions
        ],
        "broken": verdict.broken,
        "altered": altered,
    }


def _name_of(address: bytes | None) -> str:
    found = (name for name in PEOPLE if key_of(name).address == address)
    return next(found, "nobody we know")


def _draw_checks(verdict: Verdict) -> list[dict[str, Any]]:
    return [
        {"rule": c.rule, "part": c.part, "passed": c.passed, "detail": c.detail}
        for c in verdict.checks
    ]


def _answer(state: TamperState) -> str:
    verdicts = judge(state.steps)
    broken = next(((i, v) for i, v in enumerate(verdicts, 1) if v.broken), None)
    if broken is not None:
        place, verdict = broken
        return f"refuses block {place}: {verdict.broken}"
    if not state.steps:
        return "has these blocks already"
    own, honest = len(verdicts), DEPTH + state.honest
    if own > honest:
        return f"reorganises to your chain: {own} blocks against {honest}"
    if own == honest:
        return "keeps the chain it saw first: yours has as much work, not more"
    return f"keeps its chain: {honest} blocks against your {own}"


def summarize_lab(picture: Picture) -> str:
    """Return what stands in the way of the altered copy."""
    if not picture["steps"]:
        return "Your copy is the peers' copy: nothing has been altered."
    broken = next((b for b in picture["blocks"] if b["broken"]), None)
    if broken is not None:
        if picture["hidden"]:
            return f"Block {broken['number']} breaks a rule."
        return f"Block {broken['number']} breaks the rule {broken['broken']}."
    ahead = f"{picture['depth']} blocks against {picture['honest']}"
    return f"Your copy breaks no rule. It has {ahead} of the honest peers."


def describe_lab(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    odds = picture["odds"]
    measured = odds["measured"]
    shown = "not measured" if measured is None else f"{measured:.4f}"
    rows = tuple(
        (
            str(block["number"]),
            block["hash"][:16],
            block["parent"][:16],
            "; ".join(
                f"{p['sender']} pays {p['to']} {p['value']}" for p in block["payments"]
            )
            or "no payment",
            "hidden"
            if picture["hidden"] and block["broken"]
            else block["broken"] or "none",
        )
        for block in picture["blocks"]
    )
    return [
        summarize_lab(picture),
        Table(
            "Your copy", ("block", "hash", "parent", "payments", "broken rule"), rows
        ),
        Table(
            "The price and the odds",
            ("what", "value"),
            (
                ("hashes spent on mining again, on average", str(picture["hashes"])),
                ("your share of the power", f"{picture['share']} %"),
                ("confirmations", str(picture["confirmations"])),
                ("chance by the Bitcoin paper", f"{odds['paper']:.4f}"),
                ("exact chance", f"{odds['exact']:.4f}"),
                (f"measured in {odds['races']} races", shown),
            ),
        ),
        *(f"{peer['name']} {peer['says']}." for peer in picture["peers"]),
    ]
