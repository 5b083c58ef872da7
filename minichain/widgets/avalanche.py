"""The avalanche effect: one bit of a message changes, half of its digest does.

Each of a digest's 256 bits changes with probability one half, as a coin falls. So the
number that change is binomial: 128 on average, with a standard deviation of 8.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from minichain.crypto.hashing import keccak256, sha256
from minichain.widgets.avalanche_view import (
    DIGEST_BITS,
    draw_sample,
    judge,
    show_letter,
    tell_sample,
)
from minichain.widgets.base import (
    OPEN,
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Prediction,
    Progress,
    Table,
    Twin,
    Widget,
)

HashName = Literal["sha256", "keccak256"]
"""The hash functions to compare."""

HASHES = {"sha256": sha256, "keccak256": keccak256}
"""Each hash function by its name."""

TITLES = {"sha256": "SHA-256", "keccak256": "Keccak-256"}
"""What the hash functions are called."""

MESSAGE_LIMIT = 32
"""Most bytes of the message: each of its bits has a button."""

TRIALS_LIMIT = 10_000
"""Most flips in one experiment."""

QUESTION = "One bit of the message changes. How many of the digest's 256 bits do?"
"""Asked before the second digest is shown."""


@dataclass(frozen=True)
class AvalancheState:
    """A message, the same message altered, and an experiment over many others.

    Attributes
    ----------
    message : bytes
        As typed, in UTF-8.
    altered : bytes
        The same with some bits flipped; as long as the message.
    hash : str
        Which hash function.
    prediction : Prediction
        How many bits the learner expects to change.
    seed : int
        Decides the bits that the experiment flips.
    trials : int
        How many flips the experiment shall have; 0 for none.
    tally : tuple of int
        For each number of changed bits, 0 to 256, how many flips of the experiment
        changed that many; empty for no experiment.
    """

    message: bytes
    altered: bytes
    hash: HashName = "sha256"
    prediction: Prediction = OPEN
    seed: int = 0
    trials: int = 0
    tally: tuple[int, ...] = ()


def count_changed_bits(before: bytes, after: bytes) -> int:
    """Return in how many bits two byte strings of one length differ."""
    mixed = int.from_bytes(before, "big") ^ int.from_bytes(after, "big")
    return mixed.bit_count()


def flip_bit(data: bytes, bit: int) -> bytes:
    """Return ``data`` with one bit flipped; bit 0 is the first byte's highest."""
    place, mask = bit // 8, 0x80 >> bit % 8
    return data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]


class AvalancheLesson(Lesson[AvalancheState]):
    """Flip a bit of a message and count the bits of the digest that follow."""

    name = "avalanche"
    title = "The avalanche"
    prompt = "Flip any bit of the message and watch what becomes of its digest."
    options: ClassVar[Mapping[str, Any]] = {
        "text": "Pay Bob 5",
        "hash": "sha256",
        "ask": True,
    }
    merging = frozenset({"type"})
    state_type = AvalancheState

    def initial(self, seed: int, options: Mapping[str, Any]) -> AvalancheState:
        """Return a message with one bit flipped, chosen by the seed."""
        message = _encode(str(options["text"]))
        hash_name = Action.of("hash", hash=options["hash"]).choice(
            "hash", tuple(HASHES)
        )
        return AvalancheState(
            message=message,
            altered=flip_bit(message, _draw(seed, b"first", 8 * len(message))),
            hash="keccak256" if hash_name == "keccak256" else "sha256",
            prediction=OPEN if options["ask"] else Prediction("skipped"),
            seed=seed,
        )

    def apply(self, state: AvalancheState, action: Action) -> AvalancheState:
        """Return the state after typing, flipping, choosing, guessing or trying."""
        match action.type:
            case "type":
                message = _encode(action.text("text"))
                first = flip_bit(message, _draw(state.seed, b"first", 8 * len(message)))
                return replace(
                    state, message=message, altered=first, trials=0, tally=()
                )
            case "flip":
                bit = action.integer("bit", 0, 8 * len(state.message) - 1)
                return replace(state, altered=flip_bit(state.altered, bit))
            case "mend":
                return replace(state, altered=state.message)
            case "hash":
                name = action.choice("hash", tuple(HASHES))
                chosen: HashName = "keccak256" if name == "keccak256" else "sha256"
                return replace(state, hash=chosen, trials=0, tally=())
            case "try":
                if state.prediction.is_open:
                    raise InvalidAction("try", "the question comes first")
                trials = action.integer("trials", 1, TRIALS_LIMIT)
                return replace(state, trials=trials, tally=(0,) * (DIGEST_BITS + 1))
            case _:
                guessed = state.prediction.after(action, DIGEST_BITS)
                return replace(state, prediction=guessed)

    def check(self, state: AvalancheState) -> None:
        """Refuse messages of no or too many bytes, and tallies that do not add up."""
        state.prediction.check(DIGEST_BITS)
        _check_length(state.message)
        if len(state.altered) != len(state.message):
            raise InvalidAction("flip", "the two messages differ in length")
        fits = len(state.tally) == (DIGEST_BITS + 1 if state.trials else 0)
        counted = sum(state.tally) <= state.trials and min(state.tally, default=0) >= 0
        if not 0 <= state.trials <= TRIALS_LIMIT or not fits or not counted:
            raise InvalidAction("try", "the tally does not fit the number of flips")

    def progress(self, state: AvalancheState) -> Progress | None:
        """Return how many of the experiment's flips are done."""
        done = sum(state.tally)
        if done >= state.trials:
            return None
        return Progress("Flipping bits", done, state.trials)

    def advance(self, state: AvalancheState, count: int) -> AvalancheState:
        """Return the state after some more flips of the experiment."""
        tally, hash_of = list(state.tally), HASHES[state.hash]
        done = sum(tally)
        for trial in range(done, min(done + count, state.trials)):
            # A message of its own for each flip: the message has few bits to flip.
            name = trial.to_bytes(4, "big")
            message = state.message + name
            bit = _draw(state.seed, b"trial" + name, 8 * len(message))
            changed = count_changed_bits(
                hash_of(message), hash_of(flip_bit(message, bit))
            )
            tally[changed] += 1
        return replace(state, tally=tuple(tally))

    def stop(self, state: AvalancheState) -> AvalancheState:
        """Return the state with the flips done so far as the whole experiment."""
        done = sum(state.tally)
        return replace(state, trials=done, tally=state.tally if done else ())

    def view(self, state: AvalancheState) -> Picture:
        """Return both messages bit by bit, their digests, and the histogram."""
        hash_of = HASHES[state.hash]
        before, after = hash_of(state.message), hash_of(state.altered)
        changed = count_changed_bits(before, after)
        flips = count_changed_bits(state.message, state.altered)
        shown = not state.prediction.is_open
        return {
            "hash": state.hash,
            "hashes": [[name, title] for name, title in TITLES.items()],
            "text": state.message.decode(),
            "limit": MESSAGE_LIMIT,
            "bytes": [
                {"was": was, "is": now, "letter": show_letter(now)}
                for was, now in zip(state.message, state.altered, strict=True)
            ],
            "flips": flips,
            "before": before.hex(),
            "after": after.hex() if shown else None,
            "changed": changed if shown else None,
            "predict": state.prediction.picture(
                QUESTION,
                high=DIGEST_BITS,
                unit="bits of 256",
                answer=changed,
                verdict=judge(state.prediction.guess, changed),
            ),
            "sample": draw_sample(state.tally) if shown and state.trials else None,
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the digests, the count of changed bits, and the histogram."""
        letters = "".join(byte["letter"] for byte in picture["bytes"])
        rows = [("before", picture["text"], picture["before"])]
        if picture["after"] is not None:
            rows.append(("after", letters, picture["after"]))
        title = TITLES[picture["hash"]]
        twin: list[str | Table] = [
            self.summarize(picture),
            Table(
                f"Messages and their {title}", ("which", "message", "digest"), (*rows,)
            ),
        ]
        if sample := picture["sample"]:
            bins = tuple(
                (str(changed), str(count), f"{expected:.1f}")
                for changed, count, expected in sample["bins"]
            )
            head = ("bits changed", "flips", "expected")
            twin += [tell_sample(sample), Table("Histogram", head, bins)]
        return twin

    def summarize(self, picture: Picture) -> str:
        """Return how many bits of message and digest differ."""
        flips = f"{picture['flips']} bit{'' if picture['flips'] == 1 else 's'}"
        if picture["changed"] is None:
            return f"{flips} of the message flipped. {QUESTION}"
        changed = f"{picture['changed']} of 256 bits of the digest"
        return f"{flips} of the message flipped: {changed} differ."


class Avalanche(Widget):
    """The avalanche as a widget; options are ``text``, ``hash`` and ``ask``."""

    lesson = AvalancheLesson()


def _encode(text: str) -> bytes:
    message = text.encode()
    _check_length(message)
    return message


def _check_length(message: bytes) -> None:
    if not 1 <= len(message) <= MESSAGE_LIMIT:
        raise InvalidAction(
            "type", f"message of {len(message)} bytes, required 1 to {MESSAGE_LIMIT}"
        )


def _draw(seed: int, purpose: bytes, count: int) -> int:
    """Return a number below ``count`` that the seed and the purpose decide."""
    digest = sha256(seed.to_bytes(4, "big") + purpose)
    return int.from_bytes(digest, "big") % count
