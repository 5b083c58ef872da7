"""What the ABI explorer shows of a state, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minichain.contracts.abi import (
    SELECTOR_SIZE,
    WORD,
    Function,
    InvalidAnswer,
    Parameter,
    decode_values,
)
from minichain.contracts.calldata import (
    Word,
    decode_call,
    parse_signature,
    read_words,
)
from minichain.crypto.hashing import keccak256
from minichain.widgets.abi_stage import (
    HUNTED_BYTES,
    PEOPLE,
    find_called,
    list_functions,
    tell_value,
    try_call,
)
from minichain.widgets.base import Picture, Prediction

if TYPE_CHECKING:
    from minichain.widgets.abi import AbiState

QUESTION = (
    "Alice wants to pay Bob: transfer(Bob, 5). Before she signs, a program on her "
    "computer flips every bit in the last byte of Bob's address. What does the token "
    "do?"
)
"""Asked at the beginning."""

CHOICES = (
    "it refuses: nobody has that address",
    "it refuses: the selector does not fit these arguments any more",
    "it pays 5 to the address that is written there",
)
"""Answers to pick from."""

NAMESAKE = "many_msg_babbage(bytes1)"
"""A signature that somebody sought out: its selector is that of a token's transfer."""

ROLES = {
    "value": "value",
    "offset": "offset",
    "length": "length",
    "text": "bytes",
    "unread": "not read",
}
"""What a word's role is called."""


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    from minichain.widgets.abi import BOB_FLIPPED, AbiState

    data = bytearray.fromhex(AbiState().written)
    data[BOB_FLIPPED] ^= 0xFF
    deed = try_call("tokens/erc20", bytes(data))
    answer = 2 if deed.succeeded else 0
    guess = ""
    if prediction.guess is not None:
        guess = "Right. " if prediction.guess == answer else "Not so. "
    return prediction.picture(
        QUESTION,
        high=len(CHOICES) - 1,
        choices=CHOICES,
        answer=answer,
        verdict=f"{guess}The call {'succeeds' if deed.succeeded else 'fails'}. An "
        "address is 20 bytes, each as good as another, and the ABI has no checksum: a "
        "wallet has to check before it signs.",
    )


def draw_abi(state: AbiState) -> Picture:
    """Return the picture of a state."""
    data, written = bytes.fromhex(state.data), bytes.fromhex(state.written)
    function, called = state.function, find_called(state.contract, data)
    read_as = called
    if read_as is None and data[:SELECTOR_SIZE] == function.selector:
        read_as = function
    digest = keccak256(function.signature.encode()).hex()
    namesake = parse_signature(NAMESAKE)
    twin = namesake.selector == function.selector and function.name != namesake.name
    return {
        "contract": state.contract,
        "functions": [one.signature for one in list_functions(state.contract)],
        "signature": state.signature,
        "arguments": state.arguments,
        "canonical": function.signature,
        "hash": digest,
        "namesake": NAMESAKE if twin else "",
        "data": state.data,
        "size": len(data),
        "altered": state.is_altered,
        "read_as": read_as.signature if read_as else "",
        "rows": _draw_rows(data, written, read_as),
        "word": state.word,
        "bytes": _draw_bytes(data, written, state.word),
        "values": _draw_values(data, read_as),
        "fault": _find_fault(data, read_as),
        "deed": _draw_deed(state, data, called),
        "people": list(PEOPLE),
        "hunt": _draw_hunt(state),
    }


def _draw_rows(data: bytes, written: bytes, function: Function | None) -> list[Any]:
    """Return the selector and the words behind it, each with what is read there."""
    found: dict[int, list[Word]] = {}
    for word in read_words(function, data) if function else ():
        found.setdefault(word.at, []).append(word)
    whose = function.signature if function else "no function of this contract"
    rows = [
        {
            "place": 0,
            "at": "",
            "hex": data[:SELECTOR_SIZE].hex(),
            "role": "selector",
            "part": "",
            "path": "",
            "kind": "",
            "told": f"The selector of {whose}.",
            "target": None,
            "altered": _compare(data, written, 0, SELECTOR_SIZE),
        }
    ]
    for place, start in enumerate(range(SELECTOR_SIZE, len(data), WORD), 1):
        at = start - SELECTOR_SIZE
        words = found.get(at, [])
        first = words[0] if words else None
        odd = first.target % WORD if first else 0
        leads = first is not None and first.role == "offset" and not odd
        beyond = first is None or SELECTOR_SIZE + first.target >= len(data)
        rows.append(
            {
                "place": place,
                "at": at,
                "hex": data[start : start + WORD].hex(),
                "role": ROLES[first.role if first else "unread"],
                "part": ("head" if first.is_head else "tail") if first else "",
                "path": first.path if first else "",
                "kind": first.kind if first else "",
                "told": " ".join(_tell(word, data) for word in words[:2]) or UNREAD,
                "target": first.target // WORD + 1
                if first and leads and not beyond
                else None,
                "altered": _compare(data, written, start, WORD),
            }
        )
    return rows


UNREAD = "No type leads here: the contract does not look at it."
"""What is said of a word that nobody reads."""


def _compare(data: bytes, written: bytes, start: int, size: int) -> list[int]:
    """Return which bytes of a row are not those that were written."""
    end = min(len(data), start + size)
    return [
        i - start for i in range(start, end) if data[i : i + 1] != written[i : i + 1]
    ]


def _tell(word: Word, data: bytes) -> str:
    """Return what a word says."""
    if word.role == "offset":
        return (
            f"{word.path} has no fixed size. Its head says where it stands: "
            f"{word.number} bytes on, counted from byte {word.target - word.number}."
        )
    if word.role == "length":
        members = "bytes" if word.kind in ("bytes", "string") else "members"
        return f"{word.path} has {_short(word.number)} {members}, which follow."
    raw = word.number.to_bytes(WORD, "big")
    if word.role == "text":
        shown = raw.rstrip(b"\0")
        if word.kind == "string":
            text = shown.decode("utf-8", "replace")
            return f"{word.path}: “{text}”, filled up with zeros behind."
        return f"{word.path}: 0x{shown.hex()}, filled up with zeros behind."
    try:
        [value] = decode_values("word", (Parameter("", word.kind),), raw)
    except InvalidAnswer:
        return f"{word.path}: this is no {word.kind}; a byte that must be 0 is not."
    side = "behind" if word.kind.startswith("bytes") else "before"
    filled = f", filled up with zeros {side}" if word.kind not in FULL else ""
    return f"{word.path}: {tell_value(value)}{filled}."


FULL = ("uint256", "int256", "bytes32")
"""Types that take all of a word."""


def _short(number: int) -> str:
    return str(number) if number < 10**9 else f"about 10^{len(str(number)) - 1}"


def _draw_bytes(data: bytes, written: bytes, place: int) -> list[dict[str, Any]]:
    """Return the bytes of one row, to be flipped."""
    start = SELECTOR_SIZE + WORD * (place - 1) if place else 0
    size = WORD if place else SELECTOR_SIZE
    changed = set(_compare(data, written, start, size))
    row = data[start : start + size]
    return [
        {"index": start + i, "hex": f"{byte:02x}", "altered": i in changed}
        for i, byte in enumerate(row)
    ]


def _draw_values(data: bytes, function: Function | None) -> list[list[str]]:
    if function is None:
        return []
    try:
        values = decode_call(function, data)
    except InvalidAnswer:
        return []
    return [
        [parameter.name or f"argument {place}", parameter.kind, tell_value(value)]
        for place, (parameter, value) in enumerate(
            zip(function.inputs, values, strict=True), 1
        )
    ]


def _find_fault(data: bytes, function: Function | None) -> str:
    """Return why a call cannot be read; empty where it can."""
    if function is None:
        return f"no function here has the selector {data[:SELECTOR_SIZE].hex() or '–'}"
    try:
        decode_call(function, data)
    except InvalidAnswer as error:
        return str(error).removeprefix(f"{function.signature}: ")
    return ""


def _draw_deed(state: AbiState, data: bytes, called: Function | None) -> dict[str, Any]:
    deed = try_call(state.contract, data)
    return {
        "ok": deed.succeeded,
        "called": called.name if called else "",
        "answer": deed.answer,
        "reason": deed.reason,
        "line": deed.place,
        "events": list(deed.events),
        "gas": deed.gas,
    }


def _draw_hunt(state: AbiState) -> dict[str, Any]:
    pair = state.found
    digits = 2 * HUNTED_BYTES
    return {
        "hunted": state.hunted,
        "bytes": HUNTED_BYTES,
        "pair": [
            [name, parse_signature(name).selector.hex()[:digits],
             parse_signature(name).selector.hex()[digits:]]
            for name in pair
        ]
        if pair
        else [],
    }  # fmt: skip
