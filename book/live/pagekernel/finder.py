"""A finder brings a library into the page when something of it is first imported.

The page starts with what every page needs in its memory. The files of that, and what
only some pages need, lie beside it in archives, and come when they are asked for.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any

Bring = Callable[[str], bool]


class Finder:
    """Sees to it that a library's files are there before they are looked for.

    Parameters
    ----------
    bring : callable
        Takes the name of a library's folder; returns whether its files are there now.
    folders : iterable of str
        The names that it knows.
    """

    def __init__(self, bring: Bring, folders: Iterable[str]) -> None:
        self._bring = bring
        self._missing = set(folders)

    @classmethod
    def install(cls, bring: Any, folders: Iterable[str]) -> None:
        """Ask before all other finders."""
        sys.meta_path.insert(0, cls(bring, folders))  # type: ignore[arg-type]

    def find_spec(
        self, name: str, path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> None:  # fmt: skip
        """Bring the library that holds a module; others find the module in it.

        Raises
        ------
        ImportError
            The library is out of reach.
        """
        top = name.partition(".")[0]
        if top not in self._missing:
            return
        if not self._bring(top):
            raise ImportError(
                f"{top} is served with the book and cannot be had now; "
                "is the network there?",
                name=name,
            )
        self._missing.discard(top)
