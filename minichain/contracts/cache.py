"""The cache keeps what was compiled, under a hash of all that it was compiled from.

A changed source has another key, so nothing in it is ever stale; and what cannot be
read, for whatever reason, is compiled again.
"""

import os
import re
from contextlib import suppress
from functools import cache as remember
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from minichain.chain.storage import write_whole
from minichain.contracts.artifact import Artifact
from minichain.crypto.hashing import sha256

FORM = 2
"""Version of what is kept; another one makes other keys."""

_IMPORT = re.compile(r"^\s*(?:from|import)\s+(?!ethereum\.|math\b)", re.MULTILINE)


class Cache:
    """Artifacts by key: in memory, and on disk where there is a folder.

    Parameters
    ----------
    folder : Path or None
        Where they are kept for the next program; None keeps them in memory alone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._known: dict[str, Artifact] = {}

    def get(self, key: str) -> Artifact | None:
        """Return what was kept under a key, or None."""
        if key not in self._known and self.folder is not None:
            with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
                text = (self.folder / f"{key}.json").read_text(encoding="utf-8")
                self._known[key] = Artifact.from_json(text)
        return self._known.get(key)

    def put(self, key: str, artifact: Artifact) -> None:
        """Keep an artifact. A folder that cannot be written to is no error."""
        self._known[key] = artifact
        if self.folder is not None:
            with suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                path = self.folder / f"{key}.json"
                write_whole(path, artifact.to_json().encode())


def read_version() -> str:
    """Return the compiler's version."""
    try:
        return version("vyper")
    except PackageNotFoundError:
        # A page brings the compiler without what its wheel says of it.
        from vyper.version import version as known

        return str(known)


def compute_key(source: str, evm_version: str, folder: Path | None) -> str:
    """Return the key of a source: a hash of it, of the compiler, and of its modules.

    A source that imports depends on the folder, so all of the folder counts.
    """
    parts = [f"{FORM} vyper {read_version()} {evm_version}", source]
    if folder is not None and _IMPORT.search(source):
        for path in sorted([*folder.rglob("*.vy"), *folder.rglob("*.vyi")]):
            parts += [path.relative_to(folder).as_posix(), path.read_text("utf-8")]
    return sha256(b"".join(sha256(part.encode()) for part in parts)).hex()


@remember
def default_cache() -> Cache:
    """Return the cache of this process, kept in the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME")
    folder = Path(home) if home else Path.home() / ".cache"
    return Cache(folder / "minichain" / "contracts")
