"""A comparison runs rivals in turn, so that a busy machine slows all of them alike.

A benchmark is a module ``bench_<subject>.py`` in this folder that calls `compare`;
``python run.py bench`` runs them. What it prints are ratios within one run: seconds
of another day or another machine say nothing.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import process_time

SHORTEST = 0.02
"""Seconds of CPU time below which one measurement is made of several calls."""

PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
"""Thousands, as rates are printed."""


@dataclass(frozen=True)
class Contender:
    """What one rival took.

    Attributes
    ----------
    name
        As the table names it.
    seconds
        Median CPU seconds of one call.
    spread
        Slowest over quickest measurement: near 1 on a quiet machine.
    rate
        Units of work a CPU second.
    ratio
        Rate over the rate of the first contender.
    """

    name: str
    seconds: float
    spread: float
    rate: float
    ratio: float


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of its finished children."""
    children = 0.0
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        children = used.ru_utime + used.ru_stime
    return process_time() + children


def compare(
    contenders: Mapping[str, Callable[[], object]],
    work: float | Mapping[str, float] = 1,
    unit: str = "calls",
    rounds: int = 7,
    title: str = "",
    clock: Callable[[], float] = cpu_seconds,
) -> dict[str, Contender]:
    """Run the contenders in turn, print the table, and return what it says.

    Every round calls each contender once, beginning with another one each time. A
    first call of each, which may compile, is not counted.

    Parameters
    ----------
    contenders
        Name and callable without arguments; the first is what others are held against.
    work
        Units of work that one call does, the same for all or by contender.
    unit
        What one unit of work is called, in the plural.
    rounds
        Measurements of each contender; their median counts.
    title
        A line above the table.
    clock
        Seconds; CPU seconds of this process and its children unless told otherwise.

    Raises
    ------
    ValueError
        There is no contender, or no round.

    Examples
    --------
    >>> table = compare({"sum": lambda: sum(range(9))}, clock=iter(range(99)).__next__)
    sum       1 calls/s  x   1.00
    """
    if not contenders or rounds < 1:
        raise ValueError(f"{len(contenders)} contenders in {rounds} rounds: nothing")
    names = list(contenders)
    calls = {name: _calls_needed(contenders[name], clock) for name in names}
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            start = clock()
            for _ in range(calls[name]):
                contenders[name]()
            taken[name].append((clock() - start) / calls[name])
    units = work if isinstance(work, Mapping) else dict.fromkeys(names, work)
    rates = {name: units[name] / max(median(taken[name]), 1e-9) for name in names}
    table = {
        name: Contender(
            name=name,
            seconds=median(taken[name]),
            spread=max(taken[name]) / max(min(taken[name]), 1e-9),
            rate=rates[name],
            ratio=rates[name] / rates[names[0]],
        )
        for name in names
    }
    _show(table, unit, title)
    return table


def _calls_needed(contender: Callable[[], object], clock: Callable[[], float]) -> int:
    contender()
    calls, taken = 1, 0.0
    while taken < SHORTEST and calls < 2**20:
        start = clock()
        for _ in range(calls):
            contender()
        taken = clock() - start
        if taken < SHORTEST:
            calls *= 2 if taken <= 0 else max(2, min(64, round(SHORTEST / taken)))
    return calls


def _show(table: Mapping[str, Contender], unit: str, title: str) -> None:
    if title:
        print(title)
    width = max(len(name) for name in table)
    for one in table.values():
        size, prefix = next((s for s in PREFIXES if one.rate >= s[0]), PREFIXES[-1])
        noise = f"  spread {one.spread:.1f}" if one.spread > 1.5 else ""
        rate = f"{one.rate / size:8.3g} {prefix}{unit}/s"
        print(f"{one.name:<{width}}{rate}  x{one.ratio:7.2f}{noise}", flush=True)
