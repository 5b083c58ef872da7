"""Stands in for IPython in the page: as much of it as widgets and plots ask for."""

from typing import Any

version_info = (9, 0, 0)
__version__ = "9.0.0"

_shell: Any = None


class Events:
    """Takes functions to be called around cells; the page calls none."""

    def register(self, _name: str, _function: Any) -> None:
        """Take a function."""

    unregister = register

    def trigger(self, _name: str, *_: Any) -> None:
        """Do nothing."""


class Shell:
    """The one shell of a page."""

    kernel = None
    display_formatter = None

    def __init__(self, channel: Any, cells: Any) -> None:
        self.channel, self.cells = channel, cells
        self.events = Events()

    @property
    def user_ns(self) -> dict[str, Any]:
        """The names of the page's cells."""
        return self.cells.names

    @property
    def execution_count(self) -> int:
        """The number of the running cell."""
        return self.cells.count

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """Show the error that is being handled."""
        import sys

        from pagekernel.cells import describe

        error = sys.exception()
        if error is not None:
            self.channel.output(describe(error))


def connect(channel: Any, cells: Any) -> None:
    """Make the page's shell."""
    global _shell  # noqa: PLW0603
    _shell = Shell(channel, cells)


def get_ipython() -> Any:
    """Return the page's shell."""
    return _shell


from IPython import display  # noqa: E402

__all__ = ["connect", "display", "get_ipython"]
