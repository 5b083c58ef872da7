"""Keys and signatures: what a signature proves, and every way it fails to.

The signer turns a word into a key and signs an order. The verifier gets the order, the
signature and a name, each of which may have been altered on the way, and checks rule
after rule which key, if any, has signed what is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, get_args

from minichain.crypto.hashing import sha256
from minichain.crypto.signature import CURVE_ORDER, Signature
from minichain.widgets.base import (
    OPEN,
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Prediction,
    Twin,
    Widget,
)
from minichain.widgets.keys_view import (
    CHOICES,
    describe_keys,
    draw_keys,
    draw_question,
    summarize_keys,
)
from minichain.widgets.order import PEOPLE, Order, OrderKind, Person, derive_key

TEXT_LIMIT = 60
"""Most characters of a signed text or of a key's word."""

VALUE_LIMIT = 10**24
"""Most wei that a transfer pays."""

NONCE_LIMIT = 2**32
"""Largest nonce that fits the field."""

Side = Literal["sent", "received"]
"""Whose copy of the order is edited."""


@dataclass(frozen=True)
class KeysState:
    """A key, an order, and what arrived at the verifier.

    Attributes
    ----------
    word : str
        What the signer's key is made from.
    order : Order
        What the signer wants to sign.
    signed : Order
        What the signer signed last, with that word's key.
    signer : str
        The word of the key that signed it.
    received : Order
        What arrived.
    r, s : bytes, 32
        The signature's numbers as they arrived.
    y_parity : int
        The signature's third number as it arrived: 0 or 1.
    claimed : str
        Who is said to have signed: a word that keys are made from.
    shows_secret : bool
        Whether the private key is shown.
    seed : int
        Decides which digits are altered.
    prediction : Prediction
        What the learner expects of an altered message.
    """

    word: str
    order: Order
    signed: Order
    signer: str
    received: Order
    r: bytes
    s: bytes
    y_parity: int
    claimed: str
    shows_secret: bool = False
    seed: int = 0
    prediction: Prediction = OPEN

    @property
    def signature(self) -> Signature:
        """The signature as it arrived, unchecked."""
        r, s = int.from_bytes(self.r, "big"), int.from_bytes(self.s, "big")
        return Signature(r, s, self.y_parity)

    @property
    def honest(self) -> Signature:
        """The signature as it was sent."""
        return derive_key(self.signer).sign(self.signed.digest)


class KeysLesson(Lesson[KeysState]):
    """Make a key, sign, alter what arrives, and read which rule refuses it."""

    name = "keys"
    title = "Keys and signatures"
    prompt = "Sign an order, then alter what arrives and see what the verifier finds."
    options: ClassVar[Mapping[str, Any]] = {
        "word": "Alice",
        "kind": "text",
        "ask": True,
    }
    merging = frozenset({"word", "text", "value", "nonce"})
    state_type = KeysState

    def initial(self, seed: int, options: Mapping[str, Any]) -> KeysState:
        """Return an order signed and arrived unaltered."""
        word = Action.of("word", text=options["word"]).text("text", TEXT_LIMIT)
        kind = _read_kind(Action.of("kind", kind=options["kind"]))
        order = Order(kind=kind)
        state = KeysState(
            word=word,
            order=order,
            signed=order,
            signer=word,
            received=order,
            r=bytes(32),
            s=bytes(32),
            y_parity=0,
            claimed=word,
            seed=seed,
            prediction=OPEN if options["ask"] else Prediction("skipped"),
        )
        return _sign(state, Action("sign"))

    def apply(self, state: KeysState, action: Action) -> KeysState:
        """Return the state after an edit, a signature, an alteration or a guess."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        guessed = state.prediction.after(action, len(CHOICES) - 1)
        return replace(state, prediction=guessed)

    def check(self, state: KeysState) -> None:
        """Refuse texts too long, and numbers outside their fields."""
        state.prediction.check(len(CHOICES) - 1)
        orders = (state.order, state.signed, state.received)
        texts = [state.word, state.signer, state.claimed, *(o.text for o in orders)]
        if any(len(text) > TEXT_LIMIT for text in texts):
            raise InvalidAction("text", f"more than {TEXT_LIMIT} characters")
        for order in orders:
            if not 0 <= order.value <= VALUE_LIMIT:
                raise InvalidAction("value", f"not 0 to {VALUE_LIMIT} wei")
            if not 0 <= order.nonce < NONCE_LIMIT:
                raise InvalidAction("nonce", f"not 0 to {NONCE_LIMIT - 1}")
        if len(state.r) != 32 or len(state.s) != 32 or state.y_parity not in (0, 1):
            raise InvalidAction("alter", "r, s and parity are 32 bytes, 32 and 0 or 1")
        if not 0 <= state.seed < 2**32:
            raise InvalidAction("seed", "not 0 to 2**32 - 1")

    def view(self, state: KeysState) -> Picture:
        """Return the key, the orders, the signature and every check."""
        return draw_keys(state) | {
            "limits": {"text": TEXT_LIMIT, "value": VALUE_LIMIT, "nonce": NONCE_LIMIT},
            "predict": draw_question(state),
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the key, what arrived, and the checks in words and tables."""
        return describe_keys(picture)

    def summarize(self, picture: Picture) -> str:
        """Return whether the verifier accepts, and why not."""
        return summarize_keys(picture)


class KeysAndSignatures(Widget):
    """Keys and signatures as a widget; options are ``word``, ``kind``, ``ask``."""

    lesson = KeysLesson()


def _read_kind(action: Action) -> OrderKind:
    return (
        "text" if action.choice("kind", get_args(OrderKind)) == "text" else "transfer"
    )


def _word(state: KeysState, action: Action) -> KeysState:
    return replace(state, word=action.text("text", TEXT_LIMIT))


def _kind(state: KeysState, action: Action) -> KeysState:
    order = replace(state.order, kind=_read_kind(action))
    return _sign(replace(state, order=order), action)


def _edit(state: KeysState, action: Action) -> KeysState:
    side = action.choice("side", get_args(Side))
    order = state.order if side == "sent" else state.received
    match action.type:
        case "text":
            order = replace(order, text=action.text("text", TEXT_LIMIT))
        case "value":
            order = replace(order, value=action.integer("value", 0, VALUE_LIMIT))
        case "nonce":
            order = replace(order, nonce=action.integer("nonce", 0, NONCE_LIMIT - 1))
        case _:
            name = action.choice("to", PEOPLE)
            person = next(p for p in get_args(Person) if p == name)
            order = replace(order, to=person)
    if side == "sent":
        return replace(state, order=order)
    return replace(state, received=order)


def _sign(state: KeysState, _: Action) -> KeysState:
    return _mend(replace(state, signed=state.order, signer=state.word), _)


def _mend(state: KeysState, _: Action) -> KeysState:
    honest = state.honest
    return replace(
        state,
        received=state.signed,
        r=honest.r.to_bytes(32, "big"),
        s=honest.s.to_bytes(32, "big"),
        y_parity=honest.y_parity,
        claimed=state.signer,
    )


def _claim(state: KeysState, action: Action) -> KeysState:
    names = (*PEOPLE, state.signer)
    return replace(state, claimed=action.choice("name", names))


def _alter(state: KeysState, action: Action) -> KeysState:
    part = action.choice("part", ("r", "s", "y_parity"))
    if part == "y_parity":
        return replace(state, y_parity=1 - state.y_parity)
    value = state.r if part == "r" else state.s
    # One digit of the lower half: another number, still in range and still low.
    draw = sha256(f"{state.seed} {part}".encode())
    place, mask = 16 + draw[0] % 16, 1 + draw[1] % 15
    altered = value[:place] + bytes([value[place] ^ mask]) + value[place + 1 :]
    return replace(state, r=altered) if part == "r" else replace(state, s=altered)


def _twist(state: KeysState, _: Action) -> KeysState:
    mirror = (CURVE_ORDER - state.signature.s) % 2**256
    return replace(state, s=mirror.to_bytes(32, "big"), y_parity=1 - state.y_parity)


def _zero(state: KeysState, _: Action) -> KeysState:
    return replace(state, r=bytes(32), s=bytes(32))


def _reveal(state: KeysState, action: Action) -> KeysState:
    return replace(state, shows_secret=action.flag("shown"))


_CHANGES = {
    "word": _word,
    "kind": _kind,
    "text": _edit,
    "to": _edit,
    "value": _edit,
    "nonce": _edit,
    "sign": _sign,
    "mend": _mend,
    "claim": _claim,
    "alter": _alter,
    "twist": _twist,
    "zero": _zero,
    "reveal": _reveal,
}
