"""A finder brings a library into the page when a cell first imports it.

The page starts with what every page needs. What only some need lies beside it in
wheels, and Python's own import is where it shows that one is needed.
"""

import importlib
import io
import json
import sys
import sysconfig
import zipfile
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

FetchWheel = Callable[[str], Any]

LOCK = "pyodide-lock.json"
"""The file that names the wheels and what each brings."""


class Finder:
    """Finds modules of wheels that are not there yet.

    Parameters
    ----------
    fetch : callable
        Takes the name of a file beside Python's own; returns its bytes, or None.
    """

    def __init__(self, fetch: FetchWheel) -> None:
        self._fetch = fetch
        self._wheels: dict[str, str] | None = None
        self._seen: set[str] = set()

    @classmethod
    def install(cls, fetch: Any) -> None:
        """Ask a finder after all others."""

        def as_bytes(name: str) -> bytes | None:
            found = fetch(name)
            return None if found is None else found.to_bytes()

        sys.meta_path.append(cls(as_bytes))  # type: ignore[arg-type]

    def find_spec(
        self, name: str, path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:  # fmt: skip
        """Bring the wheel that holds a module, and find the module there."""
        top = name.partition(".")[0]
        file = self._places().get(top) if path is None else None
        if file is None or file in self._seen:
            return None
        self._seen.add(file)
        data = self._fetch(file)
        if data is None:
            raise ImportError(
                f"{name} is served with the book in {file}, which cannot be had now; "
                "is the network there?",
                name=name,
            )
        place = Path(sysconfig.get_path("purelib"))
        with zipfile.ZipFile(io.BytesIO(data)) as wheel:
            wheel.extractall(place)
        importlib.invalidate_caches()
        return importlib.util.find_spec(name)

    def _places(self) -> dict[str, str]:
        """Return the wheel of each top module, for those that the book serves."""
        if self._wheels is None:
            text = self._fetch(LOCK)
            packages = json.loads(text)["packages"] if text else {}
            self._wheels = {
                module: package["file_name"]
                for package in packages.values()
                if "://" not in package["file_name"]
                for module in package["imports"]
            }
            self._seen |= {
                package["file_name"]
                for name, package in packages.items()
                if name in ("page", "minichain")
            }
        return self._wheels
