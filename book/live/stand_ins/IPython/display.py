"""Stands in for IPython.display: values to show, and showing them."""

import base64
import builtins
from pathlib import Path
from typing import Any


def display(*values: Any, **options: Any) -> None:
    """Show values below the running cell."""
    builtins.display(*values, **options)  # type: ignore[attr-defined]


def clear_output(wait: bool = False) -> None:
    """Take away what the running cell has shown."""
    from IPython import get_ipython

    get_ipython().channel.clear(bool(wait))


class DisplayObject:
    """Text or bytes of one kind."""

    kind = "text/plain"

    def __init__(
        self, data: Any = None, url: str | None = None, **options: Any
    ) -> None:
        filename = options.get("filename")
        if data is None and filename is not None:
            data = Path(filename).read_bytes()
        self.data, self.url = data, url

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {self.kind: self.data, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<IPython.core.display.{type(self).__name__} object>"


class HTML(DisplayObject):
    """HTML."""

    kind = "text/html"

    def _repr_html_(self) -> Any:
        return self.data


class Markdown(DisplayObject):
    """Markdown."""

    kind = "text/markdown"


class Latex(DisplayObject):
    """Mathematics."""

    kind = "text/latex"


class SVG(DisplayObject):
    """A drawing."""

    kind = "image/svg+xml"


class Image(DisplayObject):
    """A picture, as PNG bytes."""

    kind = "image/png"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            self.kind: base64.b64encode(self.data).decode(),
            "text/plain": repr(self),
        }


class Javascript(DisplayObject):
    """A script, which no page of the book runs."""

    kind = "application/javascript"
