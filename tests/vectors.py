"""Official test vectors: found beside the project or where MINICHAIN_VECTORS says."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2] / "shared" / "vectors"
"""Where the suites lie when the project's companion folder is there."""


def vectors_folder() -> Path:
    """Return the folder of the official suites, or skip the calling test."""
    named = os.environ.get("MINICHAIN_VECTORS")
    folder = Path(named) if named else BESIDE
    if not folder.is_dir():
        pytest.skip(f"no official vectors at {folder}: set MINICHAIN_VECTORS")
    return folder


def vector_file(name: str) -> Path:
    """Return one file of the suites, or skip the calling test."""
    path = vectors_folder() / name
    if not path.is_file():
        pytest.skip(f"official vectors lack {name}")
    return path


def vector_files(pattern: str) -> list[Path]:
    """Return the suites' files that match ``pattern``, or skip the calling test."""
    found = sorted(vectors_folder().glob(pattern))
    if not found:
        pytest.skip(f"official vectors hold nothing like {pattern}")
    return found
