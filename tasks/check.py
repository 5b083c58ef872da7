"""Check what needs no run of the tests: ``python run.py check``.

Style, types, the floors, the notebooks' form and the labs.
``python run.py check lab NAME [--wrong FILE ...]`` checks one lab.
"""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter

from tasks.environment import ROOT

TOOLS = {
    "style": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "floors": [str(Path(sys.executable).with_name("lint-imports"))],
    "notebooks": ["run.py", "notebooks", "--check"],
    "labs": ["run.py", "check", "lab", "--all"],
}
"""What is checked, and the words that this Python runs for it."""


def main(words: list[str]) -> int:
    """Run every check, or the lab's; return 0 when nothing is amiss."""
    if words[:1] == ["lab"]:
        return int(import_module("tasks.labs").main(words[1:]))
    unknown = [word for word in words if word not in TOOLS]
    if unknown:
        print(f"no check is called {unknown[0]}; there are: {', '.join(TOOLS)}, lab")
        return 2
    amiss = [name for name in words or TOOLS if not _is_in_order(name)]
    if amiss:
        print(f"not in order: {', '.join(amiss)}")
    return int(bool(amiss))


def _is_in_order(name: str) -> bool:
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, *TOOLS[name]], cwd=ROOT, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    )  # fmt: skip
    taken = perf_counter() - start
    if done.returncode == 0:
        print(f"{name}: in order ({taken:.1f} s)", flush=True)
        return True
    print(f"{name}: not in order ({taken:.1f} s)\n{done.stdout.rstrip()}", flush=True)
    return False
