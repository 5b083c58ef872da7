"""Check style, types, floors, notebooks and labs: ``python run.py check``.

``python run.py check lab NAME`` checks one lab, as `tasks.labs` says.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

CHECKS = {
    "style": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "notebooks": ["tasks.notebooks", "--check"],
}
"""Modules to run, each with its words."""


def main(words: list[str]) -> int:
    """Run every check, or the lab's; return 0 when nothing is amiss."""
    if words[:1] == ["lab"]:
        from tasks import labs

        return labs.main(words[1:])
    failed = []
    commands = {n: [sys.executable, "-m", *words] for n, words in CHECKS.items()}
    commands["floors"] = [str(Path(sys.executable).with_name("lint-imports"))]
    for name, command in commands.items():
        print(f"{name}:", flush=True)
        if subprocess.call(command, cwd=ROOT):
            failed.append(name)
    if failed:
        print(f"not in order: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
