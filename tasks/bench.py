"""Run the benchmarks: ``python run.py bench [NAME ...]``."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(names: list[str]) -> int:
    """Run each benchmark whose file name holds one of the names, or all."""
    found = sorted((ROOT / "tests" / "benchmarks").glob("bench_*.py"))
    chosen = [p for p in found if not names or any(n in p.stem for n in names)]
    if not chosen:
        print(f"no benchmark is called {' or '.join(names)}")
        return 2
    codes = []
    for path in chosen:
        print(f"\n{path.stem.removeprefix('bench_')}", flush=True)
        module = f"tests.benchmarks.{path.stem}"
        codes.append(subprocess.call([sys.executable, "-m", module], cwd=ROOT))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
