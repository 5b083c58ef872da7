"""A score of gas golf: is the program right, how large is it, what does it use."""

from dataclasses import dataclass
from functools import lru_cache

from minichain.evm import Environment, Message, Outcome, assemble, execute, record
from minichain.evm.assembly import assemble_program
from minichain.kernels.evm_frames import CODE_BYTE
from minichain.ledger.state import State
from minichain.units import Address, Gas
from minichain.widgets.golf_tasks import Task, Words

PLAYER = Address(b"\xa1" * 20)
"""Who calls."""

GREEN = Address(b"\xc0" * 20)
"""Where the program lies."""

GAS_LIMIT = Gas(200_000)
"""Gas of one call."""

STEPS = 20_000
"""Most steps that are followed to say which lines use the gas."""


@dataclass(frozen=True)
class Failure:
    """An input on which a program is wrong.

    Attributes
    ----------
    words : Words
        The input.
    expected : int
        The right answer.
    found : int or None
        What the program answered; None if it answered with something else.
    reason : str
        Why it is wrong, if not by the number alone.
    """

    words: Words
    expected: int
    found: int | None
    reason: str


@dataclass(frozen=True)
class Score:
    """What a program came to.

    Attributes
    ----------
    size : int
        Bytes of its code.
    cases : int
        Inputs it was tried on.
    gas : int
        Gas that it used on all of them together.
    failure : Failure or None
        The first input on which it was wrong.
    """

    size: int
    cases: int
    gas: int
    failure: Failure | None

    def cost(self, calls: int) -> int:
        """Return what it costs to create and to call so often, in gas, rounded down.

        A contract pays for each byte that is kept, once. What every transaction pays,
        whatever it calls, is left out.
        """
        return CODE_BYTE * self.size + calls * self.gas // self.cases


def encode(words: Words) -> bytes:
    """Return an input as bytes."""
    return b"".join(word.to_bytes(32, "big") for word in words)


@lru_cache(maxsize=256)
def score(task: Task, text: str, seed: int) -> Score:
    """Return how a program does.

    Raises
    ------
    InvalidAssembly
        The text is no program.
    """
    code = assemble(text)
    gas, failure = 0, None
    cases = task.cases(seed)
    for words in cases:
        state = _place(code)
        outcome = execute(_call(words), state, Environment())
        gas += GAS_LIMIT - outcome.gas_left
        if failure is None:
            failure = _judge(task, words, state, outcome)
    return Score(len(code), len(cases), gas, failure)


def find_gas_by_line(task: Task, text: str, seed: int) -> dict[int, int]:
    """Return the gas that each line of a program uses, on the last input."""
    program = assemble_program(text)
    words = task.cases(seed)[-1]
    run = record(_call(words), _place(program.code), Environment(), limit=STEPS)
    found: dict[int, int] = {}
    for step, cost in zip(run.steps, run.costs, strict=True):
        line = program.lines.get(step.pc)
        if line is not None:
            found[line] = found.get(line, 0) + cost.own
    return found


def _place(code: bytes) -> State:
    state = State()
    if code:
        state.set_code(GREEN, code)
    return state


def _call(words: Words) -> Message:
    return Message(PLAYER, GREEN, data=encode(words), gas=GAS_LIMIT)


def _judge(task: Task, words: Words, state: State, outcome: Outcome) -> Failure | None:
    """Return what is wrong with an outcome, or None."""
    expected = task.expect(words)
    if not outcome.success:
        return Failure(words, expected, None, outcome.error)
    if task.stores:
        found = state.storage(GREEN, 0)
    elif len(outcome.output) != 32:
        reason = f"{len(outcome.output)} bytes returned, required 32"
        return Failure(words, expected, None, reason)
    else:
        found = int.from_bytes(outcome.output, "big")
    return None if found == expected else Failure(words, expected, found, "")
