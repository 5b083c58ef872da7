"""An extension is a method that a higher floor gives to an object of a lower one.

The lower floor knows the method's name and nothing of who answers it. The package
itself, which stands above all floors, says where each answer lives.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

_HOMES: dict[str, str] = {}


def register_extension(name: str, home: str) -> None:
    """Say which module has the function that answers to ``name``."""
    _HOMES[name] = home


def find_extension(name: str) -> Callable[..., Any]:
    """Return the function that answers to ``name``.

    Raises
    ------
    LookupError
        Nobody has given it.
    """
    if name not in _HOMES:
        raise LookupError(f"no floor above gives {name!r}")
    found: Callable[..., Any] = getattr(import_module(_HOMES[name]), name)
    return found
