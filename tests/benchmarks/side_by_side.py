"""Rates side by side: each contender in turn, many rounds, medians of CPU time.

A time depends on the machine and its neighbours; a ratio from one interleaved run
depends on them much less.
"""

from collections.abc import Callable
from statistics import median
from time import process_time


def compare(
    contenders: dict[str, Callable[[], object]],
    work: dict[str, float] | float,
    unit: str = "operations",
    rounds: int = 7,
) -> dict[str, float]:
    """Measure contenders in turn, print their rates, and return them.

    Parameters
    ----------
    contenders : dict
        Name and what to call. The first is what the others are compared with.
    work : float or dict
        Units of work that one call does, for all or by name.
    unit : str
        What a unit is called.
    rounds : int
        How often each is called; the median counts.

    Returns
    -------
    dict
        Units a second of CPU time, by name.
    """
    amounts = work if isinstance(work, dict) else dict.fromkeys(contenders, work)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for call in contenders.values():
        call()
    for _ in range(rounds):
        for name, call in contenders.items():
            start = process_time()
            call()
            times[name].append(process_time() - start)
    rates = {name: amounts[name] / median(times[name]) for name in contenders}
    base = next(iter(rates.values()))
    width = max(map(len, rates))
    for name, rate in rates.items():
        shown = f"{rate:,.0f}" if rate < 1e6 else f"{rate / 1e6:,.2f} M"
        print(
            f"  {name:<{width}}  {shown:>12} {unit}/s  {rate / base:7.2f} x", flush=True
        )
    return rates
