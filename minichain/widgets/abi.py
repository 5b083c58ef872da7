"""The ABI explorer: a call as words, and what a contract makes of every byte.

What a learner is to see: a function is called by four bytes of a hash; arguments are
words in their places, and what has no fixed size stands behind them; nothing in it
protects the receiver's address, so that one byte sends the tokens to somebody else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, get_args

from minichain.contracts.abi import SELECTOR_SIZE, WORD, Function
from minichain.widgets.abi_stage import (
    ContractName,
    find_called,
    find_function,
    find_pair,
    list_functions,
    list_people,
    suggest,
)
from minichain.widgets.abi_view import CHOICES, draw_abi, draw_question
from minichain.widgets.abi_words import describe_abi, summarize_abi
from minichain.widgets.base import (
    OPEN,
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Prediction,
    Progress,
    Twin,
    Widget,
)
from minichain.widgets.timetravel_play import read_arguments

SIZE_LIMIT = SELECTOR_SIZE + 64 * WORD
"""Most bytes of a call."""

TEXT_LIMIT = 300
"""Most characters of a signature, and of arguments."""

HUNT_LIMIT = 4_000
"""Most names of a hunt; among 302 two share two bytes as often as not."""

EXAMPLES = {
    "transfer(address,uint256)": "Bob, 5",
    "transferFrom(address,address,uint256)": "Alice, Bob, 5",
    "approve(address,uint256)": "Carol, 100",
    "balanceOf(address)": "Alice",
    "allowance(address,address)": "Alice, Carol",
    "solve(string,bytes32)": '"echo", "0x07"',
    "seal(address,string,bytes32)": 'Bob, "echo", "0x07"',
}
"""Arguments that some functions begin with."""

FIRST = "transfer(address,uint256)", "solve(string,bytes32)"
"""Functions that a contract is shown with, where it has one of them."""

BOB_FLIPPED = SELECTOR_SIZE + WORD - 1
"""The byte that the question is about: the last one of the first argument."""


@dataclass(frozen=True)
class AbiState:
    """A call, as it was written and as it is.

    Attributes
    ----------
    seed : int
        Names the functions of the hunt.
    contract : str
        Who is called.
    signature, arguments : str
        The call in words.
    data : str
        The call in hexadecimal digits.
    word : int
        The word whose bytes are shown; 0 is the selector.
    hunted : int
        Names that were hashed in search of two with the same two bytes.
    hunting : bool
        Whether the search goes on.
    prediction : Prediction
        What the learner expects of a flipped byte.
    """

    seed: int = 0
    contract: ContractName = "tokens/erc20"
    signature: str = "transfer(address,uint256)"
    arguments: str = "Bob, 5"
    data: str = ""
    word: int = 0
    hunted: int = 0
    hunting: bool = False
    prediction: Prediction = OPEN

    @property
    def function(self) -> Function:
        """Return the function of the signature."""
        return find_function(self.contract, self.signature)

    @property
    def written(self) -> str:
        """Return the digits that the signature and the arguments come to."""
        given = read_arguments(self.arguments, list_people())
        return self.function.encode(*given).hex()

    @property
    def is_altered(self) -> bool:
        """Whether the call is another than the one that was written."""
        return self.data != self.written

    @property
    def found(self) -> tuple[str, str] | None:
        """Return the two names that the hunt has found."""
        return find_pair(self.seed, self.hunted)


class AbiLesson(Lesson[AbiState]):
    """Write a call, look at its words, change a byte, and ask the contract."""

    name = "abi"
    title = "ABI explorer"
    prompt = "Write a call, read its words, and flip a byte of it."
    options: ClassVar[Mapping[str, Any]] = {
        "contract": "tokens/erc20",
        "signature": "",
        "ask": True,
    }
    merging = frozenset({"signature", "arguments", "data"})
    state_type = AbiState

    def initial(self, seed: int, options: Mapping[str, Any]) -> AbiState:
        """Return a transfer of tokens, or the call that the options name."""
        state = _write(AbiState(seed))
        if not options["ask"]:
            state = replace(state, prediction=Prediction("skipped"))
        given = Action.of("contract", **options)
        state = _choose_contract(state, given)
        if options["signature"]:
            state = _sign(state, given)
        return state

    def apply(self, state: AbiState, action: Action) -> AbiState:
        """Return the state after a change of the call, a look, a hunt or a guess."""
        change = _CHANGES.get(action.type)
        if change is None:
            guessed = state.prediction.after(action, len(CHOICES) - 1)
            after = replace(_write(AbiState(state.seed)), prediction=guessed)
            if not guessed.is_open:
                after = _flip(after, Action.of("flip", index=BOB_FLIPPED))
                after = replace(after, word=1)
        else:
            after = change(state, action)
        if after.prediction.is_open and after.is_altered:
            # Whoever alters the call asks to be shown.
            after = replace(after, prediction=Prediction("skipped"))
        self.check(after)
        return after

    def check(self, state: AbiState) -> None:
        """Refuse a call that no contract is sent, and an answer before its question."""
        state.prediction.check(len(CHOICES) - 1)
        longest = max(len(state.signature), len(state.arguments))
        if longest > TEXT_LIMIT:
            raise InvalidAction("call", f"{longest} characters, at most {TEXT_LIMIT}")
        data = read_digits(state.data)
        if data.hex() != state.data:
            raise InvalidAction("data", "the digits are not in their one form")
        last = max(0, (len(data) - SELECTOR_SIZE - 1) // WORD + 1)
        if not 0 <= state.word <= last:
            raise InvalidAction("look", f"word {state.word} is not 0 to {last}")
        if len(state.written) > 2 * SIZE_LIMIT:
            raise InvalidAction("arguments", f"more than {SIZE_LIMIT} bytes")
        if state.prediction.is_open and state.is_altered:
            raise InvalidAction("flip", "the answer is shown before the question")
        if not 0 <= state.hunted <= HUNT_LIMIT:
            raise InvalidAction("hunt", f"{state.hunted} names")
        if state.hunted and find_pair(state.seed, state.hunted - 1):
            raise InvalidAction("hunt", "two names were found before")
        if state.hunting and (state.found or state.hunted == HUNT_LIMIT):
            raise InvalidAction("hunt", "the search has ended")

    def view(self, state: AbiState) -> Picture:
        """Return the call in words and bytes, and what the contract does with it."""
        return draw_abi(state) | {"predict": draw_question(state.prediction)}

    def describe(self, picture: Picture) -> Twin:
        """Return the call, its words and its outcome in words and tables."""
        return describe_abi(picture)

    def summarize(self, picture: Picture) -> str:
        """Return what the contract does with the call."""
        return summarize_abi(picture)

    def progress(self, state: AbiState) -> Progress | None:
        """Return how many names have been hashed."""
        return Progress("Hashing names", state.hunted) if state.hunting else None

    def advance(self, state: AbiState, count: int) -> AbiState:
        """Return the state after at most ``count`` more names."""
        for _ in range(count):
            if not state.hunting:
                break
            state = replace(state, hunted=state.hunted + 1)
            ended = state.found is not None or state.hunted == HUNT_LIMIT
            state = replace(state, hunting=not ended)
        return state

    def stop(self, state: AbiState) -> AbiState:
        """Return the state with the names that were hashed."""
        return replace(state, hunting=False)


def read_digits(text: str) -> bytes:
    """Return the bytes that somebody pasted, with 0x, spaces and lines or without.

    Raises
    ------
    InvalidAction
        They are no bytes, or too many.
    """
    digits = "".join(text.split()).removeprefix("0x").lower()
    if len(digits) % 2 or not set(digits) <= set("0123456789abcdef"):
        raise InvalidAction("data", "required hexadecimal digits, two for each byte")
    if len(digits) > 2 * SIZE_LIMIT:
        reason = f"{len(digits) // 2} bytes, at most {SIZE_LIMIT}"
        raise InvalidAction("data", reason)
    return bytes.fromhex(digits)


def _choose_contract(state: AbiState, action: Action) -> AbiState:
    word = action.choice("contract", get_args(ContractName))
    contract = next(known for known in get_args(ContractName) if known == word)
    state = replace(state, contract=contract)
    known = [function.signature for function in list_functions(contract)]
    signature = next((name for name in known if name in FIRST), known[0])
    return _sign(state, Action.of("signature", signature=signature))


def _sign(state: AbiState, action: Action) -> AbiState:
    signature = action.text("signature", TEXT_LIMIT)
    function = find_function(state.contract, signature)
    suggested = ", ".join(suggest(parameter.kind) for parameter in function.inputs)
    arguments = EXAMPLES.get(function.signature, suggested)
    return _write(replace(state, signature=signature, arguments=arguments))


def _argue(state: AbiState, action: Action) -> AbiState:
    arguments = action.text("arguments", TEXT_LIMIT)
    return _write(replace(state, arguments=arguments))


def _write(state: AbiState) -> AbiState:
    return replace(state, data=state.written, word=0)


def _paste(state: AbiState, action: Action) -> AbiState:
    data = read_digits(action.text("data", 4 * SIZE_LIMIT))
    called = find_called(state.contract, data)
    if called is not None and called.signature != state.function.signature:
        state = _sign(state, Action.of("signature", signature=called.signature))
    return replace(state, data=data.hex(), word=0)


def _flip(state: AbiState, action: Action) -> AbiState:
    data = bytearray.fromhex(state.data)
    if not data:
        raise InvalidAction("flip", "the call has no byte")
    index = action.integer("index", 0, len(data) - 1)
    data[index] ^= 0xFF
    return replace(state, data=data.hex())


def _look(state: AbiState, action: Action) -> AbiState:
    return replace(state, word=action.integer("word", 0, SIZE_LIMIT))


_CHANGES: dict[str, Callable[[AbiState, Action], AbiState]] = {
    "contract": _choose_contract,
    "signature": _sign,
    "arguments": _argue,
    "data": _paste,
    "flip": _flip,
    "look": _look,
    "mend": lambda state, _: replace(state, data=state.written, word=0),
    "hunt": lambda state, _: replace(state, hunted=0, hunting=True),
}


class AbiExplorer(Widget):
    """The explorer; options: ``contract``, ``signature``, ``ask``."""

    lesson = AbiLesson()
