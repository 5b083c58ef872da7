"""An arena is the memory that the machine's loop works in, and that only it can see.

The host makes it, makes it larger when the loop asks, and reads results from it. Run
as plain Python, its integers and words are lists; compiled, they are raw bytes.
"""

from collections.abc import Callable
from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm import run_message
from minichain.kernels.runtime import Runtime, default_runtime
from minichain.units import Address

WORD = 32
"""Bytes of a word."""

MOST_CODE = 1 << 20
"""Bytes of code that are kept from one message to the next."""

MOST_ROWS = 1 << 16
"""Accounts and slots that are kept."""

_BUFFERS = {
    at.MEMORY: "memory",
    at.CODE: "code",
    at.RETURN_DATA: "returned",
    at.LOG_DATA: "logged",
}
_INTEGERS = {
    at.FRAMES_AT: (at.FRAME, "frames"),
    at.ACCOUNTS_AT: (at.ACCOUNT, "accounts"),
    at.ACCOUNT_INDEX_AT: (2, "accounts"),
    at.SLOTS_AT: (at.SLOT, "slots"),
    at.SLOT_INDEX_AT: (2, "slots"),
    at.JOURNAL_AT: (1, "journal"),
    at.LOGS_AT: (at.LOG, "logs"),
}
_WORDS = {
    at.FRAME_WORDS_AT: (at.FRAME_WORDS, "frames"),
    at.ACCOUNT_WORDS_AT: (at.ACCOUNT_WORDS, "accounts"),
    at.SLOT_WORDS_AT: (at.SLOT_WORDS, "slots"),
    at.JOURNAL_WORDS_AT: (1, "journal"),
    at.TOPICS_AT: (at.LOG_WORDS, "logs"),
}
_INDEXES = (at.ACCOUNT_INDEX_AT, "accounts"), (at.SLOT_INDEX_AT, "slots")


class Words:
    """Words in raw bytes, little-endian, as compiled code keeps them."""

    def __init__(self, count: int) -> None:
        self.raw = bytearray(WORD * count)

    def __len__(self) -> int:
        return len(self.raw) // WORD

    def __getitem__(self, index: int) -> int:
        return int.from_bytes(self.raw[WORD * index : WORD * index + WORD], "little")

    def __setitem__(self, index: int, value: int) -> None:
        self.raw[WORD * index : WORD * index + WORD] = value.to_bytes(WORD, "little")


class Arena:
    """The arrays of one machine.

    Parameters
    ----------
    runtime : str, optional
        How the loop runs; the fastest way there is, if not given.
    """

    def __init__(self, runtime: Runtime | None = None) -> None:
        self._runtime = runtime or default_runtime()
        self.is_plain = self._runtime == "plain"
        self._room = {
            "frames": at.DEPTH_LIMIT + 2,
            "accounts": 64,
            "slots": 256,
            "journal": 1024,
            "logs": 64,
        }
        self.memory = bytearray(1 << 16)
        self.code = bytearray(1 << 16)
        self.jumps = bytearray(1 << 16)
        self.returned = bytearray(1 << 12)
        self.logged = bytearray(1 << 12)
        self.block = self._integers(17)
        self.stack = self._words(1 << 12)
        self.codes: dict[bytes, int] = {}
        self.names: dict[int, Address] = {}
        self.slots: dict[int, tuple[Address, int]] = {}
        # Whether there are so many rows that it is better to begin anew.
        self.has_many_rows = False
        self.r: Any = self._integers(at.HEADER)
        self.w: Any = self._words(at.BLOCK_WORDS)
        self.r[at.CODE_TOP] = at.PADDING
        self._lay_out(dict.fromkeys(self._room, 0))

    def _integers(self, count: int) -> Any:
        if self.is_plain:
            return [0] * count
        return memoryview(bytearray(8 * count)).cast("q")

    def _words(self, count: int) -> Any:
        return [0] * count if self.is_plain else Words(count)

    def _lay_out(self, had: dict[str, int]) -> None:
        """Make the tables anew, with the room that is wanted, and move all rows."""
        old_r, old_w = self.r, self.w
        starts, top = {}, at.HEADER
        for name, (size, table) in _INTEGERS.items():
            starts[name], top = top, top + size * self._room[table]
        self.r = r = self._integers(top)
        top = at.BLOCK_WORDS
        for name, (size, table) in _WORDS.items():
            starts[name], top = top, top + size * self._room[table]
        self.w = self._words(top)
        r[: at.HEADER] = old_r[: at.HEADER]
        self._move(old_w, 0, 0, at.BLOCK_WORDS)
        for name, (size, table) in _INTEGERS.items():
            count, start, to = size * had[table], old_r[name], starts[name]
            if name not in dict(_INDEXES):
                r[to : to + count] = old_r[start : start + count]
        for name, (size, table) in _WORDS.items():
            self._move(old_w, starts[name], old_r[name], size * had[table])
        for name, start in starts.items():
            r[name] = start
        r[at.ACCOUNT_ROOM], r[at.SLOT_ROOM] = (
            self._room["accounts"],
            self._room["slots"],
        )
        r[at.JOURNAL_ROOM], r[at.LOG_ROOM] = self._room["journal"], self._room["logs"]
        r[at.ACCOUNT_MASK] = 2 * self._room["accounts"] - 1
        r[at.SLOT_MASK] = 2 * self._room["slots"] - 1
        r[at.STACK_ROOM] = len(self.stack)
        self.bind()
        self.ask(at.LIST_ALL)

    def _move(self, old: Any, to: int, start: int, count: int) -> None:
        if self.is_plain:
            self.w[to : to + count] = old[start : start + count]
        else:
            part = old.raw[WORD * start : WORD * (start + count)]
            self.w.raw[WORD * to : WORD * (to + count)] = part

    def bind(self) -> None:
        """Note where the arrays are, so that the loop can be called at once."""
        arrays = (
            self.r, self.w, self.stack, self.memory, self.code, self.jumps,
            self.returned, self.logged, self.block,
        )  # fmt: skip
        if self.is_plain:
            self.run: Callable[[], int] = lambda: run_message.function(*arrays)
        else:
            raw = [a.raw if isinstance(a, Words) else a for a in arrays]
            self.run = run_message.bind(*raw, runtime=self._runtime)

    def ask(self, action: int) -> int:
        """Have the loop do one thing first; return its status."""
        self.r[at.ACTION] = action
        return self.run()

    def put_address(self, index: int, address: bytes) -> None:
        """Set a word to an address; nothing else is ever put there."""
        if self.is_plain:
            self.w[index] = int.from_bytes(address, "big")
        else:
            self.w.raw[WORD * index : WORD * index + len(address)] = address[::-1]

    def read_words(self, start: int, count: int) -> bytes:
        """Return words as 32 bytes each, little-endian."""
        if self.is_plain:
            words = self.w[start : start + count]
            return b"".join(word.to_bytes(WORD, "little") for word in words)
        return bytes(self.w.raw[WORD * start : WORD * (start + count)])

    def name(self, row: int) -> Address:
        """Return the address of an account's row."""
        if row not in self.names:
            words = self.r[at.ACCOUNT_WORDS_AT] + row * at.ACCOUNT_WORDS
            word = self.w[words + at.ADDRESS]
            self.names[row] = Address(word.to_bytes(20, "big"))
        return self.names[row]

    def find_slot(self, row: int) -> tuple[Address, int]:
        """Return whose slot is in a row, and its number; note it in ``slots``."""
        owner = self.r[self.r[at.SLOTS_AT] + row * at.SLOT + at.SLOT_ACCOUNT]
        words = self.r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS
        found = self.slots[row] = self.name(owner), self.w[words + at.KEY]
        return found

    @property
    def is_crowded(self) -> bool:
        """Whether it is better to begin anew."""
        return self.has_many_rows or bool(self.r[at.CODE_TOP] > MOST_CODE)

    def forget(self) -> None:
        """Forget every account and slot, and code if there is much of it."""
        r = self.r
        self.names.clear()
        self.slots.clear()
        self.has_many_rows = False
        if r[at.ACCOUNTS]:
            for name, table in _INDEXES:
                start, count = r[name], 2 * self._room[table]
                r[start : start + count] = self._integers(count)
            r[at.ACCOUNTS] = r[at.SLOTS] = 0
        if r[at.CODE_TOP] > MOST_CODE:
            r[at.CODE_TOP] = at.PADDING
            self.codes.clear()

    def make_rows(self) -> None:
        """Double each table that is nearly half full."""
        had = dict(self._room)
        used = {
            "accounts": self.r[at.ACCOUNTS],
            "slots": self.r[at.SLOTS],
            "journal": self.r[at.JOURNALED],
            "logs": self.r[at.LOGGED],
        }
        for table, count in used.items():
            if 2 * count + 16 >= self._room[table]:
                self._room[table] *= 2
        self.has_many_rows |= used["accounts"] + used["slots"] > MOST_ROWS
        self._lay_out(had)

    @property
    def is_nearly_full(self) -> bool:
        """Whether one more account or slot may not fit."""
        r = self.r
        return bool(
            r[at.ACCOUNTS] + 2 > r[at.ACCOUNT_ROOM] or r[at.SLOTS] + 2 > r[at.SLOT_ROOM]
        )

    def make_bytes(self) -> None:
        """Make the buffer that the loop asks for as large as it asks, or larger."""
        which, size = self.r[at.WHICH], self.r[at.SIZE]
        if which != at.STACK:
            self.reserve(_BUFFERS[which], size)
            return
        old, self.stack = self.stack, self._words(2 * size)
        if self.is_plain:
            self.stack[: len(old)] = old
        else:
            self.stack.raw[: len(old.raw)] = old.raw
        self.r[at.STACK_ROOM] = len(self.stack)
        self.bind()

    def reserve(self, name: str, size: int) -> None:
        """Make a buffer at least so long."""
        buffer = getattr(self, name)
        if size <= len(buffer):
            return
        longer = bytearray(max(size + at.PADDING, 2 * len(buffer)))
        longer[: len(buffer)] = buffer
        setattr(self, name, longer)
        if name == "code":
            jumps = bytearray(len(longer))
            jumps[: len(self.jumps)] = self.jumps
            self.jumps = jumps
        self.bind()

    def place_code(self, code_hash: bytes, code: bytes) -> int:
        """Return where code lies; it is brought in when it is not there."""
        place = self.codes.get(code_hash)
        if place is None:
            r = self.r
            place = r[at.CODE_TOP]
            end = place + len(code)
            self.reserve("code", end + at.PADDING)
            self.code[place : end + at.PADDING] = code + bytes(at.PADDING)
            r = self.r
            r[at.CODE_TOP] = end + at.PADDING
            r[at.GIVEN_AT], r[at.GIVEN_LENGTH] = place, len(code)
            self.ask(at.LIST_CODE)
            self.codes[code_hash] = place
        return int(place)
