"""A page, as it is written: the theme's HTML with what a strict policy needs.

A page says in its head where it may load things from: the book's own origin and
nowhere else. Inline scripts run only when their digest is listed there, and attributes
that hold scripts never do; so the former are listed and the latter replaced.
"""

import base64
import hashlib
import re
from typing import Any

from sphinx.jinja2glue import BuiltinTemplateLoader

SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL)
"""An inline script, or one that is loaded."""

PRINT_HANDLER = ' onclick="window.print()"'
"""The one attribute of the theme's that holds a script."""

CHARSET = '<meta charset="utf-8" />'
"""The first line of a page's head."""

VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1" />'
"""The line that the theme writes a second time."""

ICONS = re.compile(r"<script [^>]*scripts/fontawesome\.js[^>]*></script>")
"""The theme's icons, a megabyte of script; the book's styles bring the few it needs."""

SOURCES = {
    "default-src": "'none'",
    # Widgets bring their code as text, which the page turns into a module; kernels
    # are WebAssembly.
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    # The theme, MathJax and widgets place things with inline styles.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
"""Where a page may load each kind of thing from."""


class Templates(BuiltinTemplateLoader):
    """Sphinx's own templates, each page finished before it is written."""

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """Return a page's HTML."""
        text = super().render(template, context)
        return finish(text) if "</head>" in text else text


def finish(page: str) -> str:
    """Return a page that keeps to the book's policy and says so.

    Parameters
    ----------
    page
        Its whole HTML.
    """
    page = page.replace(PRINT_HANDLER, " data-print").replace(VIEWPORT, "", 1)
    page = ICONS.sub("", page)
    meta = (
        '<meta http-equiv="Content-Security-Policy" '
        f'content="{policy(inline_scripts(page))}" />'
    )
    # Only what follows the line is held to it, so it comes right after the first.
    return page.replace(CHARSET, CHARSET + meta, 1)


def inline_scripts(page: str) -> list[str]:
    """Return the bodies of a page's inline scripts, those that hold data left out."""
    return [
        found["body"]
        for found in SCRIPT.finditer(page)
        if "src=" not in found["attributes"] and "type=" not in found["attributes"]
    ]


def policy(scripts: list[str]) -> str:
    """Return a Content-Security-Policy under which the given inline scripts run."""
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    listed = dict.fromkeys(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests)
    sources = {**SOURCES, "script-src": " ".join([SOURCES["script-src"], *listed])}
    return "; ".join(f"{kind} {places}" for kind, places in sources.items())
