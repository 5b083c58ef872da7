"""What the miner shows of a state, as data and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minichain.ledger.mainnet import load_header
from minichain.ledger.target import compute_work, target_from_bits
from minichain.widgets.base import Picture, Prediction, Table, Twin
from minichain.widgets.miner_header import Job, Mined, hash_number, parent_of

if TYPE_CHECKING:
    from minichain.widgets.miner import MinerState

QUESTION = (
    "A hash must begin with 16 zero bits. How many hashes will you make, on average, "
    "until one does?"
)
"""Asked at the beginning."""

CHOICES = ("16", "256", "65,536", "16 million")
"""Answers to pick from."""

ANSWER = 2
"""The place of the right one."""

ASKED = 16
"""Zero bits that the question is about."""

REAL = 125552
"""Height of a real block to compare with, of May 2011."""

YEAR = 365.25 * 86400
"""Seconds in a year."""


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    work = compute_work(Job(parent_of(0, ()), 0, "", ASKED).target)
    guess = ""
    if prediction.guess is not None:
        guess = f"You said {CHOICES[prediction.guess]}. "
    return prediction.picture(
        QUESTION,
        high=len(CHOICES) - 1,
        choices=CHOICES,
        answer=ANSWER,
        verdict=f"{guess}It is {CHOICES[ANSWER]}, 2 to the power of {ASKED}: each bit "
        f"asked for doubles the work. This target, as its four bytes write it, takes "
        f"{work:,}. Now search, and see how far off the average luck can be.",
    )


def draw_miner(state: MinerState) -> Picture:
    """Return the picture of a state."""
    job = state.job
    shown = max(state.tried - 1, 0)
    header = job.header(shown)
    work = compute_work(job.target)
    best = None if state.best is None else hash_number(job, state.best)
    rate = round(1e6 * state.tried / state.micros) if state.micros else None
    real = compute_work(target_from_bits(load_header(REAL).bits))
    return {
        "message": state.message,
        "zeros": state.zeros,
        "height": len(state.blocks) + 1,
        "fields": [
            ["version", f"{header.version}", header.encode()[:4].hex()],
            ["parent", "hash of the block before", header.encode()[4:36].hex()],
            ["content", "hash of the message", header.encode()[36:68].hex()],
            ["time", f"{header.time}", header.encode()[68:72].hex()],
            ["bits", "the target, in short", header.encode()[72:76].hex()],
            ["nonce", f"{header.nonce:,}", header.encode()[76:80].hex()],
        ],
        "hash": header.hash[::-1].hex(),
        "target": f"{job.target:064x}",
        "best": best
        and {
            "hash": f"{best:064x}",
            "zeros": 256 - best.bit_length(),
            "try": (state.best or 0) + 1,
        },
        "tried": state.tried,
        "found": state.found,
        "working": state.working,
        "rate": rate,
        "work": work,
        "ended": round(10_000 * (1 - (1 - 1 / work) ** state.tried)),
        "real": {
            "height": REAL,
            "work": f"{real:.1e}".replace("e+", " × 10^"),
            "years": real / rate / YEAR if rate else None,
        },
        "chain": _draw_chain(state.seed, state.blocks),
    }


def _draw_chain(seed: int, blocks: tuple[Mined, ...]) -> list[dict[str, Any]]:
    drawn = []
    for height, block in enumerate(blocks):
        job = Job(parent_of(seed, blocks[:height]), height, block.message, block.zeros)
        drawn.append(
            {
                "height": height + 1,
                "message": block.message,
                "zeros": block.zeros,
                "hash": job.header(block.tried - 1).id,
                "tried": block.tried,
                "luck": round(100 * block.tried / compute_work(job.target)),
            }
        )
    return drawn


def tell_luck(picture: Picture) -> str:
    """Return how the number of hashes compares with the average."""
    return (
        f"{picture['tried']:,} hashes; the average is {picture['work']:,}. Of a "
        f"hundred such searches {picture['ended'] / 100:.0f} end by then."
    )


def summarize_miner(picture: Picture) -> str:
    """Return one sentence on the search."""
    if picture["found"]:
        return f"Found after {picture['tried']:,} hashes: {picture['hash'][:12]}…"
    if picture["tried"]:
        state = "Searching" if picture["working"] else "Stopped"
        return f"{state}: {picture['tried']:,} hashes, none low enough."
    return (
        f"Block {picture['height']}: a hash with {picture['zeros']} zero bits wanted."
    )


def describe_miner(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    twin: list[str | Table] = [summarize_miner(picture)]
    rows = [(name, said, digits) for name, said, digits in picture["fields"]]
    twin.append(Table("The header", ("field", "meaning", "bytes"), tuple(rows)))
    twin.append(f"Its hash: {picture['hash']}. The target: {picture['target']}.")
    if picture["tried"]:
        twin.append(tell_luck(picture))
    if best := picture["best"]:
        twin.append(
            f"The lowest hash so far has {best['zeros']} zero bits: {best['hash']}, "
            f"try {best['try']:,}."
        )
    if picture["rate"]:
        real = picture["real"]
        twin.append(
            f"{picture['rate']:,} hashes a second. Block {real['height']:,} of Bitcoin "
            f"took {real['work']} hashes on average: {real['years']:,.1f} years here."
        )
    if picture["chain"]:
        cells = [
            (
                str(block["height"]), block["message"], str(block["zeros"]),
                f"{block['tried']:,}", f"{block['luck']} %", block["hash"],
            )
            for block in picture["chain"]
        ]  # fmt: skip
        head = ("block", "message", "zero bits", "hashes", "of the average", "hash")
        twin.append(Table("The chain", head, tuple(cells)))
    return twin
