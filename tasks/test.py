"""Run the tests: ``python run.py test [--all] [words for pytest]``.

Without ``--all``, tests marked ``slow`` are left out. Any further words go to pytest.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(words: list[str]) -> int:
    """Run pytest; return its exit code."""
    everything = "--all" in words
    words = [word for word in words if word != "--all"]
    marks = [] if everything or "-m" in words else ["-m", "not slow"]
    return subprocess.call([sys.executable, "-m", "pytest", *marks, *words], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
