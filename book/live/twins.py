"""A text twin says in words and tables what a widget's picture says.

A widget gives its twin as the HTML of its output. Of an output's several forms a page
shows one; here the twin and the widget become one, so that the page holds both: the
twin for print and for readers without JavaScript, the widget for all others.
"""

from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

VIEW = "application/vnd.jupyter.widget-view+json"
"""Type of an output that is a widget."""

HTML = "text/html"
"""Type of the output that carries a widget's text twin."""


class KeepTwins(SphinxPostTransform):
    """Put each widget's text twin beside the widget, before one of them is chosen."""

    # The notebook extension chooses at 4.
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
