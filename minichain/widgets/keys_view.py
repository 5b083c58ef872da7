"""What the lesson on keys shows of a state, as data and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minichain.crypto.addresses import to_checksum_address
from minichain.crypto.keys import recover
from minichain.crypto.signature import (
    CURVE_ORDER,
    MalleableSignature,
    Signature,
    SignatureOutOfRange,
)
from minichain.errors import InvalidSignature
from minichain.units import Address, Hash32
from minichain.widgets.base import Picture, Table, Twin
from minichain.widgets.order import PEOPLE, Order, derive_key

if TYPE_CHECKING:
    from minichain.widgets.keys import KeysState

QUESTION = (
    "Alice signs an order. One letter of it is altered on the way. The verifier "
    "recovers the signer from the signature. What comes out?"
)
"""Asked at the beginning."""

CHOICES = ("An error", "Alice's address", "Some other address")
"""What the learner may expect."""

RIGHT_CHOICE = 2
"""Place of the right one in `CHOICES`."""

VERDICT = (
    "The arithmetic finds a key for almost any numbers; over another message it is "
    "another key, and nobody holds it. So a verifier must compare what it recovers "
    "with who is said to have signed."
)
"""Said once the question is answered."""

CHECKS = (
    ("The numbers are in range", "signature-range"),
    ("s is the lower of its two forms", "low-s"),
    ("Some key made it", "signature"),
    ("It is the one claimed", "signer"),
)
"""What a verifier checks, in order, and the rule each check stands for."""


def draw_question(state: KeysState) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    guess = state.prediction.guess
    right = CHOICES[RIGHT_CHOICE]
    if guess == RIGHT_CHOICE:
        said = f"Right: {right[0].lower()}{right[1:]}. "
    elif guess is None:
        said = f"{right}. "
    else:
        said = f"You said: {CHOICES[guess]}. It is some other address. "
    return state.prediction.picture(
        QUESTION,
        high=len(CHOICES) - 1,
        choices=CHOICES,
        answer=RIGHT_CHOICE,
        verdict=said + VERDICT,
    )


def draw_keys(state: KeysState) -> Picture:
    """Return the picture of a state."""
    key = derive_key(state.word)
    honest = state.honest
    checks = check_arrival(state)
    return {
        "word": state.word,
        "secret": f"{key.secret:064x}" if state.shows_secret else None,
        "public": key.public_key.compressed.hex(),
        "point": key.public_key.point.hex(),
        "address": to_checksum_address(key.address),
        "people": list(PEOPLE),
        "order": _draw_order(state.order),
        "unsigned": (state.order, state.word) != (state.signed, state.signer),
        "signed": _draw_order(state.signed),
        "signer": state.signer,
        "received": _draw_order(state.received),
        "r": state.r.hex(),
        "s": state.s.hex(),
        "y_parity": state.y_parity,
        "true_r": f"{honest.r:064x}",
        "true_s": f"{honest.s:064x}",
        "true_y_parity": honest.y_parity,
        "claimed": state.claimed,
        "claims": list(dict.fromkeys((*PEOPLE, state.signer))),
        "altered": _list_alterations(state),
        "checks": checks,
        "accepted": all(check["holds"] for check in checks),
    }


def check_arrival(state: KeysState) -> list[dict[str, Any]]:
    """Return every check a verifier makes, in order.

    Each is a dict of ``name``, ``rule``, ``words``, and ``holds``: True, False for the
    one that refuses, None for those after it.
    """
    signature, digest = state.signature, state.received.digest
    words = ["r and s are between 1 and n − 1.", "s is at most n/2.", "", ""]
    failed = len(CHECKS)
    try:
        found = recover(digest, signature).address
    except SignatureOutOfRange as error:
        failed = 0
        words[0] = f"{error.name} is {_short(error.value)}, outside 1 to n − 1."
    except MalleableSignature:
        failed = 1
        words[1] = _tell_mirror(signature, digest)
    except InvalidSignature as error:
        failed = 2
        words[2] = f"No point of the curve fits: {error}."
    else:
        claimed = derive_key(state.claimed).address
        words[2] = f"The signature gives the address {to_checksum_address(found)}."
        words[3] = f"That is the address of {state.claimed}."
        if found != claimed:
            failed = 3
            words[3] = (
                f"That is {_name_of(found, state)}; {state.claimed} has "
                f"{to_checksum_address(claimed)}. Message, signature or name was "
                "altered: the verifier cannot tell which."
            )
    return [
        {
            "name": name,
            "rule": rule,
            "holds": None if place > failed else place < failed,
            "words": "Not reached." if place > failed else words[place],
        }
        for place, (name, rule) in enumerate(CHECKS)
    ]


def _tell_mirror(signature: Signature, digest: Hash32) -> str:
    mirror = Signature(signature.r, CURVE_ORDER - signature.s, 1 - signature.y_parity)
    try:
        found = to_checksum_address(recover(digest, mirror).address)
    except InvalidSignature:
        return "s is above n/2."
    return (
        "s is above n/2. The curve's equation holds all the same: n − s with the "
        f"other parity is the same signature, by {found}. Anyone can make the second "
        "form without the key, so only one of the two is let through."
    )


def _name_of(address: Address, state: KeysState) -> str:
    for name in (*PEOPLE, state.signer):
        if derive_key(name).address == address:
            return f"the address of {name}"
    return "the address of nobody we know"


def _list_alterations(state: KeysState) -> list[str]:
    honest, arrived = state.honest, state.signature
    parts = {
        "the message": state.received.digest != state.signed.digest,
        "r": arrived.r != honest.r,
        "s": arrived.s != honest.s,
        "the parity": arrived.y_parity != honest.y_parity,
        "the name": state.claimed != state.signer,
    }
    return [part for part, altered in parts.items() if altered]


def _draw_order(order: Order) -> dict[str, Any]:
    return {
        "kind": order.kind,
        "text": order.text,
        "to": order.to,
        "value": str(order.value),
        "nonce": order.nonce,
        "digest": order.digest.hex(),
        "words": order.words,
    }


def _short(value: int) -> str:
    digits = f"{value:x}"
    return f"0x{digits}" if len(digits) <= 16 else f"0x{digits[:8]}…{digits[-8:]}"


def summarize_keys(picture: Picture) -> str:
    """Return whether the verifier accepts, and why not."""
    if picture["accepted"]:
        return f"Accepted: {picture['claimed']} signed this order."
    broken = next(check for check in picture["checks"] if check["holds"] is False)
    return f"Refused by the rule {broken['rule']}: {broken['words']}"


def describe_keys(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    key = [
        ("word", picture["word"]),
        ("private key", picture["secret"] or "hidden"),
        ("public key, compressed", picture["public"]),
        ("address", picture["address"]),
    ]
    arrived = [
        ("order", picture["signed"]["words"], picture["received"]["words"]),
        ("digest", picture["signed"]["digest"], picture["received"]["digest"]),
        ("r", picture["true_r"], picture["r"]),
        ("s", picture["true_s"], picture["s"]),
        ("parity", str(picture["true_y_parity"]), str(picture["y_parity"])),
        ("signer", picture["signer"], picture["claimed"]),
    ]
    verdicts = {True: "holds", False: "fails", None: "not reached"}
    checks = tuple(
        (c["name"], c["rule"], verdicts[c["holds"]], c["words"])
        for c in picture["checks"]
    )
    altered = ", ".join(picture["altered"]) or "nothing"
    return [
        summarize_keys(picture),
        Table("The key", ("part", "value"), tuple(key)),
        f"Altered on the way: {altered}.",
        Table("The message on its way", ("part", "sent", "arrived"), tuple(arrived)),
        Table(
            "What the verifier checks", ("check", "rule", "verdict", "finding"), checks
        ),
    ]
