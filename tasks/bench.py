"""Run the benchmarks: ``python run.py bench [NAME ...]``."""

import subprocess
import sys

from tasks.environment import ROOT

BENCHMARKS = ROOT / "tests" / "benchmarks"
"""Folder of the modules ``bench_<subject>.py``."""


def main(names: list[str]) -> int:
    """Run each benchmark whose subject holds one of the names, or all."""
    found = sorted(BENCHMARKS.glob("bench_*.py"))
    chosen = [p for p in found if not names or any(n in p.stem for n in names)]
    if not chosen:
        known = ", ".join(path.stem.removeprefix("bench_") for path in found)
        print(f"no benchmark is called {' or '.join(names)}; there are: {known}")
        return 2
    worst = 0
    for path in chosen:
        print(f"\n{path.stem.removeprefix('bench_')}", flush=True)
        module = f"tests.benchmarks.{path.stem}"
        worst |= subprocess.call([sys.executable, "-m", module], cwd=ROOT)
    return worst
