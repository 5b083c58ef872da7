"""The host gives the machine what it lacks: accounts, slots, precompiled contracts.

Nothing of a state changes before the message has ended; then its changes are written
at once. A message that fails has none. What one message has brought into the arena is
there for the next, unless something else has written it meanwhile.
"""

from collections.abc import Callable
from typing import Any

from minichain.evm.arena import Arena
from minichain.evm.effects import WRAP, read_record, to_address, write_changes
from minichain.evm.halts import HALTS
from minichain.evm.log_record import NOTHING
from minichain.evm.message import (
    NOBODY,
    Environment,
    Message,
    Outcome,
    Steps,
    compute_created_address,
)
from minichain.evm.precompiles import PRECOMPILES, Failed
from minichain.evm.steps import read_step
from minichain.kernels import evm_layout as at
from minichain.kernels.runtime import Runtime
from minichain.ledger.state import EMPTY_ACCOUNT, EMPTY_ROOT, State, Table
from minichain.units import Address, BlockNumber, Gas

FIRST_WORD = 0x30
"""The opcode whose word is the first of the block's."""

MOST_BACK = 256
"""Blocks before this one whose hashes are known."""

MOST_BEHIND = 256
"""Writes of others up to which it is worth while to read anew what they wrote."""

SPARE = 1 << 13
"""Bytes of memory that there are behind a message's input, at least."""


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


class Host:
    """An arena, and who answers what its loop asks; it runs one message at a time.

    Parameters
    ----------
    runtime : str, optional
        How the loop runs; the fastest way there is, if not given.
    """

    def __init__(self, runtime: Runtime | None = None) -> None:
        self._arena = arena = Arena(runtime)
        self._state = State()
        self._environment: Environment | None = None
        self._on_step: Steps | None = None
        self._split: tuple[Gas, Gas] | None = None
        self._depth = 0
        # The writes to the state that the arena's rows know of.
        self._known: list[tuple[Table, Any]] = []
        self._known_count = 0
        # What the arena's words say already.
        self._sender = self._to = NOBODY
        self._price = self._value = 0
        self._answers: dict[int, Callable[[], None]] = {
            at.STEP: self._show,
            at.LOAD_ACCOUNT: self._bring_account,
            at.LOAD_SLOT: self._bring_slot,
            at.FIND_BLOCK: self._find_block,
            at.PRECOMPILE: self._run_precompile,
            at.MORE_ROWS: arena.make_rows,
            at.MORE_BYTES: arena.make_bytes,
        }

    def run(
        self, message: Message, state: State, environment: Environment,
        on_step: Steps | None = None,
    ) -> Outcome:  # fmt: skip
        """Run a message to its end and write what it changed."""
        arena = self._arena
        self._state, self._on_step = state, on_step
        self._catch_up()
        if environment is not self._environment:
            self._set_block(environment)
        if on_step is not None:
            self._split, self._depth = None, 0
        to = message.to
        if to is None:
            nonce = state.account(message.sender).nonce
            to = message.creates or compute_created_address(message.sender, nonce)
        self._begin(message, to)
        arena.r[at.ACTION] = at.BEGIN
        status = arena.run()
        while status != at.DONE:
            self._answers[status]()
            status = arena.run()
        return self._finish(message, to)

    def _catch_up(self) -> None:
        """Read anew what others have written since the last message."""
        written = self._state.written
        behind = len(written) - self._known_count
        if written is not self._known or behind > MOST_BEHIND or self._arena.is_crowded:
            self._arena.forget()
        elif behind:
            for table, key in dict.fromkeys(written[self._known_count :]):
                if table is Table.ACCOUNTS:
                    self._list(key)
                elif table is Table.STORAGE:
                    self._list_slot(*key)
        self._known, self._known_count = written, len(written)

    def _begin(self, message: Message, to: Address) -> None:
        arena = self._arena
        count = len(message.data)
        if count + SPARE > len(arena.memory):
            arena.reserve("memory", count + SPARE)
        if message.to is None:
            arena.reserve("code", arena.r[at.CODE_TOP] + count + at.PADDING)
        arena.memory[:count] = message.data
        if message.access_list:
            self._warm_up(message)
        if message.sender != self._sender:
            self._sender = message.sender
            arena.put_address(at.ORIGIN, message.sender)
        if to != self._to:
            self._to = to
            arena.put_address(at.MESSAGE_TO, to)
        r, w = arena.r, arena.w
        if (message.value, message.gas_price) != (self._value, self._price):
            self._value, self._price = message.value, message.gas_price
            w[at.MESSAGE_VALUE], w[0x3A - FIRST_WORD] = self._value, self._price
        r[at.BUDGET] = -1 if self._on_step is None else 0
        r[at.MESSAGE_KIND] = message.to is None
        r[at.MESSAGE_GAS] = message.gas
        r[at.MESSAGE_STATIC] = message.is_static
        r[at.MESSAGE_LENGTH] = count
        r[at.BLOBS] = len(message.blob_hashes)
        for i, blob_hash in enumerate(message.blob_hashes):
            w[at.BLOB_WORDS + i] = _number(blob_hash)

    def _set_block(self, block: Environment) -> None:
        w = self._arena.w
        w[0x41 - FIRST_WORD] = _number(block.beneficiary)
        w[0x42 - FIRST_WORD] = block.time
        w[0x43 - FIRST_WORD] = block.number
        w[0x44 - FIRST_WORD] = block.prev_randao
        w[0x45 - FIRST_WORD] = block.gas_limit
        w[0x46 - FIRST_WORD] = block.chain_id
        w[0x48 - FIRST_WORD] = block.base_fee_per_gas
        w[0x4A - FIRST_WORD] = block.blob_base_fee
        self._environment = block

    def _warm_up(self, message: Message) -> None:
        """Bring what an access list announces; the next message will find it warm."""
        warm = self._arena.r[at.TRANSACTION] + 1
        for address, slots in message.access_list:
            self._list(address, warm)
            for slot in slots:
                self._list_slot(address, _number(slot), warm)

    # What the loop asks for

    def _list(self, address: Address, warm: int = 0) -> int:
        self._give(address)
        self._arena.r[at.GIVEN_WARM] = warm
        self._arena.ask(at.LIST_ACCOUNT)
        return int(self._arena.r[at.GIVEN_OWNER])

    def _list_slot(self, address: Address, key: int, warm: int = 0) -> None:
        owner = self._list(address, warm)
        self._give_slot(owner, address, key)
        self._arena.w[at.WANTED] = key
        self._arena.r[at.GIVEN_WARM] = warm
        self._arena.ask(at.LIST_SLOT)

    def _bring_account(self) -> None:
        self._give(to_address(self._arena.w[at.WANTED]))
        self._arena.r[at.ACTION] = at.TAKE_ACCOUNT

    def _give(self, address: Address) -> None:
        """Put an account where the loop takes it from."""
        arena, state = self._arena, self._state
        if arena.is_nearly_full:
            arena.make_rows()
        account = state.account(address)
        place = length = 0
        is_stored = False
        if account.has_code:
            code = state.code(address)
            place, length = arena.place_code(account.code_hash, code), len(code)
        elif account is not EMPTY_ACCOUNT and account.nonce == 0:
            is_stored = state.storage_root(address) != EMPTY_ROOT
        r, w = arena.r, arena.w
        nonce = account.nonce
        r[at.GIVEN_NONCE] = nonce - WRAP if nonce >> 63 else nonce
        r[at.GIVEN_AT], r[at.GIVEN_LENGTH] = place, length
        r[at.GIVEN_STORED] = is_stored
        r[at.GIVEN_WARM] = 0
        w[at.WANTED] = _number(address)
        w[at.GIVEN_BALANCE] = account.balance
        w[at.GIVEN_HASH] = _number(account.code_hash)

    def _bring_slot(self) -> None:
        arena = self._arena
        owner = arena.r[at.GIVEN_OWNER]
        self._give_slot(owner, arena.name(owner), arena.w[at.WANTED])
        arena.r[at.ACTION] = at.TAKE_SLOT

    def _give_slot(self, owner: int, address: Address, key: int) -> None:
        """Put a slot's value where the loop takes it from."""
        arena = self._arena
        if arena.is_nearly_full:
            arena.make_rows()
        arena.r[at.GIVEN_OWNER], arena.r[at.GIVEN_WARM] = owner, 0
        arena.w[at.GIVEN_VALUE] = self._state.storage(address, key)

    def _frame(self) -> int:
        r = self._arena.r
        return int(r[at.FRAMES_AT] + r[at.DEPTH] * at.FRAME)

    def _find_block(self) -> None:
        block, stack = self._environment, self._arena.stack
        assert block is not None
        top = self._arena.r[self._frame() + at.SP] - 1
        wanted = stack[top]
        found = b""
        if wanted < block.number <= wanted + MOST_BACK:
            found = block.block_hash(BlockNumber(wanted))
        stack[top] = _number(found)

    def _run_precompile(self) -> None:
        arena, frame = self._arena, self._frame()
        r = arena.r
        start, length = r[frame + at.DATA_AT], r[frame + at.DATA_LENGTH]
        data = bytes(arena.memory[start : start + length])
        contract = PRECOMPILES[to_address(r[frame + at.PRECOMPILED])]
        self._note_split(frame)
        try:
            gas = contract.price(data)
            if gas > r[frame + at.LEFT]:
                raise Failed(at.OUT_OF_GAS)
            output = contract.run(data)
        except Failed as failed:
            r[at.REASON], r[at.RETURNED] = failed.status, 0
        else:
            arena.reserve("returned", len(output))
            arena.returned[: len(output)] = output
            r[frame + at.LEFT] -= gas
            r[at.REASON], r[at.RETURNED] = at.RETURN, len(output)
        r[at.ACTION] = at.ANSWER

    def _note_split(self, frame: int) -> None:
        """Note how a call that has just begun split the gas."""
        r = self._arena.r
        if r[at.DEPTH]:
            kept = r[frame - at.FRAME + at.LEFT]
            self._split = Gas(kept), Gas(r[frame + at.LEFT])

    def _show(self) -> None:
        r = self._arena.r
        if r[at.DEPTH] > self._depth:
            self._note_split(self._frame())
        step = read_step(self._arena, self._split)
        self._split, self._depth, r[at.REASON] = None, r[at.DEPTH], 0
        assert self._on_step is not None
        self._on_step(step)
        self._arena.r[at.BUDGET] = 1

    # What the message came to

    def _finish(self, message: Message, to: Address) -> Outcome:
        arena, state = self._arena, self._state
        r = arena.r
        ended = r[at.ENDED]
        output = bytes(arena.returned[: r[at.RETURNED]])
        gas_left = r[at.GAS_LEFT]
        if ended >= at.REVERT:
            return Outcome(False, output, gas_left, error=HALTS.get(ended, ""))
        is_destroyed = write_changes(arena, state) if r[at.CHANGED] else False
        # What the arena holds is what it wrote, but for a contract that is gone.
        self._known, self._known_count = state.written, len(state.written)
        if is_destroyed:
            self._known = []
        record = read_record(arena) if r[at.LOGGED] else NOTHING
        created = None
        if message.to is None:
            created, output = to, state.code(to)
        return Outcome(True, output, gas_left, record, r[at.REFUND], "", created)
