"""A trace is everything that happened while a message ran, moment by moment.

A `Recording` keeps every step, so that one can go to any moment and back at once:
nothing runs again, and nothing is undone. Moment n is before step n; the last one is
after all steps.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from minichain.evm.execution import execute
from minichain.evm.message import Environment, Message, Outcome, Step
from minichain.evm.order import Order
from minichain.evm.trace_calls import Call, CallTree
from minichain.evm.trace_gas import SLOAD, SSTORE, Cost, compute_costs
from minichain.evm.trace_storage import Cell, Slot, StorageHistory
from minichain.evm.transition import Settlement, apply_order, make_message
from minichain.kernels.runtime import Runtime
from minichain.ledger.state import State

STEPS_LIMIT = 100_000
"""Most steps that a recording holds, unless it is asked for more."""

SIZE_LIMIT = 1 << 27
"""Most bytes, roughly, of the stacks and memories that a recording holds."""

WORD_SIZE = 64
"""Bytes, roughly, of one word on a recorded stack."""

TLOAD, TSTORE = 0x5C, 0x5D
"""Reading and writing storage that ends with the transaction."""

_TOUCHES = {SLOAD, SSTORE, TLOAD, TSTORE}


class _Full(Exception):
    """A recording holds all that it may: ends the run that it observes."""


@dataclass(frozen=True)
class Recording:
    """A message, step by step.

    Attributes
    ----------
    message : Message
        What was run.
    steps : sequence of Step
        The machine before each instruction.
    costs : sequence of Cost
        What each took.
    calls : sequence of Call
        All calls in the order in which they began; the first is the message.
    owners : sequence of int
        Place in ``calls`` of the one that each step belongs to.
    outcome : Outcome or None
        What it came to; None if it was cut off at a limit.
    """

    message: Message
    steps: Sequence[Step]
    costs: Sequence[Cost]
    calls: Sequence[Call]
    owners: Sequence[int]
    outcome: Outcome | None
    _storage: StorageHistory

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def is_whole(self) -> bool:
        """Whether the message ran to its end."""
        return self.outcome is not None

    def storage(self, moment: int) -> tuple[Cell, ...]:
        """Return every slot that was touched before a moment, by first touch."""
        return self._storage.at(moment)

    def find_write(self, slot: Slot, moment: int) -> int | None:
        """Return the moment from which on a slot holds what it holds at another.

        None where it is as it was before the message.
        """
        return self._storage.find_change(slot, moment)

    def call_at(self, moment: int) -> int:
        """Return the place of the call that runs at a moment."""
        return self.owners[moment] if moment < len(self.steps) else 0

    def chain_at(self, moment: int) -> tuple[int, ...]:
        """Return the calls under way at a moment, the message first."""
        chain: list[int] = []
        place: int | None = self.call_at(moment)
        while place is not None:
            chain.append(place)
            place = self.calls[place].parent
        return tuple(reversed(chain))

    def find_same_depth(self, moment: int, by: int) -> int:
        """Return the nearest moment before or behind that is in no deeper frame.

        Parameters
        ----------
        moment : int
            Where one is.
        by : int
            1 to go on, stepping over a call; -1 to go back over it.
        """
        if not 0 <= moment < len(self.steps):
            return max(0, min(len(self.steps), moment + by))
        depth, found = self.steps[moment].depth, moment + by
        while 0 <= found < len(self.steps) and self.steps[found].depth > depth:
            found += by
        return max(0, found)


class Recorder:
    """An observer that keeps what it sees: give it to ``on_step``.

    Parameters
    ----------
    message : Message
        What is about to run.
    state : State
        The one that it runs in, before it does.
    limit : int
        Most steps to keep. The run is ended by an exception that `record` catches.
    """

    def __init__(
        self, message: Message, state: State, limit: int | None = None
    ) -> None:
        self._message, self._state, self._limit = message, state, limit
        self._steps: list[Step] = []
        self._size = 0
        self._first: dict[Slot, int] = {}

    def __call__(self, step: Step, /) -> None:
        """Keep one step."""
        steps = self._steps
        if len(steps) == self._limit or self._size > SIZE_LIMIT:
            raise _Full
        last = steps[-1].memory if steps else b""
        if last != step.memory:
            self._size += len(step.memory)
        elif last:
            step = replace(step, memory=last)
        self._size += WORD_SIZE * len(step.stack)
        steps.append(step)
        if step.opcode in (SLOAD, SSTORE) and step.stack:
            # What a slot held has to be asked for before the message's end.
            slot = Slot(step.address, step.stack[-1])
            if slot not in self._first:
                self._first[slot] = self._state.storage(slot.address, slot.number)

    def finish(self, outcome: Outcome | None) -> Recording:
        """Return the recording of a message that came to ``outcome``.

        The state may have changed meanwhile, but for the code of contracts.
        """
        steps = self._steps
        costs = compute_costs(steps, outcome)
        tree = CallTree(self._message, self._state.code)
        tree.build(steps, costs, outcome)
        first = self._first
        storage = StorageHistory(lambda address, n: first[Slot(address, n)])
        _follow_storage(storage, steps, costs, outcome)
        return Recording(
            self._message, steps, costs, tree.calls, tree.owners, outcome, storage
        )


def record(
    message: Message,
    state: State,
    environment: Environment,
    *,
    limit: int = STEPS_LIMIT,
    runtime: Runtime | None = None,
) -> Recording:
    """Run a message and return all its moments.

    Parameters
    ----------
    message : Message
        What is called.
    state : State
        Changed if the message succeeds; unchanged if it is cut off.
    environment : Environment
        The block.
    limit : int
        Most steps; a message that takes more is cut off there.
    runtime : str, optional
        How the loop runs.
    """
    recorder = Recorder(message, state, limit)
    outcome = None
    with suppress(_Full):
        outcome = execute(message, state, environment, recorder, runtime)
    return recorder.finish(outcome)


def record_order(
    order: Order,
    state: State,
    environment: Environment,
    *,
    limit: int = STEPS_LIMIT,
    runtime: Runtime | None = None,
) -> tuple[Recording, Settlement | None]:
    """Apply an order as `apply_order` does, and return all its moments.

    The settlement is None, and the state half changed, if it was cut off at the limit.
    """
    message = make_message(order, environment.base_fee_per_gas)
    recorder = Recorder(message, state, limit)
    settlement = None
    with suppress(_Full):
        settlement = apply_order(state, order, environment, recorder, runtime)
    outcome = None if settlement is None else settlement.outcome
    return recorder.finish(outcome), settlement


def _follow_storage(
    storage: StorageHistory,
    steps: Sequence[Step],
    costs: Sequence[Cost],
    outcome: Outcome | None,
) -> None:
    for i, step in enumerate(steps):
        after = steps[i + 1] if i + 1 < len(steps) else None
        is_halted = bool(costs[i].error)
        if step.opcode in _TOUCHES and not is_halted:
            is_transient = step.opcode in (TLOAD, TSTORE)
            is_write = step.opcode in (SSTORE, TSTORE)
            slot = Slot(step.address, step.stack[-1], is_transient)
            storage.touch(i + 1, slot, step.stack[-2] if is_write else None)
        if after is None:
            if outcome is not None:
                storage.leave(i + 1, outcome.success)
        elif after.depth > step.depth:
            storage.enter()
        elif after.depth < step.depth:
            storage.leave(i + 1, not is_halted)
