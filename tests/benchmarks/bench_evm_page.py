"""The machine as WebAssembly in the page's Python, beside the same compiled here.

The least of eight measurements, in CPU seconds of Node and of this process.
"""

import json
import subprocess
import sysconfig
from statistics import geometric_mean
from time import process_time
from typing import Any

from tasks import page_packages
from tasks.environment import ROOT
from tasks.front_end import MODULES, build_front_end, tool
from tests.benchmarks.evm_machines import Minichain, storage_of
from tests.benchmarks.evm_workloads import ALICE, MOST_GAS, WORKLOADS, Workload


def describe(workload: Workload) -> dict[str, Any]:
    """Return a workload as the page reads it."""
    state = workload.state
    slots, calls = storage_of(state).items(), workload.calls(workload.count)
    return {
        "sender": ALICE.hex(),
        "gas": MOST_GAS,
        "accounts": {
            address.hex(): (account.nonce, account.balance, state.code(address).hex())
            for address, account in state.accounts.items()
        },
        "slots": [(at.hex(), slot, word) for (at, slot), word in slots],
        "calls": [(to.hex(), data.hex()) for to, data in calls],
    }


def time_here(workload: Workload) -> float:
    """Return the seconds that a workload takes in this process."""
    machine, calls, times = (
        Minichain(workload.state),
        workload.calls(workload.count),
        [],
    )
    for _ in range(8):
        start = process_time()
        for to, data in calls:
            machine.call(to, data)
        times.append(process_time() - start)
        machine.settle()
    return min(times)


def time_in_page() -> dict[str, float]:
    """Return what each workload takes in the page."""
    done = subprocess.run(
        [
            tool("node"), ROOT / "tests/page/pytest_in_page.mjs", MODULES / "pyodide",
            page_packages.PYTHON, sysconfig.get_path("purelib"), ROOT,
            "tests/page/page_rates.py", "-s",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    lines = [line.partition("took ")[2] for line in done.stdout.splitlines()]
    return dict(json.loads(line) for line in lines if line)


def main() -> None:
    """Print each workload's milliseconds here and in the page."""
    build_front_end()
    page_packages.build_packages()
    workloads = [make() for make in WORKLOADS]
    text = json.dumps({workload.name: describe(workload) for workload in workloads})
    (ROOT / "build" / "workloads.json").write_text(text)
    page = time_in_page()
    ratios = []
    for workload in workloads:
        here, there = time_here(workload), page[workload.name]
        ratios.append(here / there)
        print(
            f"{workload.name:<26}{1e3 * here:8.1f} ms{1e3 * there:8.1f} ms in the page"
            f"  x{ratios[-1]:5.2f} (goal 0.5)"
        )
    print(f"geometric mean {geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    main()
