"""Proof of work is a header whose hash, read as a number, is below a target.

Finding the nonce takes many hashes; checking it takes one.

References
----------
.. [1] Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008, section 4.
"""

import os
import struct
import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from time import perf_counter

from minichain.crypto.hashing import sha256d
from minichain.kernels.proof_of_work import NOT_FOUND, search_nonce
from minichain.kernels.sha_rounds import fastest_search
from minichain.ledger.target import check_target

HEADER_SIZE = 80
"""Bytes of a block header."""

NONCE_AT = 76
"""Where in the header the nonce begins; it takes the last four bytes."""

NONCES = 2**32
"""How many nonces there are."""

SLICE = 2**22
"""Nonces tried between two reports where kernels are compiled."""

LONG = 2**20
"""Nonces from which on it is worth finding out which search is the quicker."""

PAGE_SLICE = 2**17
"""Nonces tried between two reports in the page, whose vectors are narrow."""

PLAIN_SLICE = 2**14
"""Nonces tried between two reports where they are not."""


class InvalidHeaderSize(ValueError):
    """A header that is not 80 bytes long."""


class InvalidNonceRange(ValueError):
    """A range of nonces that begins outside them, or runs backwards."""


class InvalidWorkers(ValueError):
    """Fewer than one worker, or a slice of no nonces."""


@dataclass(frozen=True)
class Progress:
    """How far a search has come.

    Attributes
    ----------
    hashes : int
        Nonces tried so far.
    count : int
        Nonces there are to try.
    seconds : float
        Time since the search began.
    """

    hashes: int
    count: int
    seconds: float

    @property
    def rate(self) -> float:
        """Hashes a second so far."""
        return self.hashes / self.seconds if self.seconds > 0 else 0.0


def search(
    header: bytes, target: int, start: int = 0, count: int = NONCES
) -> int | None:
    """Return the first nonce, from ``start`` on, that makes a header's hash low enough.

    Parameters
    ----------
    header : bytes, 80
        The header; its last four bytes are ignored.
    target : int
        Largest acceptable hash, as a 256-bit number.
    start : int
        First nonce to try.
    count : int
        How many nonces to try, at most to the last one there is. Call again from
        where this call ended to work in slices.

    Returns
    -------
    int or None
        A nonce, to be written little-endian into the last four bytes, or None when
        no nonce of the range is good.

    Raises
    ------
    InvalidHeaderSize
        The header is not 80 bytes long.
    InvalidTarget
        The target is not a 256-bit number.
    InvalidNonceRange
        The range begins outside the nonces, or ``count`` is negative.
    """
    _check(header, target, start, count)
    end = min(start + count, NONCES)
    if search_nonce.is_plain:
        return _search_one_by_one(header, target, start, end)
    words = array("I", struct.unpack(">20I", header))
    # To find out which is quicker takes as long as a short search.
    find = fastest_search() if end - start >= LONG else search_nonce
    while start < end:
        found = find(words, start, end - start, target >> 224)
        if found == NOT_FOUND:
            return None
        start += found
        if is_low_enough(header, start, target):
            return start
        # The first 32 bits were low enough, the rest was not: go on behind it.
        start += 1
    return None


def mine(
    header: bytes,
    target: int,
    workers: int | None = None,
    *,
    start: int = 0,
    count: int = NONCES,
    size: int | None = None,
    on_progress: Callable[[Progress], object] | None = None,
) -> int | None:
    """Search with several workers, a slice at a time, and return the first good nonce.

    A kernel runs without the interpreter's lock, so threads share the cores. The
    result is the one `search` would return, whatever the number of workers. What
    ``on_progress`` raises stops the search, as Ctrl-C does.

    Parameters
    ----------
    header, target, start, count
        As those of `search`.
    workers : int, optional
        How many threads search; as many as there are cores without it. The page has
        one, whatever is asked.
    size : int, optional
        Nonces in a slice. A search stops only between slices.
    on_progress : callable, optional
        Called after each slice, in the caller's thread, with a `Progress`.

    Raises
    ------
    InvalidHeaderSize, InvalidTarget, InvalidNonceRange
        As `search` raises them.
    InvalidWorkers
        There is no worker, or no nonce in a slice.
    """
    _check(header, target, start, count)
    size = size if size is not None else default_slice()
    workers = workers if workers is not None else available_cores()
    if workers < 1 or size < 1:
        raise InvalidWorkers(f"{workers} workers in slices of {size}: required 1 each")
    if sys.platform == "emscripten":
        workers = 1
    end = min(start + count, NONCES)
    began = perf_counter()
    for last, found in _slices(header, target, range(start, end, size), end, workers):
        if on_progress:
            done = last if found is None else found + 1
            seconds = perf_counter() - began
            on_progress(Progress(done - start, end - start, seconds))
        if found is not None:
            return found
    return None


def _slices(
    header: bytes, target: int, starts: range, end: int, workers: int
) -> Iterator[tuple[int, int | None]]:
    """Yield the end of each slice and what was found in it, in order."""
    if workers == 1:
        for first in starts:
            last = min(first + starts.step, end)
            yield last, search(header, target, first, last - first)
        return
    with ThreadPoolExecutor(workers) as pool:
        running: deque[tuple[int, Future[int | None]]] = deque()
        try:
            for first in starts:
                last = min(first + starts.step, end)
                job = pool.submit(search, header, target, first, last - first)
                running.append((last, job))
                # One slice in waiting, so that no worker idles while we report.
                if len(running) > workers:
                    earliest, oldest = running.popleft()
                    yield earliest, oldest.result()
            for last, job in running:
                yield last, job.result()
        finally:
            for _, job in running:
                job.cancel()


def available_cores() -> int:
    """Return how many threads can search at once: one in the page."""
    if sys.platform == "emscripten":
        return 1
    return os.cpu_count() or 1


def default_slice() -> int:
    """Return how many nonces `mine` tries between two reports."""
    if search_nonce.is_plain:
        return PLAIN_SLICE
    return PAGE_SLICE if sys.platform == "emscripten" else SLICE


def is_low_enough(header: bytes, nonce: int, target: int) -> bool:
    """Return whether a header with this nonce hashes to at most ``target``."""
    sealed = header[:NONCE_AT] + nonce.to_bytes(4, "little")
    return int.from_bytes(sha256d(sealed), "little") <= target


def _search_one_by_one(header: bytes, target: int, start: int, end: int) -> int | None:
    """Search with hashlib: the first block of the header is hashed only once."""
    limit = target.to_bytes(32, "big")
    midstate = sha256(header[:64])
    tail = header[64:NONCE_AT]
    for nonce in range(start, end):
        once = midstate.copy()
        once.update(tail + nonce.to_bytes(4, "little"))
        if sha256(once.digest()).digest()[::-1] <= limit:
            return nonce
    return None


def _check(header: bytes, target: int, start: int, count: int) -> None:
    if len(header) != HEADER_SIZE:
        raise InvalidHeaderSize(
            f"header of {len(header)} bytes, required {HEADER_SIZE}"
        )
    check_target(target, least=0)
    if not 0 <= start < NONCES or count < 0:
        raise InvalidNonceRange(
            f"nonces from {start}, {count} of them: there are {NONCES}"
        )
