"""Open JupyterLab on the chapters and labs: ``python run.py lab [--no-browser]``."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

QUIET = [
    "--ServerApp.root_dir=" + str(ROOT),
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.default_url=/lab/tree/chapters/ledgers/index.ipynb",
]
"""Settings that keep JupyterLab from asking the outside for anything."""


def main(words: list[str]) -> int:
    """Start JupyterLab; further words go to it."""
    command = [sys.executable, "-m", "jupyterlab", *QUIET, *words]
    return subprocess.call(command, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
