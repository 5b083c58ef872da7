"""The Sphinx extension that makes the book's pages live.

It adds the front end that draws saved widgets and figures, keeps the text twin of each
in the page for readers without JavaScript and for print, puts diagrams into the page
so that they follow its theme, and lets a page load nothing from another origin.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from live.concepts import Concepts
from live.figures import register_figures
from live.notebook import carry_notebook
from live.pictures import Picture
from live.tracebacks import shorten_tracebacks
from live.twins import KeepTwins

FOLDER = Path(__file__).parent
"""Where the extension lies."""

STATIC = FOLDER / "front" / "static"
"""What pages load."""

NOTEBOOK = 'class="live-notebook"'
"""What a page holds that was made from a notebook."""

BUNDLE = "live/book.js"
"""The script that every page runs, under the pages' static files."""


def use_bundle(
    app: Sphinx, _page: str, _template: str, context: Any, tree: nodes.document | None
) -> None:
    """Add the bundle to a page, and leave out the scripts that it has no use for."""
    app.add_js_file(BUNDLE, type="module")
    app.add_css_file("live/book.css")
    mathematics = tree is not None and any(
        tree.findall(lambda node: isinstance(node, nodes.math | nodes.math_block))
    )
    scripts = context["script_files"]
    scripts[:] = [s for s in scripts if not _is_unused(s, mathematics)]
    styles = context["css_files"]
    styles[:] = [s for s in styles if "thebe" not in str(s.filename)]


def preload(
    _app: Sphinx, _page: str, _template: str, context: Any, _tree: nodes.document | None
) -> None:
    """Name a notebook's modules early, so that they come side by side."""
    if NOTEBOOK not in context.get("body", ""):
        return
    names = json.loads((STATIC / "live" / "preload.json").read_text(encoding="utf-8"))
    places = [context["pathto"](f"_static/live/{name}", 1) for name in names]
    links = [f'<link rel="modulepreload" href="{place}" />' for place in places]
    context["metatags"] = "\n".join([context.get("metatags", ""), *links])


def _is_unused(script: Any, mathematics: bool) -> bool:
    body = str(getattr(script, "attributes", {}).get("body", ""))
    name = str(getattr(script, "filename", script))
    if not mathematics and ("mathjax/" in name or "window.MathJax" in body):
        return True
    return "thebe" in name or "THEBE" in body


def remove_thebe(_app: Sphinx, tree: nodes.document, _page: str) -> None:
    """Take out what a service that the book does not use left at a page's end."""
    for node in list(tree.findall(nodes.raw)):
        text = node.astext()
        if "x-thebe-config" in text or "kernelName =" in text:
            node.parent.remove(node)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension to Sphinx."""
    register_figures()
    app.add_post_transform(KeepTwins)
    app.add_directive("picture", Picture)
    app.add_directive("concepts", Concepts)
    app.config.html_static_path.append(str(STATIC))
    app.config.templates_path.append(str(FOLDER / "templates"))
    app.config.template_bridge = "live.page.Templates"
    # The thebe extension adds its remains at the default priority of 500.
    app.connect("doctree-resolved", remove_thebe, priority=900)
    app.connect("doctree-resolved", shorten_tracebacks)
    app.connect("doctree-resolved", carry_notebook, priority=950)
    app.connect("html-page-context", use_bundle)
    app.connect("html-page-context", preload)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
