"""The Sphinx extension that gives the book's pages their front end.

It adds the bundle that draws saved widgets, keeps each widget's text twin in the page
for readers without JavaScript and for print, and serves mathematics from the book
itself. A page asks no other origin for anything.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

FOLDER = Path(__file__).parent
"""Where the extension lies."""

VIEW = "application/vnd.jupyter.widget-view+json"
"""Type of an output that is a widget."""

HTML = "text/html"
"""Type of the output that carries a widget's text twin."""


class KeepTwins(SphinxPostTransform):
    """Put each widget's text twin beside the widget, before one of them is chosen."""

    default_priority = 3

    def run(self, **_: Any) -> None:
        """Join the two outputs of every cell that has both."""
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") != "mime_bundle":
                continue
            outputs = {output.get("mime_type"): output for output in bundle.children}
            if VIEW in outputs:
                twin = outputs[HTML].children if HTML in outputs else []
                self._join(outputs[VIEW], [node.deepcopy() for node in twin])

    @staticmethod
    def _join(widget: Any, twin: list[Any]) -> None:
        start = nodes.raw("", '<div class="live-widget">', format="html")
        end = nodes.raw("", "</div>", format="html")
        widget.children = [start, *twin, *widget.children, end]
        for child in widget.children:
            child.parent = widget


def use_bundle(
    app: Sphinx, _page: str, _template: str, context: Any, _tree: Any
) -> None:
    """Add the bundle to a page, and drop the scripts of services it does not use."""
    app.add_js_file("live/book.js", type="module")
    app.add_css_file("live/book.css")
    scripts = context["script_files"]
    scripts[:] = [script for script in scripts if not _is_unused(script)]


def _is_unused(script: Any) -> bool:
    body = str(getattr(script, "attributes", {}).get("body", ""))
    return "THEBE" in body or "thebe" in str(getattr(script, "filename", script))


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension to Sphinx."""
    app.add_post_transform(KeepTwins)
    app.config.html_static_path.append(str(FOLDER / "front" / "static"))
    app.connect("html-page-context", use_bundle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
