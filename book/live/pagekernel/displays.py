"""A display is a value in every form that it offers, from plain text to a widget."""

import base64
import builtins
from typing import Any

from pagekernel.channel import Channel

METHODS = {
    "text/html": "_repr_html_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
}
"""The method by which a value offers each form."""


def make_bundle(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a value's forms by their types, and what is said about them."""
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    if isinstance(value, type):
        return {"text/plain": write_text(value)}, metadata
    if offer := getattr(value, "_repr_mimebundle_", None):
        found = _ask(offer, include=None, exclude=None) or {}
        data, metadata = found if isinstance(found, tuple) else (found, {})
        data = dict(data)
    for kind, name in METHODS.items():
        method = getattr(value, name, None)
        if kind in data or method is None:
            continue
        form = _ask(method)
        if form is not None:
            data[kind] = _as_text(form)
    if "text/plain" not in data:
        data["text/plain"] = write_text(value)
    return data, dict(metadata)


def _ask(method: Any, **options: Any) -> Any:
    """Return what a method gives; nothing where it says that it offers no such form."""
    try:
        return method(**options)
    except NotImplementedError:
        return None


def _shows_itself(value: Any) -> bool:
    """Let a value show itself, if it can; return whether it did."""
    show = getattr(value, "_ipython_display_", None)
    if show is None:
        return False
    try:
        show()
    except NotImplementedError:
        return False
    return True


def write_text(value: Any) -> str:
    """Return a value's text, laid out as notebooks lay it out."""
    from IPython.lib.pretty import pretty

    text: str = pretty(value)
    return text


def _as_text(form: Any) -> Any:
    if isinstance(form, tuple):
        form = form[0]
    return base64.b64encode(form).decode() if isinstance(form, bytes) else form


class Displayer:
    """Shows values below the running cell.

    Parameters
    ----------
    channel : Channel
        Where displays go.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def install(self) -> None:
        """Let cells say ``display(value)`` without an import."""
        builtins.display = self.display  # type: ignore[attr-defined]

    def display(self, *values: Any, raw: bool = False, **options: Any) -> None:
        """Show values; with `raw`, each is a bundle already."""
        metadata = options.get("metadata") or {}
        for value in values:
            if raw:
                self._show(value, metadata)
            elif not _shows_itself(value):
                data, said = make_bundle(value)
                self._show(data, {**said, **metadata})

    def show_result(self, value: Any, count: int) -> None:
        """Show what a cell's last line gave."""
        if _shows_itself(value):
            return
        data, metadata = make_bundle(value)
        output = {"output_type": "execute_result", "execution_count": count}
        self._channel.output({**output, "data": data, "metadata": metadata})

    def _show(self, data: Any, metadata: Any) -> None:
        output = {"output_type": "display_data", "data": data, "metadata": metadata}
        self._channel.output(output)
