"""A finder brings a library into the page when a cell first imports it.

The page starts with what every page needs. What only some need lies beside it in
wheels, and Python's own import is where it shows that one is needed.
"""

import gzip
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

PLACES = "wheels.json"
"""The file that names the wheel of each top module."""

GZIP = b"\x1f\x8b"
"""How a packed file begins."""

AT_START = ("page", "minichain")
"""Wheels that Python started with."""


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
        # A host may have told the browser to unpack it already.
        whole = gzip.decompress(data) if data.startswith(GZIP) else data
        with zipfile.ZipFile(io.BytesIO(whole)) as wheel:
            wheel.extractall(place)
        importlib.invalidate_caches()
        return importlib.util.find_spec(name)

    def _places(self) -> dict[str, str]:
        """Return the wheel of each top module, for those that the book serves."""
        if self._wheels is None:
            text = self._fetch(PLACES)
            places: dict[str, str] = json.loads(text) if text else {}
            self._wheels = {
                top: file
                for top, file in places.items()
                if not file.startswith(tuple(f"{name}-" for name in AT_START))
            }
        return self._wheels
