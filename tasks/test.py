"""Run the tests: ``python run.py test [--all] [words for pytest]``.

Without ``--all``, tests marked ``slow`` are left out. Any further words go to pytest;
without any, the tests are spread over the processor's cores.
"""

import sys

from tasks.environment import ROOT, run


def main(words: list[str]) -> int:
    """Run pytest; return its exit code."""
    return run([sys.executable, "-m", "pytest", *arguments(words)], cwd=ROOT)


def arguments(words: list[str]) -> list[str]:
    """Return pytest's words for ours."""
    rest = [word for word in words if word != "--all"]
    marks = [] if "--all" in words or "-m" in words else ["-m", "not slow"]
    # One core is enough for a few tests, and shows their output as it comes.
    spread = [] if rest else ["-n", "auto", "--dist", "loadgroup"]
    return [*marks, *spread, *rest]
