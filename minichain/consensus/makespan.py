"""A makespan is the time that transactions take, run side by side by some workers.

It is never less than the longest chain of transactions that wait for each other, and
never less than all the work shared out evenly.

References
----------
.. [1] Amdahl, "Validity of the single processor approach to achieving large scale
   computing capabilities", 1967.
"""

from collections.abc import Sequence

from minichain.consensus.parallel import Transaction, schedule


class NoWorkers(ValueError):
    """Work that nobody is there to do."""


class NothingToRun(ValueError):
    """A comparison of two ways to run no transactions."""


class InvalidPart(ValueError):
    """A part of the work that is not between none of it and all."""


def makespan(transactions: Sequence[Transaction], workers: int) -> int:
    """Return how long the rounds take on so many workers, by their costs.

    In each round the longest go first, each to whoever is free first.

    Parameters
    ----------
    transactions : sequence of Transaction
        In the order that counts.
    workers : int
        At least 1.

    Returns
    -------
    int
        The time, in the unit of the costs.

    Raises
    ------
    NoWorkers
        There is no worker.
    """
    if workers < 1:
        raise NoWorkers(f"{workers} workers, required 1 or more")
    total = 0
    for places in schedule(transactions):
        busy = [0] * workers
        for cost in sorted((transactions[p].cost for p in places), reverse=True):
            free = min(range(workers), key=busy.__getitem__)
            busy[free] += cost
        total += max(busy)
    return total


def speed_up(transactions: Sequence[Transaction], workers: int) -> float:
    """Return how many times faster the rounds are than running all in turn.

    Raises
    ------
    NothingToRun
        There is no transaction.
    NoWorkers
        There is no worker.
    """
    if not transactions:
        raise NothingToRun("0 transactions to run, required 1 or more")
    return sum(t.cost for t in transactions) / makespan(transactions, workers)


def speed_up_limit(transactions: Sequence[Transaction]) -> float:
    """Return the speed-up that no number of workers exceeds.

    It is all the work over the longest chain of transactions that wait for each other.

    Raises
    ------
    NothingToRun
        There is no transaction.
    """
    if not transactions:
        raise NothingToRun("0 transactions to run, required 1 or more")
    done: list[int] = []
    for place, transaction in enumerate(transactions):
        before = [
            done[earlier]
            for earlier in range(place)
            if transaction.conflicts_with(transactions[earlier])
        ]
        done.append(max(before, default=0) + transaction.cost)
    return sum(t.cost for t in transactions) / max(done)


def amdahl(serial: float, workers: int) -> float:
    """Return the speed-up if a part of the work can only run alone.

    Parameters
    ----------
    serial : float
        That part, 0 to 1.
    workers : int
        At least 1.

    Raises
    ------
    InvalidPart
        The part is not between 0 and 1.
    NoWorkers
        There is no worker.
    """
    if not 0 <= serial <= 1:
        raise InvalidPart(f"a part of {serial} alone is not between 0 and 1")
    if workers < 1:
        raise NoWorkers(f"{workers} workers, required 1 or more")
    return 1 / (serial + (1 - serial) / workers)
