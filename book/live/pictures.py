"""A picture is a diagram that stands in the page itself and takes the page's colours.

An image file knows nothing of the page around it: in the dark theme it stays white.
The directive copies an SVG file into the page instead, where the book's styles reach
it.

    ```{picture} _static/cover.svg
    :alt: What a reader who does not see it should know.
    :caption: What stands under it.
    ```
"""

import html
import re
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective


class Picture(SphinxDirective):
    """Copies an SVG file into the page."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "alt": directives.unchanged_required,
        "caption": directives.unchanged,
        "class": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        """Return the picture as a figure."""
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        try:
            drawing = Path(path).read_text(encoding="utf-8")
        except OSError as error:
            raise self.error(f"no picture {relative}: {error.strerror}") from error
        if "alt" not in self.options:
            raise self.error(f"the picture {relative} has no alt text")
        classes = " ".join(["picture", *self.options.get("class", [])])
        text = (
            f'<figure class="{classes}">'
            f"{to_inline(drawing, self.options['alt'])}{self._caption()}</figure>"
        )
        return [nodes.raw("", text, format="html")]

    def _caption(self) -> str:
        caption = self.options.get("caption")
        return f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""


def to_inline(drawing: str, alt: str) -> str:
    """Return an SVG file's text as one that can stand inside a page.

    Parameters
    ----------
    drawing
        The file's text.
    alt
        What the picture says, for those who do not see it.

    Raises
    ------
    ValueError
        The text has no ``svg`` element.
    """
    start = drawing.find("<svg")
    if start < 0:
        raise ValueError("an SVG file has an svg element; this text has none")
    drawing = re.sub(r"<!--.*?-->", "", drawing[start:], flags=re.DOTALL)
    # White space between elements says nothing, and a blank line would end raw HTML.
    drawing = re.sub(r">\s+<", "><", drawing).strip()
    label = html.escape(alt, quote=True)
    return drawing.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
