"""The host gives the machine what it lacks: accounts, slots, precompiled contracts.

Nothing of a state changes before the message has ended; then its changes are written
at once. A message that fails has none.
"""

from collections.abc import Callable
from typing import Any

from minichain.evm.arena import Arena
from minichain.evm.effects import (
    WRAP,
    read_logs,
    to_address,
    write_accounts,
    write_slots,
)
from minichain.evm.halts import HALTS
from minichain.evm.message import (
    Environment,
    Message,
    Outcome,
    Step,
    Steps,
    compute_created_address,
)
from minichain.evm.precompiles import PRECOMPILES, Failed
from minichain.kernels import evm_layout as at
from minichain.ledger.state import EMPTY_ACCOUNT, EMPTY_ROOT, State
from minichain.units import Address, BlockNumber, Gas

FIRST_WORD = 0x30
"""The opcode whose word is the first of the block's."""

MOST_BACK = 256
"""Blocks before this one whose hashes are known."""


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


class Host:
    """One message on its way through an arena.

    Parameters
    ----------
    arena : Arena
        Nobody else uses it meanwhile.
    state : State
        Read as the message asks, and written when it has succeeded.
    environment : Environment
        The block.
    message : Message
        What is called.
    on_step : callable, optional
        Sees the machine before each instruction.
    """

    def __init__(
        self, arena: Arena, state: State, environment: Environment, message: Message,
        on_step: Steps | None = None,
    ) -> None:  # fmt: skip
        self._arena, self._state = arena, state
        self._environment, self._message, self._on_step = environment, message, on_step
        warm = {message.sender, environment.beneficiary, *PRECOMPILES}
        self._warm_slots: set[tuple[Address, int]] = set()
        for address, slots in message.access_list:
            warm.add(address)
            self._warm_slots.update((address, _number(slot)) for slot in slots)
        self._split: tuple[Gas, Gas] | None = None
        self._depth = 0
        self._to = message.to
        if self._to is None:
            nonce = state.account(message.sender).nonce
            self._to = message.creates or compute_created_address(message.sender, nonce)
        self._warm = warm | {self._to}
        self._answers: dict[int, Callable[[], None]] = {
            at.STEP: self._show,
            at.LOAD_ACCOUNT: self._bring_account,
            at.LOAD_SLOT: self._bring_slot,
            at.FIND_BLOCK: self._find_block,
            at.PRECOMPILE: self._run_precompile,
            at.MORE_ROWS: arena.make_rows,
            at.MORE_BYTES: arena.make_bytes,
        }

    def run(self) -> Outcome:
        """Run the message to its end and write what it changed."""
        arena, answers = self._arena, self._answers
        self._begin()
        status = arena.ask(at.BEGIN)
        while status != at.DONE:
            answers[status]()
            status = arena.run()
        return self._finish()

    def _begin(self) -> None:
        arena, message = self._arena, self._message
        arena.forget()
        arena.reserve("memory", len(message.data) + (1 << 13))
        arena.reserve("code", arena.r[at.CODE_TOP] + len(message.data) + at.PADDING)
        r, w = arena.r, arena.w
        r[at.TRANSACTION] += 1
        r[at.JOURNALED] = r[at.LOGGED] = r[at.LOG_BYTES] = r[at.REFUND] = 0
        r[at.RETURNED] = r[at.REASON] = 0
        r[at.BUDGET] = -1 if self._on_step is None else 0
        r[at.ASKS_ALL] = int(bool(self._warm_slots))
        self._set_block(w)
        r[at.MESSAGE_SENDER] = self._list(message.sender)
        assert self._to is not None
        r[at.MESSAGE_ROW] = self._list(self._to)
        r[at.MESSAGE_KIND] = int(message.to is None)
        r[at.MESSAGE_GAS] = message.gas
        r[at.MESSAGE_STATIC] = int(message.is_static)
        r[at.MESSAGE_LENGTH] = len(message.data)
        w[at.MESSAGE_VALUE] = message.value
        arena.memory[: len(message.data)] = message.data

    def _set_block(self, w: Any) -> None:
        block, message = self._environment, self._message
        w[0x32 - FIRST_WORD] = _number(message.sender)
        w[0x3A - FIRST_WORD] = message.gas_price
        w[0x41 - FIRST_WORD] = _number(block.beneficiary)
        w[0x42 - FIRST_WORD] = block.time
        w[0x43 - FIRST_WORD] = block.number
        w[0x44 - FIRST_WORD] = block.prev_randao
        w[0x45 - FIRST_WORD] = block.gas_limit
        w[0x46 - FIRST_WORD] = block.chain_id
        w[0x48 - FIRST_WORD] = block.base_fee_per_gas
        w[0x4A - FIRST_WORD] = block.blob_base_fee
        self._arena.r[at.BLOBS] = len(message.blob_hashes)
        for i, blob_hash in enumerate(message.blob_hashes):
            w[at.BLOB_WORDS + i] = _number(blob_hash)

    # What the loop asks for

    def _list(self, address: Address) -> int:
        self._give(address)
        return self._arena.ask(at.LIST_ACCOUNT)

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
        r[at.GIVEN_STORED] = int(is_stored)
        r[at.GIVEN_WARM] = r[at.TRANSACTION] if address in self._warm else 0
        w[at.WANTED] = _number(address)
        w[at.GIVEN_BALANCE] = account.balance
        w[at.GIVEN_HASH] = _number(account.code_hash)

    def _bring_slot(self) -> None:
        arena = self._arena
        if arena.is_nearly_full:
            arena.make_rows()
        r, w = arena.r, arena.w
        key = w[at.WANTED]
        owner = r[at.ACCOUNT_WORDS_AT] + r[at.GIVEN_OWNER] * at.ACCOUNT_WORDS
        address = to_address(w[owner + at.ADDRESS])
        w[at.GIVEN_VALUE] = self._state.storage(address, key)
        is_warm = (address, key) in self._warm_slots
        r[at.GIVEN_WARM] = r[at.TRANSACTION] if is_warm else 0
        r[at.ACTION] = at.TAKE_SLOT

    def _frame(self) -> int:
        r = self._arena.r
        return int(r[at.FRAMES_AT] + r[at.DEPTH] * at.FRAME)

    def _find_block(self) -> None:
        r, stack = self._arena.r, self._arena.stack
        frame = self._frame()
        top = r[frame + at.SP] - 1
        wanted, number = stack[top], self._environment.number
        found = b""
        if wanted < number <= wanted + MOST_BACK:
            found = self._environment.block_hash(BlockNumber(wanted))
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
        arena, frame = self._arena, self._frame()
        r, w = arena.r, arena.w
        if r[at.DEPTH] > self._depth:
            self._note_split(frame)
        pc = r[frame + at.PC]
        is_inside = pc < r[frame + at.CODE_LENGTH]
        memory, size = r[frame + at.MEMORY_AT], 32 * r[frame + at.WORDS]
        own = w[r[at.FRAME_WORDS_AT] + r[at.DEPTH] * at.FRAME_WORDS]
        stack = arena.stack
        step = Step(
            depth=r[at.DEPTH] + 1,
            pc=pc,
            opcode=arena.code[r[frame + at.CODE_AT] + pc] if is_inside else 0,
            gas=Gas(r[frame + at.LEFT]),
            stack=tuple(stack[i] for i in range(r[frame + at.BASE], r[frame + at.SP])),
            memory=bytes(arena.memory[memory : memory + size]),
            address=to_address(own),
            refund=Gas(r[at.REFUND]),
            returned=bytes(arena.returned[: r[at.RETURNED]]),
            split=self._split,
            halt=HALTS.get(r[at.REASON], ""),
        )
        self._split, self._depth, r[at.REASON] = None, r[at.DEPTH], 0
        assert self._on_step is not None
        self._on_step(step)
        r[at.BUDGET] = 1

    # What the message came to

    def _finish(self) -> Outcome:
        arena, message = self._arena, self._message
        r = arena.r
        ended = r[at.ENDED]
        success = ended < at.REVERT
        arena.memory[: len(message.data)] = bytes(len(message.data))
        output = bytes(arena.returned[: r[at.RETURNED]])
        created = None
        if success:
            write_accounts(arena, self._state)
            write_slots(arena, self._state)
            if message.to is None:
                created = self._to
                assert created is not None
                output = self._state.code(created)
        return Outcome(
            success=success,
            output=output,
            gas_left=Gas(r[at.GAS_LEFT]),
            logs=read_logs(arena) if success else (),
            refund=Gas(r[at.REFUND]) if success else Gas(0),
            error=HALTS.get(ended, ""),
            created=created,
        )
