"""Stands in for IPython.core.interactiveshell."""

from typing import Any

from IPython import get_ipython


class InteractiveShell:
    """Says whether there is a shell."""

    @staticmethod
    def initialized() -> bool:
        """Say that there is one once the page's kernel runs."""
        return get_ipython() is not None

    @staticmethod
    def instance(*_: Any, **__: Any) -> Any:
        """Return the page's shell."""
        return get_ipython()
