"""Open JupyterLab on the chapters and labs: ``python run.py lab [--no-browser]``.

Further words go to JupyterLab, ``--port 9000`` for one.
"""

import os
import sys

from tasks.environment import ROOT, run

FIRST_PAGE = "/lab/tree/chapters/ledgers/index.ipynb"
"""What JupyterLab opens."""

SETTINGS = ROOT / "tasks" / "jupyterlab"
"""Defaults of JupyterLab's settings; the learner's own come before them."""

QUIET = [
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
]
"""Settings that keep JupyterLab from asking the outside for anything."""


def main(words: list[str]) -> int:
    """Start JupyterLab; return its exit code."""
    return run([sys.executable, "-m", "jupyterlab", *arguments(words)], cwd=ROOT)


def arguments(words: list[str]) -> list[str]:
    """Return JupyterLab's words for ours."""
    root = [
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url={FIRST_PAGE}",
        f"--LabApp.app_settings_dir={SETTINGS}",
    ]
    # Jupyter refuses the superuser unless told; in a container there is no one else.
    superuser = os.name == "posix" and os.geteuid() == 0
    return [*root, *QUIET, *(["--allow-root"] if superuser else []), *words]
