"""A headless Chromium that asks nobody on the network, and what judges its pages."""

import os
import shutil
from pathlib import Path

import pytest

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
"""Keep Chromium quiet and off the network."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
"""Commands by which a Chromium may be installed."""


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    return os.environ.get("MINICHAIN_CHROMIUM") or next(
        (path for name in BROWSERS if (path := shutil.which(name))), None
    )


def read_axe() -> str:
    """Return axe-core's source, or skip: the book's front end brings it."""
    root = Path(__file__).parents[1]
    named = os.environ.get("MINICHAIN_AXE")
    places = [Path(named)] if named else []
    places += [root / "book/live/front/node_modules/axe-core/axe.min.js"]
    places += [root / "node_modules/axe-core/axe.min.js"]
    for path in places:
        if path.is_file():
            return path.read_text("utf-8")
    pytest.skip("no axe-core: set MINICHAIN_AXE to axe.min.js")
