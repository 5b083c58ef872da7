"""A record is what a message logged, as the machine left it: numbers and bytes.

Logs are made of it when somebody asks for them; most are only passed on or counted.
"""

from dataclasses import dataclass

from minichain.kernels import evm_layout as at
from minichain.ledger.log import Log
from minichain.units import Address, Hash32

WORD = 32
"""Bytes of a word."""

ADDRESS = 20
"""Bytes of an address, the lowest of its word."""


@dataclass(frozen=True, slots=True)
class Record:
    """Logs in the machine's form.

    Attributes
    ----------
    rows : tuple of int
        For each log the number of topics, and where its data begins and how long it is.
    words : bytes
        For each log five words of 32 bytes, little-endian: its address, its topics.
    data : bytes
        The data of all.
    """

    rows: tuple[int, ...] = ()
    words: bytes = b""
    data: bytes = b""

    def read(self) -> tuple[Log, ...]:
        """Return the logs in order."""
        # Read from its end, every word is big-endian.
        words, end = self.words[::-1], len(self.words)
        logs = []
        for i in range(0, len(self.rows), at.LOG):
            topics, start, length = self.rows[i : i + at.LOG]
            place = end - WORD * at.LOG_WORDS * (i // at.LOG)
            address = Address(words[place - ADDRESS : place])
            places = range(place - WORD, place - WORD * (topics + 1), -WORD)
            named = tuple([Hash32(words[place - WORD : place]) for place in places])
            logs.append(Log(address, named, self.data[start : start + length]))
        return tuple(logs)


NOTHING = Record()
"""No logs."""
