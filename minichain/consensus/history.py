"""A proof of history is a chain of hashes so long that time must have passed.

Each hash needs the one before it, so nobody can hurry by working on many at once. What
is mixed in on the way took place after the hash before it and before the one after.
Checking is another matter: cut into slices, all of them are checked at the same time.

What it gives up: it says how long and in what order, not who is right (votes do), and
whoever has the fastest machine has the fastest clock. The leader must be known in
advance, and runs the clock alone: a leader that stops stops the chain for its turn.

References
----------
.. [1] Yakovenko, "Solana: A new architecture for a high performance blockchain", 2018,
   sections 3 and 4.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from minichain.crypto.hashing import sha256, sha256_batch
from minichain.errors import InvalidProof
from minichain.units import Hash32

NOTHING = Hash32(bytes(32))
"""What is mixed in where nothing took place."""

HASHES_PER_TICK = 64
"""Hashes between two entries without an event, here; Solana's have 62 500."""


class InvalidHashes(ValueError):
    """A stretch of history, or a tick of its clock, that takes no hash."""


class InvalidHistory(InvalidProof):
    """A history whose hashes do not follow from each other.

    Attributes
    ----------
    entry : int
        The first entry that is wrong.
    """

    rule: ClassVar[str] = "history"

    def __init__(self, entry: int, reason: str) -> None:
        super().__init__(f"entry {entry} {reason}")
        self.entry = entry


@dataclass(frozen=True)
class Entry:
    """So many hashes, the last of them with an event mixed in, or none.

    Attributes
    ----------
    count : int
        Hashes since the entry before, at least 1.
    event : Hash32
        Digest of what took place; `NOTHING` for a tick of the clock.
    hash : Hash32
        The last of the hashes.
    """

    count: int
    event: Hash32
    hash: Hash32


def follow(start: Hash32, count: int, event: Hash32 = NOTHING) -> Hash32:
    """Return the hash after so many steps, the last with an event mixed in.

    A step is the SHA-256 of 64 bytes: the hash before, and the event.

    Parameters
    ----------
    start : Hash32
        The hash before.
    count : int
        Steps, at least 1.
    event : Hash32
        Digest of what takes place at the end.

    Raises
    ------
    InvalidHashes
        ``count`` is below 1.
    """
    if count < 1:
        raise InvalidHashes(f"{count} hashes, required 1 or more")
    state = start
    for _ in range(count - 1):
        state = sha256(state + NOTHING)
    return sha256(state + event)


class Clock:
    """The history as its leader makes it: hash by hash.

    Parameters
    ----------
    seed : bytes
        Anything that nobody knew before: the last hash of the leader before.
    hashes_per_tick : int
        Hashes after which an entry is written even if nothing took place.
    on_step : callable, optional
        Called with every `Entry`.

    Attributes
    ----------
    start, state : Hash32
        The first hash, and the last one so far.
    entries : list of Entry
        What was written so far.
    hashes : int
        Hashes so far: the time, in the clock's own unit.

    Raises
    ------
    InvalidHashes
        ``hashes_per_tick`` is below 1.

    Examples
    --------
    >>> clock = Clock(b"seed")
    >>> _ = clock.tick(), clock.record(b"pay"), clock.tick()
    >>> [entry.count for entry in clock.entries], clock.hashes
    ([64, 1, 64], 129)
    >>> verify(clock.start, clock.entries)
    """

    def __init__(
        self,
        seed: bytes,
        hashes_per_tick: int = HASHES_PER_TICK,
        on_step: Callable[[Entry], object] | None = None,
    ) -> None:
        if hashes_per_tick < 1:
            raise InvalidHashes(f"{hashes_per_tick} hashes a tick, required 1 or more")
        self.start = self.state = sha256(seed)
        self.hashes_per_tick = hashes_per_tick
        self.entries: list[Entry] = []
        self.hashes = 0
        self.on_step = on_step

    def tick(self) -> Entry:
        """Let a tick pass in which nothing takes place."""
        return self._write(self.hashes_per_tick, NOTHING)

    def wait(self, hashes: int) -> Entry:
        """Let some hashes pass in which nothing takes place.

        Raises
        ------
        InvalidHashes
            There is less than one.
        """
        return self._write(hashes, NOTHING)

    def record(self, event: bytes) -> Entry:
        """Mix an event in: it took place after all before, and before all after."""
        return self._write(1, sha256(event))

    def _write(self, count: int, event: Hash32) -> Entry:
        self.state = follow(self.state, count, event)
        entry = Entry(count, event, self.state)
        self.entries.append(entry)
        self.hashes += count
        if self.on_step:
            self.on_step(entry)
        return entry


def verify(start: Hash32, entries: Sequence[Entry]) -> None:
    """Check a history hash by hash, as slowly as it was made.

    Parameters
    ----------
    start : Hash32
        The hash before the first entry.
    entries : sequence of Entry
        The history.

    Raises
    ------
    InvalidHistory
        An entry's hash does not follow from the one before, or takes no time.
    """
    state = start
    for number, entry in enumerate(entries):
        if entry.count < 1:
            raise InvalidHistory(number, f"takes {entry.count} hashes")
        if follow(state, entry.count, entry.event) != entry.hash:
            raise InvalidHistory(number, "does not follow from the one before")
        state = entry.hash


def verify_slices(start: Hash32, entries: Sequence[Entry]) -> None:
    """Check all entries of a history side by side, one hash of each at a time.

    Each entry says where it ends, so the next can be checked without waiting: the lanes
    of one core, or many cores, share the work. Parameters and errors are those of
    `verify`; the first wrong entry is named here, too.
    """
    starts = [start, *(entry.hash for entry in entries[:-1])]
    for number, entry in enumerate(entries):
        if entry.count < 1:
            raise InvalidHistory(number, f"takes {entry.count} hashes")
    # The longest first, so that those still at work are always the first ones.
    order = sorted(range(len(entries)), key=lambda n: -entries[n].count)
    lanes = bytearray().join(starts[n] + NOTHING for n in order)
    active, step = len(order), 0
    wrong: list[int] = []
    while active:
        step += 1
        done = active
        while done and entries[order[done - 1]].count == step:
            done -= 1
            lanes[64 * done + 32 : 64 * done + 64] = entries[order[done]].event
        digests = sha256_batch(memoryview(lanes)[: 64 * active])
        wrong += [
            order[lane]
            for lane in range(done, active)
            if digests[32 * lane : 32 * lane + 32] != entries[order[lane]].hash
        ]
        active = done
        # Four words of eight bytes are a hash, and the first half of the next message.
        hashes = memoryview(digests).cast("Q")
        words = memoryview(lanes).cast("Q")
        for word in range(4):
            words[word : 8 * active : 8] = hashes[word : 4 * active : 4]
    if wrong:
        raise InvalidHistory(min(wrong), "does not follow from the one before")
