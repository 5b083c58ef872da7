"""The machine beside revm, which is Rust, and py-evm, on nine workloads.

Both are packages of the extra ``test``; pyrevm is not built for every platform, and
whichever is missing is left out. Before anything is timed, all of them have to agree
on success and output, and on gas too but for pyrevm, for which whatever was touched
stays warm from one message to the next.

``python -m tests.benchmarks.bench_evm swaps`` runs the workload of that name alone.
"""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from statistics import geometric_mean

from tests.benchmarks.evm_machines import Machine, Minichain, PyEvm, Rust
from tests.benchmarks.evm_workloads import WORKLOADS, Workload
from tests.benchmarks.side_by_side import compare

SLOWER = {"minichain": 1, "pyrevm": 1, "py-evm": 200}
"""How much less work a machine is given."""

MACHINES: dict[str, Callable[..., Machine]] = {"pyrevm": Rust, "py-evm": PyEvm}
NEEDS = {"pyrevm": "pyrevm", "py-evm": "eth"}


def race(workload: Workload) -> dict[str, float]:
    """Print how fast each machine is; return ours over each other's."""
    machines: dict[str, Machine] = {"minichain": Minichain(workload.state)}
    for name, make in MACHINES.items():
        if find_spec(NEEDS[name]) is not None:
            machines[name] = make(workload.state)
    counts = {name: max(workload.count // SLOWER[name], 1) for name in machines}
    check(workload, machines, min(counts.values()))

    def contender(name: str) -> Callable[[], None]:
        machine, messages = machines[name], workload.calls(counts[name])

        def run() -> None:
            for to, data in messages:
                machine.call(to, data)
            machine.settle()

        return run

    table = compare(
        {name: contender(name) for name in machines},
        counts,
        workload.unit,
        title=f"\n{workload.name}",
    )
    return {
        name: table["minichain"].rate / one.rate
        for name, one in table.items()
        if name != "minichain"
    }


def check(workload: Workload, machines: dict[str, Machine], count: int) -> None:
    """See that all machines come to the same before any is timed."""
    for to, data in workload.calls(count):
        answers = {name: machine.call(to, data) for name, machine in machines.items()}
        cold = {answer for name, answer in answers.items() if name != "pyrevm"}
        if len({answer[:2] for answer in answers.values()}) != 1 or len(cold) != 1:
            sys.exit(f"{workload.name}: {answers}")


def main(names: list[str]) -> None:
    """Print every comparison, then the geometric means."""
    ratios: dict[str, dict[str, float]] = {}
    for make in WORKLOADS:
        if not names or make.__name__ in names:
            workload = make()
            ratios[workload.name] = race(workload)
    print("\nminichain over the others")
    for rival in MACHINES:
        found = {name: ratio[rival] for name, ratio in ratios.items() if rival in ratio}
        for name, ratio in found.items():
            print(f"{name:<26}{rival:<8}{ratio:8.2f}")
        if found:
            mean, least = geometric_mean(found.values()), min(found.values())
            print(f"{rival}: geometric mean {mean:.2f}, least {least:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
